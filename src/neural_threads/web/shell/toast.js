// A short word at the foot of the page, read out politely.
export function announce(text, kind = "", seconds = 6) {
  const stack = document.getElementById("toasts");
  if (!text || [...stack.children].some((toast) => toast.textContent.trim() === text)) return;
  const toast = put(text, kind);
  setTimeout(() => toast.remove(), seconds * 1000);
}

/** A word with a way back, which gets the focus. True when it was taken; false when the time is over, or `signal` or somebody ended it. */
export function offer(text, label, { seconds = 6, signal } = {}) {
  const toast = put(text);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn plain small offer", textContent: label });
  toast.querySelector("[data-dismiss]").before(button);
  button.focus({ preventScroll: true });
  return new Promise((answer) => {
    const end = (taken) => {
      toast.remove();
      answer(taken);
    };
    button.addEventListener("click", () => end(true));
    toast.querySelector("[data-dismiss]").addEventListener("click", () => end(false));
    signal?.addEventListener("abort", () => end(false));
    setTimeout(end, seconds * 1000, false);
  });
}

function put(text, kind) {
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-field=text]").textContent = text;
  if (kind) toast.classList.add(kind);
  toast.querySelector("[data-dismiss]").addEventListener("click", () => toast.remove());
  document.getElementById("toasts").append(toast);
  return toast;
}
