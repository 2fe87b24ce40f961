// The line that says that nobody is signed in any more, and how to get back to just this page.
import { addressOf } from "shell/drafts.js";

let line = null;

/** Say it, once. */
export function showSignedOut() {
  if (line) return;
  line = document.getElementById("signed-out").content.firstElementChild.cloneNode(true);
  const link = line.querySelector("a");
  const lead = () => (link.href = `/login?next=${encodeURIComponent(addressOf(document.querySelector("dialog[open] form") ?? link))}`);
  lead();
  link.addEventListener("click", lead);
  document.getElementById("toasts").append(line);
}

/** Somebody is signed in again. */
export function hideSignedOut() {
  line?.remove();
  line = null;
}
