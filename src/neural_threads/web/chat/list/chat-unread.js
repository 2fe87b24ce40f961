// <chat-unread>: how many chats have something new, on the rail and the tabs of every page; and what waits in an outbox is sent.
import { Outbox } from "chat/outbox/outbox.js";
import { MessageApi } from "chat/outbox/message_api.js";
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
  #send = () => this.#outboxes.forEach((outbox) => outbox.flush());

  connectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.on(event, this.#soon);
    this.#ask();
    this.#waiting();
    addEventListener("online", this.#send);
  }

  disconnectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.off(event, this.#soon);
    clearTimeout(this.#timer);
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

  // An open thread sends its own.
  async #waiting() {
    const { me } = this.dataset;
    const store = new OutboxDb();
    const open = document.querySelector("chat-thread")?.dataset.chat;
    for (const chat of await store.chatsOf(me)) {
      if (chat !== open) this.#outboxes.push(new Outbox({ me, chat, store, server: new MessageApi(me, chat) }));
    }
    this.#send();
  }
}

customElements.define("chat-unread", ChatUnread);
