// <wardrobe-queue>: pictures that become pieces, one after the other. They wait in IndexedDB as messages do (chat/outbox/outbox.js), so that
// neither a reload nor a lost network loses one; the same clientId sent twice is one piece.
import { Outbox } from "chat/outbox/outbox.js";
import { OutboxDb } from "chat/outbox/outbox_db.js";
import { api } from "shell/api.js";
import { announce } from "shell/toast.js";

const PLACE = "/api/chatbot/wardrobe";
const LONGEST_SIDE = 2048; // of what is sent: enough for every page, and a tenth of what a phone's camera makes
const TOGETHER = 500;

class WardrobeQueue extends HTMLElement {
  #outbox = null;
  #rows = new Map(); // clientId to its row
  #timer = 0;
  #added = 0;

  connectedCallback() {
    const { me } = this.dataset;
    const tell = {
      changed: () => this.#show(),
      stored: (item) => this.#stored(item),
      refused: ({ refused }) => announce(refused.words, "bad"),
      progress: (clientId, percent) => this.#progress(clientId, percent),
      another: () => location.reload(),
    };
    const server = { upload: (picture, signal, progress) => this.#upload(picture, signal, progress), send: (entry, signal) => this.#add(entry, signal) };
    this.#outbox = new Outbox({ me, chat: "wardrobe", server, tell, store: new OutboxDb("threads-wardrobe") });
    const input = this.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      this.take([...input.files]);
      input.value = "";
    });
    addEventListener("online", this.#flush);
    addEventListener("beforeunload", this.#warn);
    this.#outbox.refresh().then(() => {
      if (this.#outbox.entries.length) this.closest("details").open = true; // what waits is to be seen, after a reload too
      this.#outbox.flush();
    });
  }

  disconnectedCallback() {
    removeEventListener("online", this.#flush);
    removeEventListener("beforeunload", this.#warn);
    this.#outbox.close();
  }

  /** Queue these files, with what is chosen for all of them now. */
  take(files) {
    const { value: category } = this.querySelector("[name=category]");
    const { value: subcategory } = this.querySelector("[name=subcategory]");
    const types = this.querySelector("input[type=file]").accept.split(",");
    for (const file of files) {
      if (!types.includes(file.type)) announce(this.dataset.wrongType, "bad");
      else this.#outbox.add({ content: { category, subcategory: subcategory || null }, picture: file });
    }
    this.closest("details").open = true;
  }

  async #upload(picture, signal, progress) {
    const { send, shrunk } = await import("media/upload_request.js"); // fetched with the first picture; else the line is lost
    const body = (await smaller(picture)) ?? (await shrunk(picture, Number(this.dataset.mostBytes))) ?? picture;
    return (await send(body, { signal, as: this.dataset.me }, progress)).publicId;
  }

  async #add({ content, imageId, clientId }, signal) {
    const answer = await api("POST", PLACE, { ...content, imageUrl: imageId, clientId }, { signal, as: this.dataset.me });
    return { ...answer.data, clientId };
  }

  #stored(item) {
    if (!item) return;
    const row = this.#rows.get(item.clientId);
    this.#rows.delete(item.clientId);
    this.#added += 1;
    if (row) this.#finish(row, item);
    this.#timer ||= setTimeout(() => this.#refresh(), TOGETHER);
  }

  #refresh() {
    this.#timer = 0;
    this.#reload();
    if (this.#outbox.waiting) return;
    announce(this.dataset.done.replace("{many}", this.#added));
    this.#added = 0;
  }

  #reload() {
    if (!navigator.onLine) return addEventListener("online", () => this.#reload(), { once: true });
    window.htmx.ajax("GET", location.href, { target: "#wardrobe", swap: "outerHTML show:none" }).catch(() => {});
  }

  /** A row that has become a piece goes by itself, unless it asks whether the same picture was meant twice. */
  #finish(row, item) {
    const field = (name) => row.querySelector(`[data-field=${name}]`);
    field("progress").hidden = field("retry").hidden = true;
    if (!item.similarItems.length) {
      field("words").textContent = this.dataset.added;
      field("away").hidden = true;
      return void setTimeout(() => this.#leave(row), 2500);
    }
    row.classList.add("asks");
    field("words").textContent = this.dataset.twice;
    field("keep").hidden = false;
    field("away").hidden = true;
    field("drop").hidden = false;
    field("keep").addEventListener("click", () => this.#leave(row));
    field("drop").addEventListener("click", async () => {
      try {
        await api("DELETE", `${PLACE}?id=${item.id}`);
        this.#leave(row);
        this.#reload();
      } catch (refusal) {
        announce(refusal.message || this.dataset.failed, "bad");
      }
    });
  }

  #leave(row) {
    URL.revokeObjectURL(row.querySelector("img").src);
    row.remove();
    this.#list.hidden = !this.#list.children.length;
  }

  #show() {
    const known = new Set(this.#outbox.entries.map(({ clientId }) => clientId));
    for (const entry of this.#outbox.entries) this.#update(this.#rows.get(entry.clientId) ?? this.#row(entry), entry);
    for (const [clientId, row] of this.#rows) {
      if (known.has(clientId) || row.dataset.done) continue;
      row.dataset.done = "yes"; // sent just now, by this tab or another one
      setTimeout(() => this.#rows.delete(clientId) && this.#leave(row), 4000);
    }
    this.#list.hidden = !this.#list.children.length;
  }

  #row(entry) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const field = (name) => row.querySelector(`[data-field=${name}]`);
    row.querySelector("img").src = URL.createObjectURL(entry.picture);
    row.dataset.name = entry.picture.name ?? "";
    field("name").textContent = entry.picture.name ?? "";
    field("retry").addEventListener("click", () => this.#outbox.retry(entry.clientId));
    field("away").addEventListener("click", async () => {
      this.#rows.delete(entry.clientId);
      this.#leave(row);
      await this.#outbox.discard(entry.clientId);
    });
    this.#rows.set(entry.clientId, row);
    this.#list.append(row);
    return row;
  }

  #update(row, entry) {
    const field = (name) => row.querySelector(`[data-field=${name}]`);
    row.classList.toggle("refused", Boolean(entry.refused));
    field("retry").hidden = !entry.refused;
    field("progress").hidden = Boolean(entry.refused);
    if (entry.refused) field("words").textContent = entry.refused.words || this.dataset.failed;
    else if (this.#outbox.isCutOff) field("words").textContent = this.dataset.offline;
    else if (!Number(field("progress").value)) field("words").textContent = this.dataset.waiting;
  }

  #progress(clientId, percent) {
    const row = this.#rows.get(clientId);
    if (!row) return;
    row.querySelector("[data-field=progress]").value = percent;
    row.querySelector("[data-field=words]").textContent = `${percent} %`;
  }

  get #list() {
    return this.querySelector("[data-part=list]");
  }

  #flush = () => this.#outbox.flush();

  #warn = (event) => {
    if (this.#outbox.isFragile) event.preventDefault();
  };
}

/** A copy whose longer side is short enough; null when it is already, or cannot be drawn here. What moves is left as it is. */
async function smaller(file) {
  if (file.type === "image/gif" || file.type === "image/webp") return null;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture || Math.max(picture.width, picture.height) <= LONGEST_SIDE) return null;
  const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, file.type === "image/png" ? "image/webp" : "image/jpeg", 0.87));
}

customElements.define("wardrobe-queue", WardrobeQueue);
