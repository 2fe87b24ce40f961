// <request-watch>: asks for the region again when a request of mine changes, unless somebody is writing in it.
import { api } from "shell/api.js";
import { socket } from "shell/socket.js";

const TOGETHER = 300;

class RequestWatch extends HTMLElement {
  #line = socket();
  #timer = 0;
  #heard = ({ requestId }) => {
    if (!this.dataset.request || this.dataset.request === requestId) this.#soon();
  };
  // Whatever happened while there was no line was told to nobody. A list is asked for again; a request, on which somebody
  // may be writing, only if it has changed since it was drawn, which may have been before the line stood for the first time.
  #again = () => this.dataset.request || this.#soon();
  #compare = async () => {
    if (!this.dataset.request) return;
    const found = await api("GET", this.dataset.source).catch(() => null);
    if (found && Date.parse(found.data.updatedAt) !== Date.parse(this.dataset.drawnAt)) this.#soon();
  };

  connectedCallback() {
    this.#line.on("request-updated", this.#heard);
    this.#line.io.on("reconnect", this.#again);
    this.#line.on("connect", this.#compare);
    if (this.#line.connected) this.#compare();
  }

  disconnectedCallback() {
    this.#line.off("request-updated", this.#heard);
    this.#line.io.off("reconnect", this.#again);
    this.#line.off("connect", this.#compare);
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
