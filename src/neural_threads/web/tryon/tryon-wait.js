// <tryon-wait>: a look that is still being made; the page is loaded anew when it is there.
import { api } from "shell/api.js";

const ASK_EVERY = 1500;

class TryonWait extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(() => this.#ask(), ASK_EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  async #ask() {
    if (document.hidden) return;
    const look = await api("GET", `/api/virtual-tryon/${this.dataset.id}`).catch(() => null); // asked again soon
    if (look?.data?.isProcessed) location.reload();
  }
}

customElements.define("tryon-wait", TryonWait);
