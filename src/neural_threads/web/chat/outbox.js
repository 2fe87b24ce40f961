// What is to be said in one chat, first in first out, kept until the server has it: closing the tab loses nothing.
// The store is the truth, so two tabs on one chat agree; the same clientId sent twice is one message.
import { Refusal } from "shell/api.js";

const LONGEST_PAUSE = 15000;

export class Outbox {
  #key;
  #send;
  #tell;
  #memory = [];
  #running = false;
  #timer = 0;
  #failures = 0;

  /** `send(entry)` gives the stored message; `tell` has `stored`, `refused` and `changed`. */
  constructor(key, send, tell) {
    this.#key = key;
    this.#send = send;
    this.#tell = tell;
  }

  /** Whether the last try found nobody at the other end. */
  get isCutOff() {
    return this.#failures > 0;
  }

  get entries() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? [];
    } catch {
      return this.#memory;
    }
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.refused).length;
  }

  add(content) {
    const entry = { clientId: newId(), content, at: new Date().toISOString() };
    this.#save([...this.entries, entry]);
    this.flush();
    return entry;
  }

  retry(clientId) {
    this.#save(this.entries.map((entry) => (entry.clientId === clientId ? { ...entry, refused: undefined } : entry)));
    this.flush();
  }

  discard(clientId) {
    this.#save(this.entries.filter((entry) => entry.clientId !== clientId));
  }

  /** Send what waits, in order. Called as often as one likes; runs once. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next; (next = this.entries.find((entry) => !entry.refused)); ) await this.#deliver(next);
    } catch (trouble) {
      this.#failures += 1;
      const pause = (trouble.retryAfter || 0) * 1000 || Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures);
      this.#timer = setTimeout(() => this.flush(), pause * (0.75 + Math.random() / 2));
    } finally {
      this.#running = false;
      this.#tell.changed();
    }
  }

  async #deliver(entry) {
    try {
      const message = await this.#send(entry);
      this.#failures = 0;
      this.discard(entry.clientId);
      this.#tell.stored(message);
    } catch (trouble) {
      const isFinal = trouble instanceof Refusal && trouble.status < 500 && trouble.status !== 429;
      if (!isFinal) throw trouble;
      this.#failures = 0;
      const refused = Object.values(trouble.fields)[0] ?? trouble.message;
      this.#save(this.entries.map((one) => (one.clientId === entry.clientId ? { ...one, refused } : one)));
      this.#tell.refused(entry, refused);
    }
  }

  #save(entries) {
    this.#memory = entries;
    try {
      if (entries.length) localStorage.setItem(this.#key, JSON.stringify(entries));
      else localStorage.removeItem(this.#key);
    } catch {
      // No room or no permission: it is kept for as long as the page is.
    }
    this.#tell.changed();
  }
}

// randomUUID is only there on safe origins; a shop on the local network is none.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
