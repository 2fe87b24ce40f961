// The line that says why nothing moves. Nothing while all is well; a short break is not worth a word.
const PATIENCE = 1500;

export class StateLine {
  #place;
  #words;
  #timer;
  #isComplaining = false;
  #state = {};

  /** `place` shows one of `words`. */
  constructor(place, words) {
    [this.#place, this.#words] = [place, words];
  }

  /** How things are: `{isOffline, isAskedToWait, isConnected, waiting}`, the last in messages. */
  show(state) {
    this.#state = state;
    const isDown = state.isOffline || state.isAskedToWait || !state.isConnected;
    if (isDown && !this.#isComplaining) {
      this.#timer ??= setTimeout(() => ((this.#isComplaining = true), this.show(this.#state)), PATIENCE);
      return;
    }
    this.close();
    this.#isComplaining = isDown;
    this.#place.hidden = !isDown;
    const words = this.#said(state);
    if (isDown && this.#place.textContent !== words) this.#place.textContent = words;
  }

  /** Say nothing any more. */
  close() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #said({ isOffline, isAskedToWait, waiting }) {
    const words = this.#words;
    if (isOffline && waiting) return (waiting === 1 ? words.offlineOne : words.offlineMany).replace("{}", waiting);
    if (isOffline) return words.offline;
    if (isAskedToWait && waiting) return (waiting === 1 ? words.waitingOne : words.waitingMany).replace("{}", waiting);
    return words.connecting;
  }
}
