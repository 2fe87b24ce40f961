// <request-watch>: asks for the region again when a request of mine changes, unless somebody is writing in it.
import { socket } from "shell/socket.js";

const TOGETHER = 300;

class RequestWatch extends HTMLElement {
  #line = socket();
  #timer = 0;
  #heard = ({ requestId }) => {
    if (!this.dataset.request || this.dataset.request === requestId) this.#soon();
  };
  // Whatever happened while the line was down was told to nobody.
  #again = () => this.#soon();

  connectedCallback() {
    this.#line.on("request-updated", this.#heard);
    this.#line.io.on("reconnect", this.#again);
  }

  disconnectedCallback() {
    this.#line.off("request-updated", this.#heard);
    this.#line.io.off("reconnect", this.#again);
    clearTimeout(this.#timer);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), TOGETHER);
  }

  #look() {
    const changed = this.querySelector("[data-changed]");
    if (changed && this.#isWritten()) changed.hidden = false;
    else this.dispatchEvent(new CustomEvent("request-changed"));
  }

  #isWritten() {
    const fields = [...this.querySelectorAll("input:not([type=hidden]), textarea")];
    return fields.some((field) => field.value !== field.defaultValue) || Boolean(this.querySelector("form[data-sent]"));
  }
}

customElements.define("request-watch", RequestWatch);
