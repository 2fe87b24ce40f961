// htmx as we use it: our CSRF token, one retry after a silent renewal, words when it fails; only our own answers are swapped in.
import { freshToken, goOn, isOurs, me, pause, renewal } from "shell/api.js";
import { forget } from "shell/drafts.js";
import { busy, loading } from "shell/loading.js";
import { announce } from "shell/toast.js";

const said = (what) => document.getElementById("toasts").dataset[what];
const latest = new WeakMap(); // what was asked last for a place: its element to the request's config
const tries = new WeakMap(); // how often in a row nobody answered an element

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
  if (me()) detail.headers["X-Person"] = me();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  loading(true);
  busy(event.detail.elt.closest("button"), true);
  latest.set(event.detail.target, event.detail.requestConfig);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  loading(false);
  busy(detail.elt.closest("button"), false);
  const { xhr, successful, requestConfig } = detail;
  const elt = requestConfig?.elt ?? detail.elt; // by now another element may stand in its place
  if (!successful || !isOurs((name) => xhr.getResponseHeader(name))) return;
  tries.delete(elt);
  if (elt.matches("form")) forget(elt);
  if (!("renewed" in elt.dataset)) return;
  delete elt.dataset.renewed;
  goOn();
});

/** Call `act` with each part of the page that htmx has put in. */
export function whenSwapped(act) {
  document.addEventListener("htmx:afterSwap", (event) => act(event.detail.elt));
}

// What is not ours is no answer, and neither swapped in nor followed.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const isLost = !isOurs((name) => xhr.getResponseHeader(name));
  // A token of before: signed out and in again in another tab.
  const isOld = xhr.status === 403 && refusal(xhr)?.code === "CSRF" && !("renewed" in event.detail.elt.dataset);
  if (!isLost && !isOld && xhr.status !== 401) return;
  event.preventDefault();
  event.detail.elt.removeAttribute("data-sent");
  if (isLost) lost(event.detail);
  else signIn(event.detail, isOld ? freshToken : renewal);
});
for (const what of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(what, (event) => lost(event.detail));
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true; // the form again, with its errors
  event.detail.isError = false;
});
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 422) return;
  announce((xhr.status === 403 && refusal(xhr)?.message) || said(xhr.status === 429 ? "slow" : "trouble"), "bad");
});

/** What our server says in JSON about a request that it refused; null when it says nothing. */
function refusal(xhr) {
  try {
    return JSON.parse(xhr.responseText).error;
  } catch {
    return null;
  }
}

function askAgain({ elt, target, etc, requestConfig: { verb, path, parameters } }) {
  const { swapOverride: swap, select } = etc ?? {};
  if (elt.isConnected) window.htmx.ajax(verb, path, { source: elt, target, swap, select, values: parameters });
}

/**
 * Nobody of ours answered. What only asks, and what bears repeating and is marked data-insist, is tried again until somebody
 * does, or until something else was asked for the same place.
 */
async function lost(detail) {
  const { elt, target, requestConfig } = detail;
  const isMarked = "insist" in elt.dataset;
  const failures = tries.get(elt) ?? 0;
  if (!failures) announce(said(isMarked ? "retrying" : "offline"), "bad");
  if (!isMarked && requestConfig.verb !== "get") return;
  tries.set(elt, failures + 1);
  await pause(failures);
  if (latest.get(target) === requestConfig) askAgain(detail);
}

/** Once: the session, or the token, may be renewed without anybody noticing. */
async function signIn(detail, renew) {
  const { elt } = detail;
  const isFirst = !("renewed" in elt.dataset);
  elt.dataset.renewed = "";
  if (!isFirst) await renewal(); // it says that the session is over
  else if (await renew()) return askAgain(detail);
  delete elt.dataset.renewed;
}
