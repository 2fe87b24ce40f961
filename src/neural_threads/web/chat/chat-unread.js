// <chat-unread>: how many chats have something new, on the rail and the tabs of every page.
import { api } from "shell/api.js";
import { socket } from "shell/socket.js";

const TOGETHER = 500;

class ChatUnread extends HTMLElement {
  #line = socket();
  #timer = 0;
  #soon = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), TOGETHER);
  };

  connectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.on(event, this.#soon);
    this.#ask();
  }

  disconnectedCallback() {
    for (const event of ["connect", "receive-message", "message-read"]) this.#line.off(event, this.#soon);
    clearTimeout(this.#timer);
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
}

customElements.define("chat-unread", ChatUnread);
