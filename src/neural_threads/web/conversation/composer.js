// What is being written in a thread: words that survive a reload, and pictures that were chosen, pasted or dropped.
import { Attachments } from "conversation/attachments.js";
import { wireEnterKey } from "shell/enter-key.js";

export class Composer {
  #thread;
  #form;
  #field;
  #tray;
  #draft;
  #tell;
  #held = "";

  /**
   * The composer of this thread. `draft` is the name under which its words are kept; `tell` has `typed(hasWords)` and
   * `said(words, pictures)`; at most `pictures` find room in its tray.
   */
  constructor(thread, draft, tell, pictures) {
    this.#thread = thread;
    this.#form = thread.querySelector("[data-composer]");
    this.#field = this.#form.elements.content;
    this.#draft = draft;
    this.#tell = tell;
    this.#tray = new Attachments(thread.querySelector("[data-tray]"), thread.dataset, () => this.keep(), pictures);
  }

  /** Listen, by a function that listens for as long as the thread is on the page. */
  wire(on) {
    on(this.#form, "submit", (event) => this.#submit(event));
    on(this.#field, "input", () => this.#typed());
    wireEnterKey(this.#field, () => this.#form.requestSubmit(), on);
    const input = this.#thread.querySelector("[data-choose]");
    on(input, "change", () => this.#chosen(input));
    if (input.files.length) this.#chosen(input); // somebody was quicker than this script
    on(document, "paste", (event) => this.#pasted(event));
    for (const event of ["dragenter", "dragover", "dragleave", "drop"]) on(this.#thread, event, (drag) => this.#dragged(drag));
  }

  /** Show what was kept. */
  restore() {
    try {
      this.#field.value ||= localStorage.getItem(this.#draft) ?? "";
    } catch {
      // Nothing was kept.
    }
    this.#grow();
    if (matchMedia("(min-width: 64rem)").matches) this.#field.focus({ preventScroll: true });
  }

  /** Keep what is written now, and what is held. */
  keep() {
    const words = [this.#held, this.#field.value].filter(Boolean).join("\n");
    try {
      if (words) localStorage.setItem(this.#draft, words);
      else localStorage.removeItem(this.#draft);
    } catch {
      // It stays in the field.
    }
  }

  /** Keep words that were said until the server has them; without words: it has them. */
  hold(words = "") {
    this.#held = words;
    this.keep();
  }

  /** Words that were said shall be changed: they come before those that are being written. */
  putBack(words) {
    this.#field.value = [words, this.#field.value].filter(Boolean).join("\n");
    this.#typed();
    this.#field.focus();
  }

  #submit(event) {
    event.preventDefault();
    const words = this.#field.value.trim() ? this.#field.value : "";
    const pictures = this.#tray.take();
    if (!words && !pictures.length) return;
    this.#field.value = "";
    this.#field.dispatchEvent(new Event("input", { bubbles: true })); // it grows and is counted
    this.#tell.said(words, pictures);
  }

  #typed() {
    this.#grow();
    this.keep();
    this.#tell.typed(Boolean(this.#field.value.trim()));
  }

  #chosen(input) {
    this.#tray.add([...input.files]);
    input.value = "";
    this.#field.focus();
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#tray.add(files);
    this.#field.focus();
  }

  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const isLeaving = event.type === "dragleave" && !this.#thread.contains(event.relatedTarget);
    if (event.type === "drop") this.#tray.add([...event.dataTransfer.files]);
    this.#thread.classList.toggle("drop-here", event.type !== "drop" && !isLeaving);
    if (event.type === "drop") this.#field.focus();
  }

  // Fields grow by themselves where field-sizing is known.
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.rows = Math.min(6, this.#field.value.split("\n").length);
  }
}
