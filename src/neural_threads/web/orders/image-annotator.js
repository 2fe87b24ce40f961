// <image-annotator>: marks on the chosen piece. Touch adds one, dragging or arrow keys move it; the form sends them as fractions.
const STEP = 0.02;
const SVG = "http://www.w3.org/2000/svg";
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const within = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

class PinBoard extends HTMLElement {
  #pins = [];
  #most = 20;

  connectedCallback() {
    this.#pins = JSON.parse(this.#input.value);
    const form = this.closest("form");
    form.addEventListener("change", (event) => event.target.name === "piece" && this.#choose(event.target));
    this.#choose(form.querySelector("[name=piece]:checked"));
    const board = this.querySelector("[data-board]");
    board.addEventListener("click", (event) => event.target.closest("g") || this.#add(this.#at(event)));
    board.addEventListener("pointerdown", (event) => this.#drag(event));
    this.querySelector("[data-add]").addEventListener("click", () => this.#add({ x: 0.5, y: 0.5 }));
    this.#draw();
  }

  get #input() {
    return this.querySelector("[name=pins]");
  }

  #field(name) {
    return this.querySelector(`[data-field=${name}]`);
  }

  #choose(radio) {
    const url = radio?.dataset.picture;
    if (url && this.#field("picture").src && !this.#field("picture").src.endsWith(url)) this.#pins = [];
    this.hidden = !url;
    if (url) this.#field("picture").src = url;
    this.#draw();
  }

  #at({ clientX, clientY }) {
    const box = this.#field("picture").getBoundingClientRect();
    return { x: within((clientX - box.left) / box.width), y: within((clientY - box.top) / box.height) };
  }

  #add(place) {
    if (this.#pins.length >= this.#most) return;
    this.#pins.push({ ...place, note: "" });
    this.#draw();
    this.querySelector(".pin-row:last-child input").focus({ preventScroll: true });
  }

  #drag(event) {
    const mark = event.target.closest("g");
    if (!mark) return;
    event.preventDefault();
    const pin = this.#pins[Number(mark.dataset.index)];
    const move = (moved) => {
      Object.assign(pin, this.#at(moved));
      this.#place();
    };
    const stop = () => removeEventListener("pointermove", move);
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop, { once: true });
    addEventListener("pointercancel", stop, { once: true });
  }

  #key(event, index) {
    const step = KEYS[event.key];
    if (step) {
      const pin = this.#pins[index];
      Object.assign(pin, { x: within(pin.x + step[0]), y: within(pin.y + step[1]) });
      this.#place();
    } else if (event.key === "Delete") this.#remove(index);
    else return;
    event.preventDefault();
  }

  #remove(index) {
    this.#pins.splice(index, 1);
    this.#draw();
    (this.querySelector(".pin-row:last-child [data-move]") ?? this.querySelector("[data-add]")).focus();
  }

  #draw() {
    const template = this.querySelector("template").content.firstElementChild;
    this.#field("pins").replaceChildren(...this.#pins.map((_, index) => this.#mark(index)));
    this.#field("rows").replaceChildren(...this.#pins.map((pin, index) => this.#row(template.cloneNode(true), pin, index)));
    this.#place();
  }

  #mark(index) {
    const group = document.createElementNS(SVG, "g");
    group.dataset.index = index;
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("r", 13);
    const text = document.createElementNS(SVG, "text");
    text.setAttribute("dy", "0.35em");
    text.textContent = index + 1;
    group.append(circle, text);
    return group;
  }

  #row(row, pin, index) {
    const number = row.querySelector("[data-move]");
    number.textContent = index + 1;
    number.setAttribute("aria-label", this.dataset.there.replace("{}", index + 1));
    number.addEventListener("keydown", (event) => this.#key(event, index));
    const input = row.querySelector("input");
    input.value = pin.note;
    input.addEventListener("input", () => {
      pin.note = input.value;
      this.#keep();
    });
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    const light = (on) => this.#field("pins").children[index]?.classList.toggle("chosen", on);
    row.addEventListener("focusin", () => light(true));
    row.addEventListener("focusout", () => light(false));
    row.querySelector("[data-remove]").addEventListener("click", () => this.#remove(index));
    return row;
  }

  #place() {
    for (const [index, { x, y }] of this.#pins.entries()) {
      const [circle, text] = this.#field("pins").children[index].children;
      for (const [shape, across, down] of [[circle, "cx", "cy"], [text, "x", "y"]]) {
        shape.setAttribute(across, `${x * 100}%`);
        shape.setAttribute(down, `${y * 100}%`);
      }
    }
    this.#keep();
  }

  #keep() {
    this.#input.value = JSON.stringify(this.#pins);
  }
}

customElements.define("image-annotator", PinBoard);
