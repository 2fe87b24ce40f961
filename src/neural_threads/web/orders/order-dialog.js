// <order-dialog>: the form behind a [data-ask] link, as a sheet over the page. What is written stays while the page does.
import { fragment } from "shell/api.js";
import { forget, keep } from "shell/drafts.js";
import { announce } from "shell/toast.js";

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
      const answer = await fragment(href).catch(() => null);
      if (!answer?.ok) return answer?.status === 401 ? undefined : location.assign(href);
      const { pathname, search } = new URL(href);
      this.#body.dataset.address = pathname + search; // where its draft is kept, and where signing in leads back to
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
    keep(form);
    const answer = await fragment(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.status === 204) {
      forget(form);
      this.#sheet.close();
      this.#body.replaceChildren();
    } else if (answer && (answer.ok || answer.status === 422 || answer.status === 429)) {
      this.#body.innerHTML = await answer.text();
      this.#body.querySelector("[data-focus]")?.focus();
    } else if (answer?.status !== 401) announce(document.getElementById("toasts").dataset[answer ? "trouble" : "offline"], "bad");
  }
}

customElements.define("order-dialog", AskSheet);
