// The list of designers: shows the shape of what comes when it takes long, and closes the filter sheet when it is done.
class DesignerFinder extends HTMLElement {
  #wide = matchMedia("(min-width: 80rem)");
  #slow = 0;

  #close = () => {
    const sheet = this.querySelector("#filters");
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
  };

  #wait = (event) => {
    clearTimeout(this.#slow);
    if (event.type === "htmx:beforeRequest" && ["results", "discover"].includes(event.detail.target.id)) {
      this.#slow = setTimeout(() => this.querySelector("#results")?.classList.add("slow"), 400);
    } else this.querySelector("#results")?.classList.remove("slow");
  };

  // Leaving a typed-in field is no news: its input was already asked for. Asking again would take the card that is
  // just being pressed away from under the finger.
  #typed = (event) => {
    if (event.target.matches("[type=search], [type=number]")) event.stopPropagation();
  };

  connectedCallback() {
    this.addEventListener("change", this.#typed, { capture: true });
    this.addEventListener("submit", this.#close);
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
