// What is being written in a form is kept on this device, per person and address, until the server has accepted it: it
// survives reloads, the end of the session, and pages of others that come in between. Never passwords, never files.
// See docs/decisions/0023-forms-lose-nothing.md.
const PREFIX = "threads.form.";
const DAYS = 14;
const MOST = 200000;
const NOT_KEPT = new Set(["password", "file", "submit", "button", "reset", "image"]);
const me = document.querySelector("chat-unread")?.dataset.me ?? "";

/** Path and query of the page that shows this form: its own, also when it stands in a sheet over another page. */
export function addressOf(element) {
  return element.closest("[data-address]")?.dataset.address ?? location.pathname + location.search;
}

/** What `use` returns, or null: storage may be blocked (then every access throws), full or missing. */
export function attempt(use) {
  try {
    return use() ?? null;
  } catch {
    return null;
  }
}

// A visitor's draft lives as long as the tab: who comes to this device next may be somebody else.
const store = () => attempt(() => (me ? localStorage : sessionStorage));

const isDrafted = (form) => form.method === "post" && !form.matches("[data-composer], [data-no-draft]");
const isText = (control) => !["checkbox", "radio", "select-one", "select-multiple"].includes(control.type);

function controlsOf(form) {
  return [...form.elements].filter((control) => {
    if (!control.name || NOT_KEPT.has(control.type) || control.name === "username" || control.matches(":disabled")) return false;
    return control.type !== "hidden" || "kept" in control.dataset;
  });
}

/** What the form says, as names and values; `asDrawn`: what it said when it came. */
function said(form, asDrawn = false) {
  return controlsOf(form).flatMap((control) => {
    if (control.options) {
      const chosen = [...control.options].filter((option) => (asDrawn ? option.defaultSelected : option.selected));
      return (asDrawn && !chosen.length ? [control.options[0]] : chosen).map((option) => [control.name, option?.value ?? ""]);
    }
    if (!isText(control)) return (asDrawn ? control.defaultChecked : control.checked) ? [[control.name, control.value]] : [];
    return control.type === "hidden" ? [] : [[control.name, asDrawn ? control.defaultValue : control.value]];
  });
}

function keyOf(form) {
  const own = controlsOf(form).filter((control) => control.type !== "hidden" && !control.closest("image-upload, [data-plain]"));
  const names = [...new Set(own.map(({ name }) => name))].sort().join(" ");
  return `${PREFIX}${me}.${addressOf(form)} ${new URL(form.action).pathname} ${names}`;
}

const pathOf = (form) => new URL(form.action).pathname;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Keep what is written now. What is as it was drawn needs no keeping. */
export function keep(form, sentAt = 0) {
  if (!isDrafted(form) || !controlsOf(form).length) return;
  const hidden = controlsOf(form).filter(({ type }) => type === "hidden").map(({ name, value }) => [name, value]);
  const pictures = hidden.some(([name]) => form.querySelector(`image-upload[data-name="${CSS.escape(name)}"]`));
  const isWritten = pictures || !same(said(form), said(form, true));
  try {
    if (!isWritten && !sentAt) return store().removeItem(keyOf(form));
    const draft = JSON.stringify({ fields: [...said(form), ...hidden], path: pathOf(form), at: Date.now(), sentAt });
    if (draft.length < MOST) store().setItem(keyOf(form), draft);
  } catch {
    // It stays in the form.
  }
}

/** Forget it: it was accepted, or is not wanted. */
export function forget(form) {
  try {
    store().removeItem(keyOf(form));
  } catch {
    // Nothing was kept.
  }
}

/** Show in the forms of this part of the page what was kept of them. */
export function restore(root) {
  const forms = root.matches?.("form") ? [root] : root.querySelectorAll("form");
  for (const form of forms) if (isDrafted(form) && !form.dataset.restored) show(form);
}

function show(form) {
  form.dataset.restored = "";
  let draft = null;
  try {
    draft = JSON.parse(store().getItem(keyOf(form)));
  } catch {
    // Nothing was kept.
  }
  if (!draft || same(draft.fields, said(form))) return;
  for (const upload of form.querySelectorAll("image-upload")) {
    const urls = draft.fields.filter(([name]) => name === upload.dataset.name).map(([, value]) => value);
    if (!urls.length) continue;
    upload.kept = urls; // shown when the element is ready; its fields are filled then
    upload.addEventListener("restored", () => fill(form, draft.fields), { once: true });
    upload.restore?.();
  }
  if (!fill(form, draft.fields)) return;
  for (let around = form.closest("details"); around; around = around.parentElement?.closest("details")) around.open = true;
  sayKept(form);
}

/** Put the values into the controls; whether anything changed. */
function fill(form, fields) {
  const left = [...fields];
  const changed = [];
  for (const control of controlsOf(form)) {
    const before = control.options ? control.value : isText(control) ? control.value : control.checked;
    if (control.options || isText(control)) {
      const at = left.findIndex(([name]) => name === control.name);
      if (at >= 0) control.value = left.splice(at, 1)[0][1];
    } else control.checked = fields.some(([name, value]) => name === control.name && value === control.value);
    const after = control.options || isText(control) ? control.value : control.checked;
    if (before !== after && control.type !== "hidden") changed.push(control);
  }
  for (const control of changed) for (const what of ["input", "change"]) control.dispatchEvent(new Event(what, { bubbles: true }));
  return changed.length > 0;
}

function sayKept(form) {
  if (form.querySelector("[data-kept-draft]")) return;
  const line = document.getElementById("kept-draft").content.firstElementChild.cloneNode(true);
  line.querySelector("button").addEventListener("click", () => {
    forget(form);
    form.reset();
    for (const away of form.querySelectorAll("image-upload [data-field=away]")) away.click();
    line.remove();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.prepend(line);
}

/** Forget the drafts of forms that the server says it accepted, and those that are too old. */
function sweep() {
  const accepted = decodeURIComponent(document.cookie.match(/(?:^|; )accepted=([^;]*)/)?.[1] ?? "");
  if (accepted) document.cookie = "accepted=; Path=/; Max-Age=0; SameSite=Lax";
  for (const key of Object.keys(store())) {
    if (!key.startsWith(PREFIX)) continue;
    const { path, at, sentAt } = JSON.parse(store().getItem(key));
    const isOld = Date.now() - at > DAYS * 86400000;
    if (isOld || (sentAt && path === accepted)) store().removeItem(key);
  }
}

/** Keep and restore the drafts of this page. */
export function begin() {
  try {
    sweep();
  } catch {
    // No storage, no drafts.
  }
  restore(document);
  for (const event of ["input", "change", "uploaded", "removed"]) {
    document.addEventListener(event, ({ target }) => {
      const form = target.form ?? target.closest?.("form");
      if (form) keep(form);
    });
  }
}
