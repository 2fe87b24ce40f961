// One chat's messages in order and without a gap. Whatever hints at a gap leads to catchUp(), which asks until it is whole.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

export class Sync {
  seq;
  /** False while an old page is shown and not all that follows it: then nothing is fetched but by more(). */
  isWhole;
  #ask;
  #apply;
  #pause;
  #running = null;
  #again = false;
  #failures = 0;
  #timer = 0;

  /** `ask(after)` gives `{data, hasMore, …}`; `apply(messages, answer)` shows what is new, in order. */
  constructor(seq, ask, apply, { isWhole = true, pause = FIRST_PAUSE } = {}) {
    [this.seq, this.#ask, this.#apply, this.isWhole, this.#pause] = [seq, ask, apply, isWhole, pause];
  }

  /** A message that came by itself: the next one is shown, a later one is a gap, an earlier one is known. */
  offer(message) {
    if (message.seq <= this.seq || !this.isWhole) return;
    if (message.seq === this.seq + 1 && !this.#running) this.#take([message], {});
    else this.catchUp();
  }

  /** Somebody says that the chat has come this far. */
  reach(lastSeq) {
    if (lastSeq > this.seq) this.catchUp();
  }

  /** Ask for everything after what we have. Whether it worked; if not, it is tried again until it does. */
  catchUp() {
    if (!this.isWhole) return Promise.resolve(true);
    clearTimeout(this.#timer);
    if (this.#running) this.#again = true;
    else this.#running = this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** The next page after an old one. */
  async more() {
    if (this.isWhole || this.#running) return;
    this.#running = this.#page().finally(() => (this.#running = null));
    const { hasMore } = await this.#running;
    this.isWhole = !hasMore;
    if (this.isWhole) await this.catchUp();
  }

  close() {
    clearTimeout(this.#timer);
    this.isWhole = false;
  }

  async #run() {
    try {
      do {
        this.#again = false;
        while ((await this.#page()).hasMore);
      } while (this.#again);
      this.#failures = 0;
      return true;
    } catch {
      this.#failures += 1;
      const pause = Math.min(LONGEST_PAUSE, this.#pause * 2 ** (this.#failures - 1));
      this.#timer = setTimeout(() => this.catchUp(), pause * (0.75 + Math.random() / 2));
      return false;
    }
  }

  async #page() {
    const answer = await this.#ask(this.seq);
    this.#take(answer.data, answer);
    return { hasMore: answer.hasMore && answer.data.length > 0 };
  }

  #take(messages, answer) {
    const fresh = messages.filter((message) => message.seq > this.seq);
    if (fresh.length) this.seq = fresh.at(-1).seq;
    this.#apply(fresh, answer);
  }
}
