// Asking the server: JSON in and out, the CSRF token, and a session that is renewed without anybody noticing.
// Only what our own server says is an answer. Whatever else comes, with whatever status, is a lost line (a TypeError):
// a hotel's sign-in page answers 200, too.
import { announce } from "shell/toast.js";
import { showSignedOut, hideSignedOut } from "shell/signed-out.js";

const PATIENCE = 20000;
const LONGEST_PAUSE = 15000;
const EVENTS = "text/event-stream";
const page = document.documentElement;
const token = document.querySelector("meta[name=csrf-token]");

export class Refusal extends Error {
  constructor(status, error, retryAfter) {
    super(error?.message ?? "");
    Object.assign(this, { status, code: error?.code ?? "UNKNOWN", fields: error?.fields ?? {}, retryAfter });
  }
}

/** The id of the person for whom this page was made; empty for a visitor. */
export const me = () => document.querySelector("chat-unread")?.dataset.me ?? "";

/** Whether an answer with these headers is ours: `get` is that of a Response's headers, or an XMLHttpRequest's. */
export const isOurs = (get) => get("X-Threads") === "1";

/** Whether this JSON has our envelope and goes with its status. */
export const isEnvelope = (said, isOk) => (isOk ? said?.success === true : said?.success === false);

/**
 * The whole answer `{success, data, …}`, or a Refusal. `body` may be JSON, FormData or nothing; `keepalive` outlives the page.
 * `as`: the id of the person who means it, whose page this is unless it is given; when somebody else is signed in by now,
 * nothing is done (ANOTHER_PERSON). A session that is over is said by the page, and refused with 401.
 */
export async function api(method, url, body, options = {}) {
  return (await answered(method, url, body, options)).said;
}

/** The bytes of an event stream, which come as they are written, or a Refusal; `body` and `as` as for `api`. */
export async function stream(method, url, body, options = {}) {
  const { bytes } = await answered(method, url, body, { ...options, accept: EVENTS });
  if (!bytes) throw new TypeError("");
  return bytes;
}

async function answered(method, url, body, { as = me(), ...options }) {
  const begun = performance.now();
  let answer = await ask(method, url, body, options, as);
  if (answer.status === 401) {
    if (begun < renewedAt || (await renewal())) answer = await ask(method, url, body, options, as);
    else throw new Refusal(...(isOver ? [401, answer.said.error] : [503, { code: "UNAVAILABLE", message: "" }, 5]));
  }
  if (as && answer.said.error?.code === "CSRF" && (await freshToken())) {
    answer = await ask(method, url, body, options, as); // signed out and in again in another tab
    if (answer.status === 401) renewal();
  }
  if (!answer.isOk) throw new Refusal(answer.status, answer.said.error, answer.retryAfter);
  goOn();
  return answer;
}

/** A fragment of a page: the Response, ours in any case, after one silent renewal of the session if need be. */
export async function fragment(url, options = {}) {
  const look = async () => {
    const headers = { Accept: "text/html", "HX-Request": "true" };
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), credentials: "same-origin", ...options, headers });
    if (!isOurs((name) => answer.headers.get(name))) throw new TypeError("");
    return answer;
  };
  const answer = await look();
  return answer.status === 401 && (await renewal()) ? look() : answer;
}

/**
 * Do `act`, which bears repeating, until our server has answered, and give what it gives. A lost line is said once, and
 * tried again for as long as `signal` lets it; a Refusal is an answer, and thrown.
 */
export async function insist(act, signal, words = document.getElementById("toasts").dataset.retrying) {
  for (let failures = 0; ; failures += 1) {
    try {
      return await act();
    } catch (trouble) {
      if (trouble instanceof Refusal || signal?.aborted) throw trouble;
      if (!failures) announce(words, "bad");
      await pause(failures);
      if (signal?.aborted) throw trouble;
    }
  }
}

/** Wait a little longer after each failure; no longer than until the browser says that it is online again. */
export function pause(failures) {
  const most = Math.min(LONGEST_PAUSE, 1000 * 2 ** failures);
  return new Promise((done) => {
    setTimeout(done, most * (0.75 + Math.random() / 2));
    addEventListener("online", done, { once: true });
  });
}

async function ask(method, url, body, { accept = "application/json", ...options }, as) {
  const headers = { Accept: accept };
  if (as) headers["X-Person"] = as;
  if (method !== "GET") headers["X-CSRF-Token"] = token.content;
  const plain = body !== undefined && !(body instanceof FormData);
  if (plain) headers["Content-Type"] = "application/json";
  const sent = plain ? JSON.stringify(body) : body;
  const signal = options.keepalive ? undefined : AbortSignal.timeout(PATIENCE);
  const answer = await fetch(url, { signal, ...options, method, headers, credentials: "same-origin", body: sent });
  const { status, ok } = answer;
  const header = (name) => answer.headers.get(name);
  if (ok && isOurs(header) && header("Content-Type")?.startsWith(EVENTS)) return { status, isOk: ok, said: {}, bytes: answer.body };
  const isEmpty = status === 204 && isOurs(header);
  const said = isEmpty ? { success: true } : await answer.json().catch(() => null);
  if (!isEnvelope(said, ok)) throw new TypeError("");
  return { status, isOk: ok, said, retryAfter: Number(header("Retry-After")) || 0 };
}

// The session

let running = null;
let renewedAt = -1;
let isOver = false;

/** True when the session lives again. Many may ask at once; one request is made. False: the page says that it is over. */
export function renewal() {
  if (isOver) return Promise.resolve(false);
  running ??= renew().finally(() => (running = null));
  return running;
}

async function renew() {
  const refresh = () => ask("POST", "/api/auth/refresh", undefined, {}).catch(() => null);
  let answer = await refresh();
  if (answer?.said.error?.code === "CSRF" && (await freshToken())) answer = await refresh(); // in again in another tab
  if (answer?.isOk) {
    await freshToken();
    renewedAt = performance.now(); // A refusal of what was asked before is late, and no reason to renew again.
    goOn();
    return true;
  }
  if (answer && answer.status < 500 && answer.status !== 429) over();
  return false;
}

/** The page stays: somebody may be writing. A visitor has nothing to lose here, and is led to the door. */
function over() {
  if (!page.classList.contains("signed-in")) {
    return location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  isOver = true;
  showSignedOut();
}

/** Somebody is signed in: a page that said otherwise says so no more. */
export function goOn() {
  if (!isOver) return;
  isOver = false;
  hideSignedOut();
  dispatchEvent(new Event("signed-in"));
}

// Signed in again in another tab? Then this one goes on.
document.addEventListener("visibilitychange", () => !document.hidden && isOver && renew());
addEventListener("focus", () => isOver && renew());

/** A token for whoever is signed in now; whether there is one. */
export async function freshToken() {
  const answer = await ask("GET", "/api/security/csrf", undefined, {}).catch(() => null);
  if (answer?.isOk) token.content = answer.said.data.token;
  return Boolean(answer?.isOk);
}
