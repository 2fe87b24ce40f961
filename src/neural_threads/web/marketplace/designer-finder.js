// The list of designers: the filter sheet closes when its "show" is pressed or the screen becomes wide.
class DesignerFinder extends HTMLElement {
  #wide = matchMedia("(min-width: 80rem)");
  #close = () => {
    const sheet = this.querySelector("#filters");
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
  };

  connectedCallback() {
    this.addEventListener("submit", this.#close);
    this.#wide.addEventListener("change", this.#close);
  }

  disconnectedCallback() {
    this.#wide.removeEventListener("change", this.#close);
  }
}

customElements.define("designer-finder", DesignerFinder);
