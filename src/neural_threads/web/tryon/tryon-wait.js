// <tryon-wait>: a look that is still being made; the page is loaded anew when it is there.
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
    const answer = await fetch(`/api/virtual-tryon/${this.dataset.id}`).catch(() => null);
    if (!answer?.ok) return;
    const { data } = await answer.json();
    if (data.isProcessed) location.reload();
  }
}

customElements.define("tryon-wait", TryonWait);
