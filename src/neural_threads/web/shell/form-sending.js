// A plain form is sent once; again when the browser has given up on it (its Stop button), and in any case after ten seconds.
import { keep } from "shell/drafts.js";
import { busy, loading } from "shell/loading.js";

const TEN_SECONDS = 10000;
const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && !form.hasAttribute("hx-get") && !form.hasAttribute("hx-post")) return event.preventDefault();
  if (event.defaultPrevented || form.method !== "post" || form.target) return;
  keep(form, Date.now());
  form.dataset.sent = "yes";
  sent.add(form);
  busy(event.submitter ?? form.querySelector("[type=submit]"), true);
  loading(true);
  setTimeout(sendable, TEN_SECONDS, form);
});

/** Let this form be sent again. */
function sendable(form) {
  if (!sent.delete(form)) return;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) busy(button, false);
  loading(false);
}

addEventListener("pageshow", () => {
  sent.forEach(sendable);
  loading(false);
});
// The way to the next page was broken off: by Stop, by Escape, or because nobody answered. (Chromium tells; others wait.)
window.navigation?.addEventListener("navigate", ({ signal }) => signal.addEventListener("abort", () => sent.forEach(sendable)));
window.navigation?.addEventListener("navigateerror", () => sent.forEach(sendable));
