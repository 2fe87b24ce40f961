// What a tab remembers, where browsers let it: storage may be blocked (every access throws), full, or missing.

/** Return what `use` returns, or null where nothing can be kept. */
export function attempt(use) {
  try {
    return use() ?? null;
  } catch {
    return null;
  }
}

/** IndexedDB, or null where there is none. */
export const database = attempt(() => indexedDB);

/** sessionStorage that never throws. */
export const session = {
  get: (name) => attempt(() => sessionStorage.getItem(name)),
  set: (name, value) => attempt(() => sessionStorage.setItem(name, value)),
  remove: (name) => attempt(() => sessionStorage.removeItem(name)),
};
