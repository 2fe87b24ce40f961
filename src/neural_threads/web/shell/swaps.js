// htmx as we use it: our CSRF token, one retry after a silent renewal, words when it fails; only our own answers are swapped in.
import { isOurs, me, pause, renewal } from "shell/api.js";
import { forget } from "shell/drafts.js";
import { busy, loading } from "shell/loading.js";
import { announce } from "shell/toast.js";

const said = (what) => document.getElementById("toasts").dataset[what];

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
  if (me()) detail.headers["X-Person"] = me();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  loading(true);
  busy(event.detail.elt.closest("button"), true);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  loading(false);
  busy(detail.elt.closest("button"), false);
  const { elt, xhr, successful } = detail;
  if (successful && elt.matches("form") && isOurs((name) => xhr.getResponseHeader(name))) forget(elt);
});

/** Call `act` with each part of the page that htmx has put in. */
export function whenSwapped(act) {
  document.addEventListener("htmx:afterSwap", (event) => act(event.detail.elt));
}

// What is not ours is no answer, and neither swapped in nor followed.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const isLost = !isOurs((name) => xhr.getResponseHeader(name));
  if (!isLost && xhr.status !== 401) return;
  event.preventDefault();
  event.detail.elt.removeAttribute("data-sent");
  if (isLost) lost(event.detail);
  else signIn(event.detail);
});
for (const what of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(what, (event) => lost(event.detail));
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true; // the form again, with its errors
  event.detail.isError = false;
});
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status !== 422) announce(said(xhr.status === 429 ? "slow" : "trouble"), "bad");
});

function askAgain(elt, { verb, path, parameters }) {
  if (elt.isConnected) window.htmx.ajax(verb, path, { source: elt, values: parameters });
}

/** Nobody of ours answered. What bears repeating is marked data-insist, and tried again until somebody does. */
async function lost({ elt, requestConfig }) {
  const isInsisting = "insist" in elt.dataset;
  const failures = Number(elt.dataset.insist) || 0;
  if (!failures) announce(said(isInsisting ? "retrying" : "offline"), "bad");
  if (!isInsisting) return;
  elt.dataset.insist = failures + 1;
  await pause(failures);
  askAgain(elt, requestConfig);
}

async function signIn({ elt, requestConfig }) {
  if (elt.dataset.renewed) return;
  elt.dataset.renewed = "yes";
  if (await renewal()) askAgain(elt, requestConfig);
  else delete elt.dataset.renewed;
}
