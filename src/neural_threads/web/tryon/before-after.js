// <before-after>: two pictures of one size on each other, and a slider that says how much of the upper one is seen.
class BeforeAfter extends HTMLElement {
  connectedCallback() {
    const label = this.querySelector(".tryon-slider");
    const slider = label.querySelector("input");
    this.classList.add("slides");
    label.hidden = false;
    slider.addEventListener("input", () => this.style.setProperty("--shown", `${slider.value}%`));
  }
}

customElements.define("before-after", BeforeAfter);
