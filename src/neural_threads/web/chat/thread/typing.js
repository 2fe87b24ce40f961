// Who is writing: told while keys are pressed, taken back after two seconds of silence, on either side and whatever gets lost.

export const SILENCE = 2000;
const EVERY = 1000;

/** My own writing. `tell("typing")` at most once a second and again for the last keys, `tell("stop-typing")` when it is over. */
export class Writing {
  #tell;
  #silence = 0;
  #next = 0;
  #toldAt = -Infinity;
  #isTold = false;

  constructor(tell) {
    this.#tell = tell;
  }

  typed() {
    clearTimeout(this.#silence);
    clearTimeout(this.#next);
    this.#silence = setTimeout(() => this.stop(), SILENCE);
    const wait = this.#toldAt + EVERY - performance.now();
    if (wait <= 0) this.#say();
    else this.#next = setTimeout(() => this.#say(), wait);
  }

  stop() {
    clearTimeout(this.#silence);
    clearTimeout(this.#next);
    if (this.#isTold) this.#tell("stop-typing");
    this.#isTold = false;
  }

  #say() {
    this.#toldAt = performance.now();
    this.#isTold = true;
    this.#tell("typing");
  }
}

/** Somebody else's writing, as it is heard of: `show(true)`, and `show(false)` by itself, for their "stop" may never come. */
export class RemoteTyping {
  #show;
  #timer = 0;
  #isShown = false;

  constructor(show) {
    this.#show = show;
  }

  hear() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), SILENCE);
    this.#turn(true);
  }

  end() {
    clearTimeout(this.#timer);
    this.#turn(false);
  }

  #turn(isShown) {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    this.#show(isShown);
  }
}
