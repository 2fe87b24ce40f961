// <order-dialog>: the form behind a [data-ask] link, as a sheet over the page. What is written stays while the page does.
import { renewal } from "shell/api.js";
import { announce } from "shell/toast.js";

const HEADERS = { Accept: "text/html", "HX-Request": "true" };

class AskSheet extends HTMLElement {
  #isBusy = false;
  #click = (event) => {
    const link = event.target.closest?.("a[data-ask]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#open(link.href);
  };

  connectedCallback() {
    document.addEventListener("click", this.#click);
    this.#sheet.addEventListener("submit", (event) => this.#submit(event));
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#click);
  }

  get #sheet() {
    return this.querySelector("dialog");
  }

  get #body() {
    return this.querySelector(".sheet-body");
  }

  async #open(href) {
    if (!this.#body.querySelector("form")) {
      const answer = await asked(href);
      if (!answer?.ok) return location.assign(href);
      this.#body.innerHTML = await answer.text();
    }
    this.#sheet.showModal();
    this.#body.querySelector("textarea").focus();
  }

  async #submit(event) {
    if (event.defaultPrevented) return; // a picture is still on its way
    event.preventDefault();
    if (this.#isBusy) return;
    this.#isBusy = true;
    event.submitter?.setAttribute("aria-busy", "true");
    await this.#send(event.target);
    event.submitter?.removeAttribute("aria-busy");
    this.#isBusy = false;
  }

  async #send(form) {
    const answer = await asked(form.action, { method: "POST", body: new FormData(form) });
    if (answer?.status === 204) {
      this.#sheet.close();
      this.#body.replaceChildren();
    } else if (answer && (answer.ok || answer.status === 422 || answer.status === 429)) {
      this.#body.innerHTML = await answer.text();
      this.#body.querySelector("[data-focus]")?.focus();
    } else announce(document.getElementById("toasts").dataset[answer ? "trouble" : "offline"], "bad");
  }
}

/** The answer, after one silent renewal of the session if need be; null when there was none. */
async function asked(url, options = {}) {
  const ask = () => fetch(url, { ...options, headers: HEADERS }).catch(() => null);
  const answer = await ask();
  return answer?.status === 401 && (await renewal()) ? ask() : answer;
}

customElements.define("order-dialog", AskSheet);
