// Where outboxes keep what waits: IndexedDB, in the order in which it was added; the page's memory where there is none.
import { attempt } from "shell/drafts.js";

const database = attempt(() => indexedDB);
const NAME = "threads";
const BY_CHAT = "by chat";
const BY_NAME = "by name";

export class OutboxDb {
  #name;
  #opening = null;
  #memory = [];
  #isLasting = Boolean(database);

  /** `name`: of the database; one for each kind of things that wait. */
  constructor(name = NAME) {
    this.#name = name;
  }

  /** Whether what is added outlives this page. */
  get isLasting() {
    return this.#isLasting;
  }

  /** Entries of one person's chat, first in first out. */
  async of(me, chat) {
    const kept = await this.#read((entries) => entries.index(BY_CHAT).getAll([me, chat]));
    return [...(kept ?? []), ...this.#memory.filter((entry) => entry.me === me && entry.chat === chat)];
  }

  /** The chats in which this person has something waiting. */
  async chatsOf(me) {
    const keys = await this.#read((entries) => entries.index(BY_CHAT).getAll(IDBKeyRange.bound([me], [me, []])));
    return [...new Set([...(keys ?? []), ...this.#memory.filter((entry) => entry.me === me)].map((entry) => entry.chat))];
  }

  /** Without room or permission it is kept for as long as the page is, and so is all that follows, or the order would be lost. */
  async add(entry) {
    if (this.#isLasting) {
      try {
        return void (await this.#run("readwrite", (entries) => entries.add(entry)));
      } catch {
        this.#isLasting = false;
      }
    }
    this.#memory.push(entry);
  }

  /** Know more about an entry that is still there. */
  async change(clientId, facts) {
    const remembered = this.#memory.find((entry) => entry.clientId === clientId);
    if (remembered) return void Object.assign(remembered, facts);
    await this.#write((entries) => {
      entries.index(BY_NAME).get(clientId).onsuccess = ({ target }) => target.result && entries.put({ ...target.result, ...facts });
    });
  }

  async remove(clientId) {
    this.#memory = this.#memory.filter((entry) => entry.clientId !== clientId);
    await this.#write((entries) => {
      entries.index(BY_NAME).getKey(clientId).onsuccess = ({ target }) => target.result && entries.delete(target.result);
    });
  }

  #read(act) {
    return database ? this.#run("readonly", act).catch(() => null) : null;
  }

  #write(act) {
    return database ? this.#run("readwrite", act).catch(() => null) : null;
  }

  async #run(mode, act) {
    const db = await (this.#opening ??= this.#open());
    return new Promise((resolve, reject) => {
      const transaction = db.transaction("outbox", mode, { durability: "strict" });
      const request = act(transaction.objectStore("outbox"));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open() {
    const forget = () => (this.#opening = null);
    return new Promise((resolve, reject) => {
      const request = database.open(this.#name, 1);
      request.onupgradeneeded = () => {
        const entries = request.result.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
        entries.createIndex(BY_CHAT, ["me", "chat"]);
        entries.createIndex(BY_NAME, "clientId", { unique: true });
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onclose = forget;
        db.onversionchange = () => {
          db.close();
          forget();
        };
        resolve(db);
      };
      request.onerror = () => {
        forget();
        reject(request.error);
      };
    });
  }
}
