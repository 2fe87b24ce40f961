// Asking the server: JSON in and out, the CSRF token, and a session that is renewed without anybody noticing.

export class Refusal extends Error {
  constructor(status, error, retryAfter) {
    super(error.message);
    Object.assign(this, { status, code: error.code, fields: error.fields ?? {}, retryAfter });
  }
}

const token = document.querySelector("meta[name=csrf-token]");

/**
 * The whole answer `{success, data, …}`, or a Refusal. `body` may be JSON, FormData or nothing; `keepalive` outlives the page.
 * `as`: the id of the person who means it; when somebody else is signed in by now, nothing is done (ANOTHER_PERSON).
 */
export async function api(method, url, body, { as, ...options } = {}) {
  const begun = performance.now();
  let answer = await ask(method, url, body, options, as);
  if (answer.status === 401) {
    if (begun < renewedAt || (await renewal())) answer = await ask(method, url, body, options, as);
    else if (leaving) return new Promise(() => {}); // on the way to the sign-in page
    else throw new Refusal(503, { code: "UNAVAILABLE", message: "" }, 5);
  }
  let said = await read(answer);
  if (as && said.error?.code === "CSRF" && (await freshToken())) {
    answer = await ask(method, url, body, options, as); // signed out and in again in another tab
    said = await read(answer);
  }
  if (answer.ok) return said;
  throw new Refusal(answer.status, said.error ?? { code: "UNKNOWN", message: "" }, Number(answer.headers.get("Retry-After")) || 0);
}

function read(answer) {
  return answer.status === 204 ? { success: true } : answer.json().catch(() => ({}));
}

function ask(method, url, body, options, as) {
  const headers = { Accept: "application/json" };
  if (as) headers["X-Person"] = as;
  if (method !== "GET") headers["X-CSRF-Token"] = token.content;
  const plain = body !== undefined && !(body instanceof FormData);
  if (plain) headers["Content-Type"] = "application/json";
  return fetch(url, { ...options, method, headers, credentials: "same-origin", body: plain ? JSON.stringify(body) : body });
}

let running = null;
let renewedAt = -1;
let leaving = false;
addEventListener("pageshow", (event) => event.persisted && (leaving = false));

/** True when the session lives again. Many may ask at once; one request is made. False leads to the sign-in page. */
export function renewal() {
  if (leaving) return Promise.resolve(false);
  running ??= renew().finally(() => (running = null));
  return running;
}

async function renew() {
  const answer = await ask("POST", "/api/auth/refresh").catch(() => null);
  if (answer?.ok) {
    await freshToken();
    renewedAt = performance.now(); // A refusal of what was asked before is late, and no reason to renew again.
    return true;
  }
  if (answer && answer.status < 500 && answer.status !== 429) {
    leaving = true;
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return false;
}

/** A token for whoever is signed in now; whether there is one. */
export async function freshToken() {
  const answer = await ask("GET", "/api/security/csrf").catch(() => null);
  if (answer?.ok) token.content = (await answer.json()).data.token;
  return Boolean(answer?.ok);
}
