// Asking the server: JSON in and out, the CSRF token, and a session that is renewed without anybody noticing.

export class Refusal extends Error {
  constructor(status, error, retryAfter) {
    super(error.message);
    Object.assign(this, { status, code: error.code, fields: error.fields ?? {}, retryAfter });
  }
}

const token = document.querySelector("meta[name=csrf-token]");

/** The whole answer `{success, data, …}`, or a Refusal. `body` may be JSON, FormData or nothing; `keepalive` outlives the page. */
export async function api(method, url, body, { signal, keepalive } = {}) {
  let answer = await ask(method, url, body, { signal, keepalive });
  if (answer.status === 401) {
    if (await renewal()) answer = await ask(method, url, body, { signal, keepalive });
    else if (leaving) return new Promise(() => {}); // on the way to the sign-in page
    else throw new Refusal(503, { code: "UNAVAILABLE", message: "" }, 5);
  }
  const said = answer.status === 204 ? { success: true } : await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw new Refusal(answer.status, said.error ?? { code: "UNKNOWN", message: "" }, Number(answer.headers.get("Retry-After")) || 0);
}

function ask(method, url, body, options) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token.content;
  const plain = body !== undefined && !(body instanceof FormData);
  if (plain) headers["Content-Type"] = "application/json";
  return fetch(url, { ...options, method, headers, credentials: "same-origin", body: plain ? JSON.stringify(body) : body });
}

let running = null;
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
    return true;
  }
  if (answer && answer.status < 500 && answer.status !== 429) {
    leaving = true;
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return false;
}

async function freshToken() {
  const answer = await ask("GET", "/api/security/csrf").catch(() => null);
  if (answer?.ok) token.content = (await answer.json()).data.token;
}
