// <print-page>: a button that prints the page; without scripts there is none, and the browser's own menu does it.
class PrintPage extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => print());
  }
}

customElements.define("print-page", PrintPage);
