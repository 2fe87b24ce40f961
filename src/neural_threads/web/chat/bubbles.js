// The bubbles of one thread: stored ones by seq, those waiting to be sent below them, a line before each day.

const ZONE = "Asia/Kolkata";
const DAY = 86400000;

export class Bubbles {
  #list;
  #words;
  #me;
  #clock;
  #weekday;
  #date;
  #day = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

  constructor(list, words, me) {
    this.#list = list;
    this.#words = words;
    this.#me = me;
    const locale = `${document.documentElement.lang || "en"}-IN`;
    this.#clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: ZONE });
    this.#weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: ZONE });
    this.#date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: ZONE });
  }

  /** Show stored messages that follow all that is shown. */
  append(messages) {
    for (const message of messages) {
      const bubble = this.#pending(message.clientId) ?? this.#new();
      this.#fill(bubble, message);
      const last = this.#stored().at(-1);
      const first = this.#list.querySelector("[data-client]");
      if (!last || this.#dayOf(last) !== this.#dayOf(bubble)) this.#list.insertBefore(this.#line(message.createdAt), first);
      this.#list.insertBefore(bubble, first);
    }
  }

  /** Show older messages above all that is shown. */
  prepend(messages) {
    const fragment = new DocumentFragment();
    for (const message of messages) fragment.append(this.#fill(this.#new(), message));
    this.#list.prepend(fragment);
    for (const line of this.#list.querySelectorAll(".day")) line.remove();
    let day = "";
    for (const bubble of this.#stored()) {
      if (this.#dayOf(bubble) === day) continue;
      day = this.#dayOf(bubble);
      this.#list.insertBefore(this.#line(bubble.dataset.at), bubble);
    }
  }

  /** Show what waits to be sent or was refused, in order, below everything else. */
  wait(entries) {
    for (const entry of entries) {
      const bubble = this.#pending(entry.clientId) ?? this.#waiting(entry);
      const isRefused = Boolean(entry.refused);
      if (isRefused === (bubble.dataset.state === "failed")) continue;
      bubble.dataset.state = isRefused ? "failed" : "pending";
      bubble.querySelector(".unsent")?.remove();
      if (isRefused) bubble.append(this.#unsent(entry));
    }
  }

  drop(clientId) {
    this.#pending(clientId)?.remove();
  }

  /** The other one has read my messages up to here. */
  markRead(seq) {
    for (const bubble of this.#list.querySelectorAll(".me[data-state=stored]")) {
      if (Number(bubble.dataset.seq) <= seq) bubble.dataset.state = "read";
    }
  }

  #stored() {
    return [...this.#list.querySelectorAll(".bubble[data-seq]")];
  }

  #pending(clientId) {
    return clientId ? this.#list.querySelector(`[data-client="${CSS.escape(clientId)}"]`) : null;
  }

  #waiting(entry) {
    const bubble = this.#new();
    this.#say(bubble, { content: entry.content, createdAt: entry.at, senderId: this.#me });
    Object.assign(bubble.dataset, { client: entry.clientId, state: "pending" });
    this.#list.append(bubble);
    return bubble;
  }

  #unsent(entry) {
    const note = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-field=why]").textContent = entry.refused.words || this.#words.unsent;
    note.querySelector("[data-edit]").hidden = !entry.content;
    return note;
  }

  #new() {
    return document.getElementById("bubble").content.firstElementChild.cloneNode(true);
  }

  #fill(bubble, message) {
    this.#say(bubble, message);
    bubble.querySelector(".unsent")?.remove();
    delete bubble.dataset.client;
    bubble.querySelector("[data-field=gone]").hidden = Boolean(message.content || message.imageUrl || message.requestId);
    bubble.id = `m${message.seq}`;
    const state = message.isRead ? "read" : "stored";
    bubble.reactions = message.reactions; // <chat-reactions> shows them
    Object.assign(bubble.dataset, { seq: message.seq, id: message.id, at: message.createdAt, state });
    return bubble;
  }

  #say(bubble, message) {
    const field = (name) => bubble.querySelector(`[data-field=${name}]`);
    const isMine = message.senderId === this.#me;
    bubble.classList.toggle("me", isMine);
    field("who").textContent = `${isMine ? this.#words.you : this.#words.them}:`;
    field("content").textContent = message.content;
    field("content").hidden = !message.content;
    field("time").textContent = this.#clock.format(new Date(message.createdAt));
    field("time").dateTime = message.createdAt;
    if (message.imageUrl) this.#picture(field("picture"), message.imageUrl);
    if (message.requestId) this.#request(field, message.requestId);
  }

  #request(field, id) {
    field("content").hidden = true;
    field("request").hidden = false;
    field("request").dataset.request = id;
  }

  #picture(link, url) {
    const image = new Image();
    image.src = `${url}${url.includes("?") ? "&" : "?"}w=400`;
    image.alt = this.#words.picture;
    link.href = url;
    link.hidden = false;
    link.replaceChildren(image);
  }

  #dayOf(bubble) {
    return this.#day.format(new Date(bubble.dataset.at));
  }

  #line(at) {
    const line = document.getElementById("day").content.firstElementChild.cloneNode(true);
    line.dataset.day = at;
    line.querySelector("[data-field=day]").textContent = this.#label(new Date(at));
    return line;
  }

  #label(at) {
    const ago = Math.round((Date.parse(this.#day.format(new Date())) - Date.parse(this.#day.format(at))) / DAY);
    if (ago <= 0) return this.#words.today;
    if (ago === 1) return this.#words.yesterday;
    return (ago < 7 ? this.#weekday : this.#date).format(at);
  }
}
