// Says new sentences to screen readers once, politely: whole sentences, as an answer grows.

const SENTENCE = /[^.!?।]*[.!?।]+(?=\s)/gu;

export class Announcer {
  #place;
  #said = 0;

  /** `place` is a live region. */
  constructor(place) {
    this.#place = place;
  }

  /** The answer is this long by now; whole sentences that were not said are. */
  grow(text) {
    const fresh = text.slice(this.#said);
    const sentences = fresh.match(SENTENCE)?.join("") ?? "";
    if (!sentences.trim()) return;
    this.#said += sentences.length;
    this.say(sentences);
  }

  /** The answer is complete: say the rest of it, and that it is. */
  finish(text, words) {
    const rest = text.slice(this.#said).trim();
    this.say([rest, words].filter(Boolean).join(" "));
    this.#said = 0;
  }

  say(words) {
    this.#place.textContent = words.trim();
  }
}
