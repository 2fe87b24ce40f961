// The list of designers: shows the shape of what comes when it takes long, and closes the filter sheet when it is done.
class DesignerFinder extends HTMLElement {
  #wide = matchMedia("(min-width: 80rem)");
  #slow = 0;
  #asked = false;

  #close = () => {
    const sheet = this.querySelector("#filters");
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
  };

  // Who pressed Enter is done with the words: the next Tab is at the results, not at the first of thirty filters.
  #submitted = () => {
    this.#close();
    this.#asked = true;
  };

  #typing = () => {
    this.#asked = false;
  };

  #wait = (event) => {
    clearTimeout(this.#slow);
    const isList = ["results", "discover"].includes(event.detail.target.id);
    if (event.type === "htmx:beforeRequest" && isList) {
      this.#slow = setTimeout(() => this.querySelector("#results")?.classList.add("slow"), 400);
      return;
    }
    this.querySelector("#results")?.classList.remove("slow");
    if (this.#asked && isList && event.type === "htmx:afterRequest") this.querySelector("#found")?.focus();
  };

  // Leaving a typed-in field is no news: its input was already asked for. Asking again would take the card that is
  // just being pressed away from under the finger.
  #typed = (event) => {
    if (event.target.matches("[type=search], [type=number]")) event.stopPropagation();
  };

  connectedCallback() {
    this.addEventListener("change", this.#typed, { capture: true });
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("input", this.#typing);
    this.addEventListener("htmx:beforeRequest", this.#wait);
    this.addEventListener("htmx:afterRequest", this.#wait);
    this.#wide.addEventListener("change", this.#close);
  }

  disconnectedCallback() {
    clearTimeout(this.#slow);
    this.#wide.removeEventListener("change", this.#close);
  }
}

customElements.define("designer-finder", DesignerFinder);
