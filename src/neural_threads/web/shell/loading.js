// What shows that something is on its way: the button that was pressed, and the running stitch after 400 ms of waiting.
const line = document.getElementById("loading");
let waiting = 0;

/** Mark a button as busy, or not any more. */
export function busy(button, on) {
  if (on) button?.setAttribute("aria-busy", "true");
  else button?.removeAttribute("aria-busy");
}

/** One more is on its way, or one less. */
export function loading(on) {
  waiting = Math.max(0, waiting + (on ? 1 : -1));
  line?.classList.toggle("on", waiting > 0);
}

addEventListener("pagehide", () => (waiting = 0));
