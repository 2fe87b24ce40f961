// <item-order>: puts pieces in order by dragging their handles, by arrow keys on them, or by the buttons beside them.
// Each change is sent at once; when it cannot be saved, the pieces go back to where they were.
import { api } from "shell/api.js";
import { announce } from "shell/toast.js";

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
const NEAR_EDGE = 70; // pixels from which the page scrolls along

class PieceOrder extends HTMLElement {
  #list = null;
  #saved = [];
  #sending = null;
  #lifted = null;

  connectedCallback() {
    this.#list = this.querySelector("ol");
    this.#saved = this.#ids();
    if (this.#saved.length < 2) return;
    for (const grip of this.querySelectorAll("[data-grip]")) grip.hidden = false;
    this.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-move]")) return;
      event.preventDefault();
      this.#step(event.target.closest("li"), Number(event.submitter.value), event.submitter);
    });
    this.addEventListener("keydown", (event) => {
      const grip = event.target.closest("[data-grip]");
      if (!grip || !(event.key in KEYS)) return;
      event.preventDefault();
      this.#step(grip.closest("li"), KEYS[event.key], grip);
    });
    this.addEventListener("pointerdown", (event) => this.#lift(event));
    this.addEventListener("pointermove", (event) => this.#drag(event));
    this.addEventListener("pointerup", () => this.#lay());
    this.addEventListener("pointercancel", () => this.#lay());
  }

  #step(piece, step, button) {
    const neighbour = step < 0 ? piece.previousElementSibling : piece.nextElementSibling;
    if (!neighbour) return;
    neighbour[step < 0 ? "before" : "after"](piece);
    const stays = getComputedStyle(button).visibility === "visible" ? button : piece.querySelector("[data-grip]");
    stays.focus();
    this.#changed(piece);
  }

  #lift(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    this.#lifted = grip.closest("li");
    this.#lifted.classList.add("lifted");
  }

  #drag(event) {
    if (!this.#lifted) return;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("li");
    if (under && under !== this.#lifted && under.parentElement === this.#list) {
      const pieces = [...this.#list.children];
      under[pieces.indexOf(under) < pieces.indexOf(this.#lifted) ? "before" : "after"](this.#lifted);
    }
    if (event.clientY < NEAR_EDGE) scrollBy(0, -12);
    else if (event.clientY > innerHeight - NEAR_EDGE) scrollBy(0, 12);
  }

  #lay() {
    const piece = this.#lifted;
    this.#lifted = null;
    piece?.classList.remove("lifted");
    if (piece && String(this.#ids()) !== String(this.#saved)) this.#changed(piece);
  }

  #changed(piece) {
    const pieces = [...this.#list.children];
    const place = pieces.indexOf(piece) + 1;
    announce(this.dataset.moved.replace("{place}", place).replace("{many}", pieces.length), "", 2);
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
  }

  /** One after the other, and of several changes the last. */
  async #send() {
    while (String(this.#ids()) !== String(this.#saved)) {
      const ids = this.#ids();
      try {
        await api("PUT", this.dataset.send, { ids });
        this.#saved = ids;
      } catch {
        announce(this.dataset.failed, "bad");
        for (const id of this.#saved) this.#list.append(this.#list.querySelector(`[data-id="${id}"]`));
      }
    }
  }

  #ids() {
    return [...this.#list.children].map((piece) => piece.dataset.id);
  }
}

customElements.define("item-order", PieceOrder);
