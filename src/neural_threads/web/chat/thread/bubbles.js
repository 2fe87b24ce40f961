// The bubbles of one thread: stored ones by seq, those waiting to be sent below them, a line before each day.
import { sized } from "conversation/lightbox.js";
import { linked } from "conversation/linkify.js";

const ZONE = "Asia/Kolkata";
const DAY = 86400000;
/** What one person says within so many milliseconds stands together. */
const TOGETHER = 300000;

export class Bubbles {
  #list;
  #words;
  #me;
  #clock;
  #weekday;
  #date;
  #day = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
  #previews = new Map();
  #said = new Set();

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
      const bubble = this.#pending(message.clientId) ?? this.#new(message.senderId === this.#me);
      const next = bubble.nextElementSibling;
      this.#fill(bubble, message);
      const last = this.#stored().at(-1);
      const first = this.#list.querySelector("[data-client]");
      if (!last || this.#dayOf(last) !== this.#dayOf(bubble)) this.#list.insertBefore(this.#line(message.createdAt), first);
      this.#list.insertBefore(bubble, first);
      for (const one of [bubble, bubble.nextElementSibling, next]) this.#group(one);
    }
  }

  /** Show older messages above all that is shown. */
  prepend(messages) {
    const fragment = new DocumentFragment();
    for (const message of messages) fragment.append(this.#fill(this.#new(message.senderId === this.#me), message));
    const below = this.#list.querySelector(".bubble");
    this.#list.prepend(fragment);
    for (const line of this.#list.querySelectorAll(".day")) line.remove();
    let day = "";
    for (const bubble of this.#stored()) {
      if (this.#dayOf(bubble) === day) continue;
      day = this.#dayOf(bubble);
      this.#list.insertBefore(this.#line(bubble.dataset.at), bubble);
    }
    for (const bubble of this.#stored().slice(0, messages.length)) this.#group(bubble);
    this.#group(below);
  }

  /** Draw the line "new messages" above this one, and nowhere else. */
  drawLine(seq) {
    this.#list.querySelector(".unread-line")?.remove();
    const bubble = this.#at(seq);
    const line = document.getElementById("unread-line").content.firstElementChild.cloneNode(true);
    this.#list.insertBefore(line, bubble);
    this.#group(bubble);
  }

  eraseLine() {
    const line = this.#list.querySelector(".unread-line");
    const bubble = line?.nextElementSibling;
    line?.remove();
    this.#group(bubble);
  }

  /** Show what waits to be sent or was refused, in order, below everything else. */
  wait(entries) {
    for (const entry of entries) {
      if (this.#said.has(entry.clientId)) continue; // its message was quicker than the answer to it
      const bubble = this.#pending(entry.clientId) ?? this.#waiting(entry);
      const isRefused = Boolean(entry.refused);
      if (isRefused === (bubble.dataset.state === "failed")) continue;
      bubble.dataset.state = isRefused ? "failed" : "pending";
      bubble.querySelector(".unsent")?.remove();
      bubble.querySelector(".sending")?.toggleAttribute("hidden", isRefused);
      if (isRefused) bubble.append(this.#unsent(entry));
    }
  }

  /** So much of its picture is there; when all is, nothing can be stopped any more. */
  progress(clientId, percent) {
    const sending = this.#pending(clientId)?.querySelector(".sending");
    if (!sending) return;
    sending.classList.add("begun");
    sending.querySelector("progress").value = percent;
    sending.querySelector("[data-field=percent]").textContent = `${percent} %`;
    sending.querySelector("[data-discard]").hidden = percent === 100;
  }

  /** What looks as if it waited and is in none of these. */
  strays(entries) {
    const names = new Set(entries.map(({ clientId }) => clientId));
    return [...this.#list.querySelectorAll("[data-client]")].map(({ dataset }) => dataset.client).filter((name) => !names.has(name));
  }

  drop(clientId) {
    const bubble = this.#pending(clientId);
    const next = bubble?.nextElementSibling;
    bubble?.remove();
    this.#forgetPreview(clientId);
    this.#group(next);
  }

  /** The other one has read my messages up to here, the last of them at this time, if one knows. */
  markRead(seq, readAt) {
    for (const bubble of this.#list.querySelectorAll(".me[data-state=stored]")) {
      if (Number(bubble.dataset.seq) > seq) continue;
      bubble.dataset.state = "read";
      if (readAt) bubble.dataset.readAt ||= readAt;
      this.#times(bubble);
    }
  }

  /** Show a message anew that is shown already. */
  renew(message) {
    const bubble = this.#at(message.seq);
    if (bubble) this.#fill(bubble, message);
  }

  #stored() {
    return [...this.#list.querySelectorAll(".bubble[data-seq]")];
  }

  #at(seq) {
    return this.#list.querySelector(`.bubble[data-seq="${seq}"]`);
  }

  #pending(clientId) {
    return clientId ? this.#list.querySelector(`[data-client="${CSS.escape(clientId)}"]`) : null;
  }

  #waiting(entry) {
    const bubble = this.#new(true);
    this.#say(bubble, { content: entry.content, createdAt: entry.at, senderId: this.#me });
    Object.assign(bubble.dataset, { client: entry.clientId, state: "pending", at: entry.at });
    if (entry.picture) this.#preview(bubble, entry);
    this.#list.append(bubble);
    this.#group(bubble);
    return bubble;
  }

  #preview(bubble, { clientId, picture }) {
    const link = bubble.querySelector("[data-field=picture]");
    const image = new Image();
    image.src = URL.createObjectURL(picture);
    image.alt = this.#words.pictureMine;
    this.#previews.set(clientId, image.src);
    link.hidden = false;
    link.replaceChildren(image);
    link.after(document.getElementById("sending").content.firstElementChild.cloneNode(true));
  }

  #forgetPreview(clientId) {
    URL.revokeObjectURL(this.#previews.get(clientId));
    this.#previews.delete(clientId);
  }

  #unsent(entry) {
    const note = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-field=why]").textContent = entry.refused.words || this.#words.unsent;
    note.querySelector("[data-edit]").hidden = !entry.content;
    return note;
  }

  #new(isMine) {
    const bubble = document.getElementById("bubble").content.firstElementChild.cloneNode(true);
    if (isMine) return bubble;
    const foot = document.createElement("span");
    foot.className = "bubble-foot";
    foot.append(bubble.querySelector("[data-field=time]"));
    bubble.querySelector(".bubble-foot").replaceWith(foot);
    return bubble;
  }

  #fill(bubble, message) {
    this.#say(bubble, message);
    for (const part of bubble.querySelectorAll(".unsent, .sending")) part.remove();
    delete bubble.dataset.client;
    bubble.querySelector("[data-field=gone]").hidden = Boolean(message.content || message.imageUrl || message.requestId);
    if (message.clientId) this.#said.add(message.clientId);
    bubble.id = `m${message.seq}`;
    const state = message.isRead ? "read" : "stored";
    bubble.reactions = message.reactions; // <chat-reactions> shows them
    Object.assign(bubble.dataset, { seq: message.seq, id: message.id, at: message.createdAt, state });
    if (message.readAt) bubble.dataset.readAt = message.readAt;
    this.#times(bubble);
    return bubble;
  }

  #say(bubble, message) {
    const field = (name) => bubble.querySelector(`[data-field=${name}]`);
    const isMine = message.senderId === this.#me;
    bubble.classList.toggle("me", isMine);
    field("who").textContent = `${isMine ? this.#words.you : this.#words.them}:`;
    field("content").replaceChildren(...linked(message.content));
    field("content").hidden = !message.content;
    field("time").textContent = this.#clock.format(new Date(message.createdAt));
    field("time").dateTime = message.createdAt;
    if (message.imageUrl) this.#picture(field("picture"), message, isMine);
    if (message.requestId) this.#request(field, message.requestId);
  }

  #times(bubble) {
    const when = bubble.querySelector("[data-field=when]");
    if (!when) return;
    const { at, readAt, state } = bubble.dataset;
    const parts = [this.#words.wordsSent.replace("{}", this.#moment(at, at))];
    if (state === "read") parts.push(readAt ? this.#words.wordsReadAt.replace("{}", this.#moment(readAt, at)) : this.#words.wordsRead);
    when.textContent = parts.join(" · ");
  }

  /** The clock, and the date when it is another day than `beside`. */
  #moment(at, beside) {
    const [moment, other] = [new Date(at), new Date(beside)];
    const clock = this.#clock.format(moment);
    return this.#day.format(moment) === this.#day.format(other) ? clock : `${this.#date.format(moment)}, ${clock}`;
  }

  #request(field, id) {
    field("content").hidden = true;
    field("request").hidden = false;
    field("request").dataset.request = id;
  }

  // What is shown of it already stays until the server's own is there.
  #picture(link, { imageUrl, clientId }, isMine) {
    const image = new Image();
    image.src = sized(imageUrl, 400);
    image.alt = isMine ? this.#words.pictureMine : this.#words.pictureTheirs;
    const show = () => {
      link.replaceChildren(image);
      this.#forgetPreview(clientId);
    };
    if (link.firstElementChild) image.decode().then(show, show);
    else show();
    link.href = imageUrl;
    link.hidden = false;
  }

  /** Whether it stands together with the one above it. */
  #group(bubble) {
    if (!bubble?.classList.contains("bubble")) return;
    const above = bubble.previousElementSibling;
    const isSame = above?.classList.contains("bubble") && above.classList.contains("me") === bubble.classList.contains("me");
    bubble.classList.toggle("follows", Boolean(isSame) && new Date(bubble.dataset.at) - new Date(above.dataset.at) < TOGETHER);
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
