// <wardrobe-item>: the page of one piece shows what is read from its picture as soon as it is.
import { socket } from "shell/socket.js";

const LOOK_AGAIN = 5000;
const LOOKS = 24;

class WardrobeItem extends HTMLElement {
  #looks = 0;
  #timer = 0;

  connectedCallback() {
    socket().on("wardrobe-item-updated", this.#heard);
    this.#timer = setInterval(() => this.querySelector("[data-reading]") && ++this.#looks < LOOKS && this.#refresh(), LOOK_AGAIN);
  }

  disconnectedCallback() {
    socket().off("wardrobe-item-updated", this.#heard);
    clearInterval(this.#timer);
  }

  #heard = ({ itemId }) => itemId === this.dataset.id && this.#refresh();

  #refresh() {
    if (navigator.onLine) window.htmx.ajax("GET", location.pathname, { target: "#read", select: "#read", swap: "outerHTML" }).catch(() => {});
  }
}

customElements.define("wardrobe-item", WardrobeItem);
