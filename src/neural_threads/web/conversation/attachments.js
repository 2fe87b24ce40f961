// Pictures that were chosen, pasted or dropped into a thread, and wait there to be sent; each can be taken away again.

const MOST = 10;
const MOST_BYTES = 5242880;

export class Attachments {
  #place;
  #words;
  #changed;
  #most;
  #types;
  #files = new Map();

  /** `place` has the list and the template; `changed()` hears of every picture that comes or goes; `most` find room. */
  constructor(place, words, changed, most = MOST) {
    [this.#place, this.#words, this.#changed, this.#most] = [place, words, changed, most];
    this.#types = place.closest("form").querySelector("[data-choose]").accept.split(",");
  }

  get isEmpty() {
    return this.#files.size === 0;
  }

  add(files) {
    let wrong = "";
    for (const file of files) {
      if (!this.#types.includes(file.type)) wrong = this.#words.wrongType;
      else if (file.type === "image/gif" && file.size > MOST_BYTES) wrong = this.#words.tooLarge; // what moves is not scaled down
      else if (this.#files.size === this.#most) wrong = this.#words.enough;
      else this.#show(file);
    }
    this.#complain(wrong);
    this.#changed();
  }

  /** All pictures, in the order in which they came; the tray is empty then. */
  take() {
    const files = [...this.#files.values()];
    for (const one of this.#files.keys()) this.#leave(one);
    this.#complain("");
    return files;
  }

  #show(file) {
    const one = this.#part("template").content.firstElementChild.cloneNode(true);
    const image = one.querySelector("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    one.querySelector("button").addEventListener("click", () => {
      const next = one.nextElementSibling ?? one.previousElementSibling;
      this.#leave(one);
      this.#complain("");
      this.#changed();
      (next ?? this.#place.parentElement.querySelector("textarea")).querySelector?.("button")?.focus();
    });
    this.#files.set(one, file);
    this.#part("list").append(one);
    this.#part("list").hidden = false;
  }

  #leave(one) {
    URL.revokeObjectURL(one.querySelector("img").src);
    this.#files.delete(one);
    one.remove();
    this.#part("list").hidden = this.isEmpty;
  }

  #complain(words) {
    const error = this.#part("error");
    error.textContent = words;
    error.hidden = !words;
  }

  #part(name) {
    return this.#place.querySelector(`[data-part=${name}]`);
  }
}
