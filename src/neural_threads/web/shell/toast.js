// A short word at the foot of the page, read out politely.
export function announce(text, kind = "", seconds = 6) {
  const stack = document.getElementById("toasts");
  if (!text || [...stack.children].some((toast) => toast.textContent.trim() === text)) return;
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-field=text]").textContent = text;
  if (kind) toast.classList.add(kind);
  toast.querySelector("[data-dismiss]").addEventListener("click", () => toast.remove());
  stack.append(toast);
  setTimeout(() => toast.remove(), seconds * 1000);
}
