// <chat-unread>: how many chats have something new, on the rail and the tabs of every page; and what waits in an outbox is sent.
import { OutboxDb } from "chat/outbox/outbox_db.js";
import { api } from "shell/api.js";
import { socket } from "shell/socket.js";

const TOGETHER = 500;

class ChatUnread extends HTMLElement {
  #line = socket();
  #timer = 0;
  #outboxes = [];
  #soon = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), TOGETHER);
  };
  #send = () => (this.#outboxes.length ? this.#outboxes.forEach((outbox) => outbox.flush()) : this.#waiting());

  connectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.on(event, this.#soon);
    this.#ask();
    this.#waiting();
    this.#line.on("connect", this.#send);
    addEventListener("online", this.#send);
  }

  disconnectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.off(event, this.#soon);
    clearTimeout(this.#timer);
    this.#line.off("connect", this.#send);
    removeEventListener("online", this.#send);
    for (const outbox of this.#outboxes) outbox.close();
  }

  async #ask() {
    try {
      const { unreadChats } = await api("GET", "/api/chat?limit=1");
      for (const badge of document.querySelectorAll("[data-unread]")) {
        badge.hidden = unreadChats === 0;
        badge.textContent = unreadChats > 99 ? "99+" : unreadChats;
      }
    } catch {
      // The next event asks again.
    }
  }

  // An open thread sends its own. What sends is fetched only where something waits.
  async #waiting() {
    const { me } = this.dataset;
    const store = new OutboxDb();
    const open = document.querySelector("chat-thread")?.dataset.chat;
    const chats = (await store.chatsOf(me)).filter((chat) => chat !== open);
    if (!chats.length) return;
    try {
      const [{ Outbox }, { MessageApi }] = await Promise.all([import("chat/outbox/outbox.js"), import("chat/outbox/message_api.js")]);
      if (this.#outboxes.length || !this.isConnected) return;
      this.#outboxes = chats.map((chat) => new Outbox({ me, chat, store, server: new MessageApi(me, chat) }));
      this.#send();
    } catch {
      // The line is lost; when it stands again it is tried again.
    }
  }
}

customElements.define("chat-unread", ChatUnread);
