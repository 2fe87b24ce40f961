// What is to be said in one chat, first in first out, kept until the server has it: closing the tab loses nothing.
// One tab sends and the others show; the same clientId sent twice is one message. See docs/decisions/0016-the-outbox.md.
import { Refusal } from "shell/api.js";
import { OutboxDb } from "chat/outbox/outbox_db.js";

const LONGEST_PAUSE = 15000;
const PASSING = new Set([401, 408, 425, 429]);
const ANOTHER = "ANOTHER_PERSON";

export class Outbox {
  /** What waits or was refused, in order, as far as this tab knows. */
  entries = [];
  #me;
  #chat;
  #store;
  #server;
  #tell;
  #tabs = new BroadcastChannel("threads.outbox");
  #adding = [];
  #added = Promise.resolve();
  #gone = new Set();
  #sending = null;
  #isRunning = false;
  #isWanted = false;
  #isOver = false;
  #timer = 0;
  #failures = 0;
  #trouble = null;

  /**
   * `server` has `send(entry, signal)`, which gives the stored message, and `upload(picture, signal, progress)`, which gives its name.
   * `tell` may have `changed()`, `stored(message?)`, `refused(entry)`, `dropped(clientId)`, `progress(clientId, percent)` and `another()`.
   */
  constructor({ me, chat, server, tell = {}, store = new OutboxDb() }) {
    [this.#me, this.#chat, this.#server, this.#tell, this.#store] = [me, chat, server, tell, store];
    this.#tabs.onmessage = ({ data }) => this.#heard(data);
  }

  /** Whether the last try found nobody at the other end. */
  get isCutOff() {
    return this.#trouble !== null && !(this.#trouble instanceof Refusal);
  }

  /** Whether the last try found somebody who asked to wait. */
  get isAskedToWait() {
    return this.#trouble instanceof Refusal;
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.refused).length;
  }

  /** Whether closing this page would lose something. */
  get isFragile() {
    return this.waiting > 0 && !this.#store.isLasting;
  }

  /** Say words, or show a picture (a blob) with or without words. What came in first goes out first. */
  add({ content, picture = null }) {
    const entry = { clientId: newId(), me: this.#me, chat: this.#chat, content, picture, at: new Date().toISOString() };
    this.#adding.push(entry);
    this.entries = [...this.entries, entry];
    this.#tell.changed?.();
    this.#added = this.#added.then(() => this.#keep(entry));
    return { entry, kept: this.#added };
  }

  async retry(clientId) {
    await this.#store.change(clientId, { refused: null });
    await this.#changed();
    this.flush();
  }

  /** Take it back. What the server may have by now cannot be taken back, and comes as a message. */
  async discard(clientId) {
    if (this.#sending?.clientId === clientId) this.#sending.stop.abort();
    await this.#forget(clientId);
    this.#say({ dropped: clientId });
  }

  /** Look again at what waits. */
  async refresh() {
    const kept = await this.#store.of(this.#me, this.#chat);
    const names = new Set(kept.map(({ clientId }) => clientId));
    this.#adding = this.#adding.filter(({ clientId }) => !names.has(clientId));
    this.entries = [...kept, ...this.#adding].filter(({ clientId }) => !this.#gone.has(clientId));
    this.#tell.changed?.();
  }

  /** Send what waits, in order. Called as often as one likes; runs once, in one tab at a time. */
  async flush() {
    clearTimeout(this.#timer);
    this.#isWanted = true;
    if (this.#isRunning || this.#isOver) return;
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        if (await this.#next()) await alone(`threads.outbox.${this.#me}.${this.#chat}`, () => this.#sendAll());
      }
      this.#failures = 0;
      this.#trouble = null;
    } catch (trouble) {
      this.#later(trouble);
    } finally {
      this.#isRunning = false;
      this.#tell.changed?.();
    }
  }

  close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#tabs.close();
  }

  async #keep(entry) {
    await this.#store.add(entry);
    this.#say({ changed: true });
    this.flush();
  }

  async #next() {
    await this.refresh();
    return this.entries.find((entry) => !entry.refused && !this.#adding.includes(entry));
  }

  async #sendAll() {
    for (let next; !this.#isOver && (next = await this.#next()); ) await this.#deliver(next);
  }

  async #deliver(entry) {
    const { clientId } = entry;
    const stop = new AbortController();
    this.#sending = { clientId, stop };
    try {
      const message = await this.#server.send(await this.#uploaded(entry, stop.signal), stop.signal);
      await this.#done(clientId, message);
    } catch (trouble) {
      if (!stop.signal.aborted) await this.#failed(entry, trouble);
    } finally {
      this.#sending = null;
    }
  }

  async #uploaded(entry, signal) {
    if (!entry.picture || entry.imageId) return entry;
    const progress = (percent) => {
      this.#tell.progress?.(entry.clientId, percent);
      this.#say({ progress: [entry.clientId, percent] });
    };
    progress(0);
    const imageId = await this.#server.upload(entry.picture, signal, progress);
    await this.#store.change(entry.clientId, { imageId });
    return { ...entry, imageId };
  }

  async #done(clientId, message) {
    this.#failures = 0;
    this.#trouble = null;
    await this.#forget(clientId);
    this.#tell.stored?.(message);
  }

  async #failed(entry, trouble) {
    const { clientId } = entry;
    const isFinal = trouble instanceof Refusal && trouble.status < 500 && !PASSING.has(trouble.status) && trouble.code !== ANOTHER;
    if (!isFinal) throw trouble;
    // Under this name it was stored before, with another upload of the same picture.
    if (trouble.code === "IDEMPOTENCY_CONFLICT") return this.#done(clientId, null);
    // Uploads that nothing shows are swept away after a while: once more from the start.
    if (trouble.fields.imageUrl && !entry.isSecondTry) {
      return this.#store.change(clientId, { imageId: null, isSecondTry: true });
    }
    this.#trouble = null;
    const refused = { words: Object.values(trouble.fields)[0] ?? trouble.message };
    await this.#store.change(clientId, { refused, imageId: null, isSecondTry: false });
    await this.#changed();
    this.#tell.refused?.({ ...entry, refused });
  }

  #later(trouble) {
    this.#failures += 1;
    this.#trouble = trouble;
    if (trouble.code === ANOTHER) {
      this.close();
      return this.#tell.another?.();
    }
    const pause = (trouble.retryAfter || 0) * 1000 || Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.flush(), pause * (0.75 + Math.random() / 2));
  }

  async #forget(clientId) {
    this.#gone.add(clientId);
    await this.#store.remove(clientId);
    await this.#changed();
  }

  async #changed() {
    await this.refresh();
    this.#say({ changed: true });
  }

  #say(what) {
    if (!this.#isOver) this.#tabs.postMessage({ me: this.#me, chat: this.#chat, ...what });
  }

  async #heard({ me, chat, dropped, progress }) {
    if (me !== this.#me || chat !== this.#chat) return;
    if (progress) return this.#tell.progress?.(...progress);
    if (dropped && this.#sending?.clientId === dropped) this.#sending.stop.abort();
    if (dropped) this.#tell.dropped?.(dropped);
    await this.refresh();
  }
}

// Locks exist on safe origins only; without them two tabs may both send, which clientId makes harmless.
function alone(name, act) {
  return navigator.locks ? navigator.locks.request(name, act) : act();
}

// So does randomUUID; a shop on the local network is none.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
