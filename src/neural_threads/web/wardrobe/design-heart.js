// <design-heart>: fills at once when pressed, and empties again when the server did not take it. Of several presses the last counts.
import { api, insist } from "shell/api.js";
import { announce } from "shell/toast.js";

const PLACE = "/api/chatbot/wardrobe";

class DesignHeart extends HTMLElement {
  #button = null;
  #item = "";
  #wanted = false;
  #sending = null;
  #ends = new AbortController();

  connectedCallback() {
    this.#button = this.querySelector("button");
    this.#item = this.dataset.item;
    this.#wanted = Boolean(this.#item);
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#show(!this.#wanted);
      this.#sending ??= this.#send().finally(() => (this.#sending = null));
    });
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  #show(saved) {
    this.#wanted = saved;
    this.#button.setAttribute("aria-pressed", String(saved));
    this.#button.title = saved ? this.dataset.saved : this.dataset.save;
  }

  async #send() {
    try {
      while (this.#wanted !== Boolean(this.#item)) {
        await insist(() => (this.#wanted ? this.#save() : this.#letGo()), this.#ends.signal);
      }
    } catch (refusal) {
      if (this.#ends.signal.aborted) return;
      this.#show(Boolean(this.#item));
      announce(refusal.message || this.dataset.failed, "bad");
    }
  }

  async #save() {
    if (!this.#item) this.#item = (await api("POST", PLACE, { portfolioItemId: this.dataset.design })).data.id;
  }

  async #letGo() {
    if (!this.#item) return;
    await api("DELETE", `${PLACE}?id=${this.#item}`).catch((refusal) => {
      if (refusal.status !== 404) throw refusal; // 404: let go on another page already
    });
    this.#item = "";
  }
}

customElements.define("design-heart", DesignHeart);
