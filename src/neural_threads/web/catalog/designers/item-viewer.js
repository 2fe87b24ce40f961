// A gallery whose pictures open large: arrows, swipes and Esc; without scripts each picture is simply a link.
class PieceViewer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("click", (event) => this.#pressed(event));
    this.dialog.addEventListener("keydown", (event) => this.#step({ ArrowLeft: -1, ArrowRight: 1 }[event.key]));
    this.dialog.addEventListener("pointerdown", (event) => (this.from = event.clientX));
    this.dialog.addEventListener("pointerup", (event) => this.#swiped(event.clientX - this.from));
    this.dialog.addEventListener("close", () => this.pieces[this.at]?.focus());
  }

  get pieces() {
    return [...this.querySelectorAll("a[data-piece]")];
  }

  #pressed(event) {
    const step = event.target.closest("[data-step]");
    const piece = event.target.closest("a[data-piece]");
    if (step) this.#step(Number(step.dataset.step));
    else if (event.target === this.dialog) this.dialog.close();
    else if (piece && !(event.metaKey || event.ctrlKey || event.shiftKey)) {
      event.preventDefault();
      this.#show(this.pieces.indexOf(piece));
      this.dialog.showModal();
    }
  }

  #swiped(distance) {
    if (Math.abs(distance) > 50) this.#step(distance < 0 ? 1 : -1);
  }

  #step(by) {
    const many = this.pieces.length;
    if (by && many) this.#show((this.at + by + many) % many);
  }

  #show(at) {
    this.at = at;
    const { href, dataset } = this.pieces[at];
    const field = (name) => this.dialog.querySelector(`[data-field=${name}]`);
    field("picture").src = href;
    field("picture").alt = dataset.words;
    field("price").textContent = dataset.price;
    field("words").textContent = dataset.words;
    for (const arrow of this.dialog.querySelectorAll("[data-step]")) arrow.hidden = this.pieces.length < 2;
  }
}

customElements.define("item-viewer", PieceViewer);
