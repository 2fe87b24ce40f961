// <tryon-points>: points on a picture, a body's or a piece's, dragged by pointer or moved by arrow keys, with undo.
const PERSON = [
  ["leftShoulder", "rightShoulder"], ["leftHip", "rightHip"], ["leftShoulder", "leftHip"], ["rightShoulder", "rightHip"],
  ["leftShoulder", "leftElbow"], ["leftElbow", "leftWrist"], ["rightShoulder", "rightElbow"], ["rightElbow", "rightWrist"],
  ["leftHip", "leftKnee"], ["leftKnee", "leftAnkle"], ["rightHip", "rightKnee"], ["rightKnee", "rightAnkle"],
];
const SIDE = [["Neck", "Shoulder"], ["Shoulder", "CuffOuter"], ["CuffOuter", "CuffInner"], ["CuffInner", "Armpit"], ["Armpit", "Waist"], ["Waist", "Hip"], ["Hip", "Hem"], ["Hem", "HemInner"]];
const BONES = {
  person: PERSON,
  garment: [
    ...["left", "right"].flatMap((side) => SIDE.map((bone) => bone.map((name) => side + name))),
    ["leftNeck", "neckFront"], ["neckFront", "rightNeck"], ["leftHemInner", "crotch"], ["crotch", "rightHemInner"],
  ],
};
const STEP = 0.005;
const LARGE_STEP = 0.02;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SVG = "http://www.w3.org/2000/svg";
const within = (share) => Math.min(1, Math.max(0, share));

/** The points and what was done to them. */
export class Points {
  #past = [];

  constructor(points) {
    this.now = Object.fromEntries(Object.entries(points).map(([name, { x, y }]) => [name, { x: within(x), y: within(y) }]));
  }

  /** Remember how it is, to come back to. */
  mark() {
    this.#past.push(structuredClone(this.now));
  }

  move(name, x, y) {
    this.now[name] = { x: within(x), y: within(y) };
  }

  undo() {
    this.now = this.#past.pop() ?? this.now;
  }

  get canUndo() {
    return this.#past.length > 0;
  }
}

class TryonPoints extends HTMLElement {
  connectedCallback() {
    const read = (part) => JSON.parse(this.querySelector(`script[${part}]`).textContent);
    this.points = new Points(read("data-points"));
    this.board = this.querySelector("[data-board]");
    this.bones = this.querySelector("[data-bones]");
    this.field = this.querySelector("input[type=hidden]");
    this.undo = this.querySelector("[data-undo]");
    this.hidden = false;
    this.#build(read("data-names"));
    this.undo.addEventListener("click", () => {
      this.points.undo();
      this.#show(true);
    });
    this.#show(false);
  }

  #build(names) {
    this.buttons = new Map();
    for (const name of Object.keys(this.points.now)) {
      if (!names[name]) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tryon-point";
      button.setAttribute("aria-label", names[name]);
      button.setAttribute("aria-describedby", `hint-${this.dataset.which}`);
      button.addEventListener("keydown", (event) => this.#pressed(event, name));
      button.addEventListener("pointerdown", (event) => this.#grabbed(event, button, name));
      this.board.append(button);
      this.buttons.set(name, button);
    }
    this.lines = BONES[this.dataset.which].filter((bone) => bone.every((name) => this.points.now[name])).map((bone) => {
      const line = this.bones.appendChild(document.createElementNS(SVG, "line"));
      return [line, ...bone];
    });
  }

  #pressed(event, name) {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const { x, y } = this.points.now[name];
    if (!event.repeat) this.points.mark();
    this.points.move(name, x + way[0] * step, y + way[1] * step);
    this.#show(true);
  }

  #grabbed(event, button, name) {
    event.preventDefault();
    button.focus();
    button.setPointerCapture(event.pointerId);
    this.points.mark();
    const moved = ({ clientX, clientY }) => {
      const box = this.board.getBoundingClientRect();
      this.points.move(name, (clientX - box.left) / box.width, (clientY - box.top) / box.height);
      this.#show(true);
    };
    button.addEventListener("pointermove", moved);
    button.addEventListener("lostpointercapture", () => button.removeEventListener("pointermove", moved), { once: true });
  }

  #show(isMoved) {
    for (const [name, button] of this.buttons) {
      button.style.setProperty("--x", this.points.now[name].x);
      button.style.setProperty("--y", this.points.now[name].y);
    }
    for (const [line, from, to] of this.lines) {
      const [start, end] = [this.points.now[from], this.points.now[to]];
      for (const [attribute, share] of [["x1", start.x], ["y1", start.y], ["x2", end.x], ["y2", end.y]]) {
        line.setAttribute(attribute, `${share * 100}%`);
      }
    }
    this.undo.disabled = !this.points.canUndo;
    if (isMoved) this.field.value = JSON.stringify(this.points.now);
  }
}

customElements.define("tryon-points", TryonPoints);
