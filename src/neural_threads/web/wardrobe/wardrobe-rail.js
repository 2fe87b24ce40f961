// <wardrobe-rail>: takes pieces down with six seconds to think again, and takes pictures that are dropped or pasted anywhere on the page.
// Who leaves within the six seconds has not undone it, so the page sends what is due before it goes.
import { api, insist } from "shell/api.js";
import { socket } from "shell/socket.js";
import { announce, offer } from "shell/toast.js";
import { attempt } from "shell/drafts.js";

const left = () => (attempt(() => sessionStorage.getItem(LEFT)) ?? "").split(" ").filter(Boolean);
const leave = (ids) => attempt(() => sessionStorage.setItem(LEFT, ids.join(" ")));
const SECONDS = 6;
const LOOK_AGAIN = 5000; // where no event tells that a picture was read
const LOOKS = 24;
const LEFT = "wardrobe-left"; // in the tab's memory: what was sent on leaving, which the next page may be too quick to know

class WardrobeRail extends HTMLElement {
  #due = new Map(); // what is taken down, but not at the server yet: id to {facts, sent}
  #ends = new AbortController();
  #timer = 0;
  #looked = 0;
  #format = new Intl.NumberFormat(`${document.documentElement.lang}-IN`, { numberingSystem: "latn" });

  connectedCallback() {
    this.#forget();
    socket().on("wardrobe-item-updated", this.#read);
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_AGAIN);
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("htmx:afterSwap", (event) => this.#swapped(event));
    for (const leaving of ["beforeunload", "pagehide"]) addEventListener(leaving, this.#send);
    document.addEventListener("paste", this.#pasted, { capture: true });
    for (const drag of ["dragenter", "dragover", "drop"]) this.addEventListener(drag, (event) => this.#dragged(event));
  }

  disconnectedCallback() {
    this.#send();
    this.#ends.abort();
    socket().off("wardrobe-item-updated", this.#read);
    clearInterval(this.#timer);
    for (const leaving of ["beforeunload", "pagehide"]) removeEventListener(leaving, this.#send);
    document.removeEventListener("paste", this.#pasted, { capture: true });
  }

  // What is read from pictures meanwhile

  #read = ({ itemId }) => {
    const piece = this.#piece(itemId);
    if (!piece || piece.hidden || !navigator.onLine) return; // A hidden one is being taken down.
    window.htmx.ajax("GET", `/customer/wardrobe/${itemId}/card`, { target: piece, swap: "outerHTML" }).catch(() => {}); // asked again below
  };

  #lookAgain() {
    const unread = [...this.querySelectorAll("[data-reading]")].slice(0, 12);
    if (document.hidden || !unread.length || this.#looked >= LOOKS) return;
    this.#looked += 1;
    for (const piece of unread) this.#read({ itemId: piece.dataset.id });
  }

  // Taking down

  #pressed(event) {
    const piece = event.target.closest("[data-take-down]")?.closest("[data-id]");
    if (!piece || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.#takeDown(piece);
  }

  async #takeDown(piece) {
    const facts = { ...piece.dataset };
    const sent = new AbortController();
    this.#due.set(facts.id, { facts, sent });
    this.#count(facts, -1);
    piece.hidden = true;
    const isUndone = await offer(this.#say("taken", facts), this.dataset.undo, { seconds: SECONDS, signal: sent.signal });
    if (isUndone) return this.#bringBack(facts, true);
    if (document.activeElement === document.body) this.#beside(facts.id)?.focus();
    if (!sent.signal.aborted) await this.#delete(facts);
  }

  async #delete(facts) {
    try {
      await api("DELETE", this.#address(facts.id));
    } catch (refusal) {
      if (refusal.status !== 404) { // 404: taken down elsewhere already
        this.#bringBack(facts);
        return this.#offerAgain(facts);
      }
    }
    this.#due.delete(facts.id);
    this.#piece(facts.id)?.remove();
    if (!this.querySelector("[data-pieces] > li")) window.htmx.ajax("GET", location.href, { target: "#wardrobe", swap: "outerHTML" });
  }

  async #offerAgain(facts) {
    const isWanted = await offer(this.#say("failed", facts), this.dataset.again, { seconds: 2 * SECONDS });
    const piece = isWanted && this.#piece(facts.id);
    if (!piece) return;
    this.#due.set(facts.id, { facts, sent: new AbortController() });
    this.#count(facts, -1);
    piece.hidden = true;
    await this.#delete(facts);
  }

  #bringBack(facts, focus = false) {
    this.#due.delete(facts.id);
    this.#count(facts, +1);
    const piece = this.#piece(facts.id);
    if (!piece) return;
    piece.hidden = false;
    if (focus) piece.querySelector("[data-take-down]").focus();
  }

  #send = () => {
    for (const [id, { sent }] of this.#due) {
      if (sent.signal.aborted) continue;
      sent.abort();
      leave([...left(), id]);
      api("DELETE", this.#address(id), undefined, { keepalive: true }).catch(() => {});
    }
  };

  #forget() {
    const ids = left().filter((id) => this.#piece(id));
    leave(ids);
    for (const id of ids) this.#deleteLeft(id);
  }

  async #deleteLeft(id) {
    const piece = this.#piece(id);
    const sent = new AbortController();
    sent.abort();
    this.#due.set(id, { facts: { ...piece.dataset }, sent });
    this.#count(piece.dataset, -1);
    piece.remove();
    const { signal } = this.#ends;
    // It may never have arrived; of two the second finds nothing.
    await insist(() => api("DELETE", this.#address(id)), signal).catch(() => {});
    if (signal.aborted) return;
    this.#due.delete(id);
    leave(left().filter((each) => each !== id));
  }

  /** A region came anew from the server, which does not know yet what is due. */
  #swapped(event) {
    for (const [id, { facts }] of this.#due) {
      if (["wardrobe", "found"].includes(event.detail.target.id)) this.#count(facts, -1);
      const piece = this.#piece(id);
      if (piece) piece.hidden = true;
    }
  }

  #count(facts, step) {
    for (const count of this.querySelectorAll("[data-many]")) {
      if (count.dataset.count !== "all" && facts[count.dataset.count] !== count.dataset.kind) continue;
      count.dataset.many = Math.max(0, Number(count.dataset.many) + step);
      count.textContent = this.#format.format(count.dataset.many);
    }
  }

  #piece(id) {
    return this.querySelector(`[data-id="${id}"]`);
  }

  /** Where the keyboard goes on: the next piece that hangs there, else the one before, else the search. */
  #beside(id) {
    const pieces = [...this.querySelectorAll("[data-id]")];
    const at = pieces.findIndex((piece) => piece.dataset.id === id);
    const near = [...pieces.slice(at + 1), ...pieces.slice(0, Math.max(at, 0)).reverse()].find((piece) => !piece.hidden);
    return near?.querySelector("[data-take-down]") ?? this.querySelector("summary");
  }

  #address(id) {
    return `${this.dataset.place}?id=${id}`;
  }

  #say(what, { words }) {
    return this.dataset[what].replace("{piece}", words);
  }

  // Pictures from anywhere on the page

  #pasted = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.#queue.take(files);
  };

  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    this.#open();
    const isTaken = event.defaultPrevented;
    event.preventDefault();
    if (event.type === "drop" && !isTaken) this.#queue.take([...event.dataTransfer.files]);
  }

  #open() {
    this.querySelector("#add").open = true;
  }

  get #queue() {
    return this.querySelector("wardrobe-queue");
  }
}

customElements.define("wardrobe-rail", WardrobeRail);
