// One chat's messages in order and without a gap. Whatever hints at a gap leads to catchUp(), which asks until it is whole.

export class Sync {
  seq;
  #ask;
  #apply;
  #running = null;
  #again = false;

  /** `ask(after)` gives `{data, hasMore, …}`; `apply(messages, answer)` shows what is new, in order. */
  constructor(seq, ask, apply) {
    this.seq = seq;
    this.#ask = ask;
    this.#apply = apply;
  }

  /** A message that came by itself: the next one is shown, a later one is a gap, an earlier one is known. */
  offer(message) {
    if (message.seq <= this.seq) return;
    if (message.seq === this.seq + 1 && !this.#running) this.#take([message], {});
    else this.catchUp();
  }

  /** Somebody says that the chat has come this far. */
  reach(lastSeq) {
    if (lastSeq > this.seq) this.catchUp();
  }

  /** Ask for everything after what we have. Whether it worked; if not, the next hint tries again. */
  catchUp() {
    if (this.#running) this.#again = true;
    else this.#running = this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run() {
    try {
      do {
        this.#again = false;
        for (let more = true; more; ) {
          const answer = await this.#ask(this.seq);
          this.#take(answer.data, answer);
          more = answer.hasMore && answer.data.length > 0;
        }
      } while (this.#again);
      return true;
    } catch {
      return false;
    }
  }

  #take(messages, answer) {
    const fresh = messages.filter((message) => message.seq > this.seq);
    if (fresh.length) this.seq = fresh.at(-1).seq;
    this.#apply(fresh, answer);
  }
}
