// <chat-list>: the rows follow what happens; who is there and who writes is shown at once.
import { SILENCE } from "chat/thread/typing.js";
import { socket, tell } from "shell/socket.js";

const TOGETHER = 300;

class ChatList extends HTMLElement {
  #line = socket();
  #heard = [];
  #timer = 0;
  #typing = new Map();
  #was = new Map();

  connectedCallback() {
    this.#heard = Object.entries({
      connect: () => this.#connected(),
      "receive-message": () => this.#soon(),
      "message-read": () => this.#soon(),
      "user-typing": ({ chatId }) => this.#writes(chatId),
      "stop-typing": ({ chatId }) => this.#stopped(chatId),
      "user-online": ({ userId }) => this.#presence(userId, true),
      "user-offline": ({ userId }) => this.#presence(userId, false),
    });
    for (const [event, listener] of this.#heard) this.#line.on(event, listener);
    if (this.#line.connected) this.#connected();
  }

  disconnectedCallback() {
    for (const [event, listener] of this.#heard) this.#line.off(event, listener);
    clearTimeout(this.#timer);
  }

  async #connected() {
    if (this.hasBeenConnected) this.#soon();
    this.hasBeenConnected = true;
    try {
      const { online } = await tell("register", {});
      for (const one of document.querySelectorAll(".avatar[data-person]")) {
        if (one.querySelector(".presence")) one.classList.toggle("online", online.includes(one.dataset.person));
      }
    } catch {
      // Presence is told again when it changes.
    }
  }

  // A burst of messages is one look at the list.
  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refresh(), TOGETHER);
  }

  async #refresh() {
    // Beside a thread on a phone there is no list to be seen; and nothing is taken from under the keyboard's focus.
    if (!this.checkVisibility() || this.querySelector(".chat-row:focus-visible")) return;
    const asked = new URLSearchParams(location.pathname === this.dataset.place ? location.search : "");
    const search = this.querySelector("input[type=search]").value;
    if (search) asked.set("search", search);
    else asked.delete("search");
    if (this.dataset.chat) asked.set("open", this.dataset.chat);
    try {
      const answer = await fetch(`${this.dataset.place}?${asked}`, { headers: { "HX-Request": "true", Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rows = answer.ok && page.getElementById("chat-rows");
      if (!rows) return;
      this.querySelector("#chat-rows").replaceWith(rows);
      window.htmx?.process(rows);
    } catch {
      // The next event, or the next connection, looks again.
    }
  }

  #words(chatId) {
    return this.querySelector(`[data-chat="${CSS.escape(chatId)}"] .chat-words`);
  }

  #writes(chatId) {
    const words = this.#words(chatId);
    if (!words) return;
    if (!words.classList.contains("is-typing")) this.#was.set(chatId, words.textContent);
    words.classList.add("is-typing");
    words.textContent = this.dataset.typing;
    clearTimeout(this.#typing.get(chatId));
    this.#typing.set(chatId, setTimeout(() => this.#stopped(chatId), SILENCE));
  }

  #stopped(chatId) {
    clearTimeout(this.#typing.get(chatId));
    const words = this.#words(chatId);
    if (!words?.classList.contains("is-typing")) return;
    words.classList.remove("is-typing");
    words.textContent = this.#was.get(chatId) ?? "";
  }

  #presence(userId, isOnline) {
    for (const one of document.querySelectorAll(`.avatar[data-person="${CSS.escape(userId)}"]`)) {
      one.classList.toggle("online", isOnline);
    }
  }
}

customElements.define("chat-list", ChatList);
