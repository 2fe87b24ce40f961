// <request-card data-request="…">: a design request in a thread, as it stands now.
import { fragment } from "shell/api.js";
import { socket } from "shell/socket.js";

class RequestCard extends HTMLElement {
  static observedAttributes = ["data-request"];
  #line = socket();
  #heard = ({ requestId }) => requestId === this.dataset.request && this.#look();
  #again = () => this.#look();

  connectedCallback() {
    this.#line.on("request-updated", this.#heard);
    this.#line.io.on("reconnect", this.#again);
    this.#look();
  }

  disconnectedCallback() {
    this.#line.off("request-updated", this.#heard);
    this.#line.io.off("reconnect", this.#again);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#look();
  }

  async #look() {
    const id = this.dataset.request;
    if (!id) return;
    const answer = await fragment(`/requests/${id}/card`).catch(() => null);
    const card = answer?.ok ? await answer.text() : "";
    if (card && id === this.dataset.request) this.innerHTML = card;
  }
}

customElements.define("request-card", RequestCard);
