// <push-switch>: whether this device tells what happens while no page of ours is open. Nothing is asked before a press.
import { ThisDevice } from "notifications/device.js";

class PushSwitch extends HTMLElement {
  #device = new ThisDevice(this.dataset.key, "on" in this.dataset);

  async connectedCallback() {
    this.#input.addEventListener("change", () => this.#turn());
    this.#show(await this.#device.state());
  }

  get #input() {
    return this.querySelector("input");
  }

  async #turn() {
    this.#input.disabled = true;
    try {
      const wanted = this.#input.checked;
      const state = await (wanted ? this.#device.switchOn() : this.#device.switchOff());
      this.#show(wanted && state === "off" ? "unanswered" : state);
    } catch {
      this.#show("trouble");
    }
    if (!this.#input.disabled) this.#input.focus();
  }

  #show(state) {
    this.#input.checked = state === "on";
    this.#input.disabled = state === "missing" || state === "blocked";
    for (const words of this.querySelectorAll("[data-when]")) words.hidden = !words.dataset.when.split(" ").includes(state);
  }
}

customElements.define("push-switch", PushSwitch);
