// htmx on a page where most people never need it: fetched when somebody first touches what it serves (hx-get), and not
// before. What was clicked, typed or sent meanwhile is done when it is there. See docs/decisions/0045-what-a-page-loads.md.
import { announce } from "shell/toast.js";

const SERVED = "[hx-get]";
const ends = new AbortController();
const typed = new Set();
const isRead = new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
let coming = null;

/** Whether it is there now. */
async function fetched() {
  coming ??= isRead.then(load);
  try {
    await coming;
    ends.abort();
  } catch {
    coming = null;
  }
  return ends.signal.aborted;
}

function load() {
  return new Promise((done, lost) => {
    const script = document.createElement("script");
    Object.assign(script, { src: import.meta.resolve("htmx"), onerror: lost });
    script.onload = () => {
      // By itself it begins only with this event, or where everything is loaded, pictures too.
      if (document.readyState !== "complete") document.dispatchEvent(new Event("DOMContentLoaded"));
      done();
    };
    document.head.append(script);
  });
}

function on(happening, hear) {
  const heard = (event) => {
    const served = event.target.closest?.(SERVED);
    if (served) hear(event, served);
  };
  document.addEventListener(happening, heard, { capture: true, signal: ends.signal });
}

/** Do it when htmx is there; say so when it does not come. */
async function hold(event, act) {
  event.preventDefault();
  event.stopPropagation();
  if (await fetched()) act();
  else announce(document.getElementById("toasts").dataset.offline, "bad");
}

for (const happening of ["pointerdown", "focusin"]) on(happening, fetched);
on("click", (event) => {
  const link = event.target.closest(`a${SERVED}`);
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link && isPlain) hold(event, () => link.click());
});
on("submit", (event, form) => hold(event, () => form.requestSubmit(event.submitter)));
on("input", async (_, form) => {
  typed.add(form);
  if ((await fetched()) && typed.delete(form)) form.requestSubmit();
});
