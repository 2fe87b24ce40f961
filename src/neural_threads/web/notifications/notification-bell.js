// <notification-bell>: how much is unread, kept true by the socket. The page hears "news-changed" when the list did.
import { api } from "shell/api.js";
import { takeBack } from "notifications/shown.js";
import { attempt } from "shell/drafts.js";

const KEPT = "threads.unread";
const PATIENCE = 400;
const WITHOUT_LINE = 1000;

/** One for all bells of the page. */
class News {
  #bells = new Set();
  #timer = 0;
  #count = Number(attempt(() => sessionStorage.getItem(KEPT))) || 0;

  join(bell) {
    this.#bells.add(bell);
    bell.show(this.#count);
    if (this.#bells.size === 1) this.#begin();
  }

  leave(bell) {
    this.#bells.delete(bell);
  }

  async #begin() {
    const { socket } = await import("shell/socket.js");
    const line = socket();
    let stood = line.connected;
    line.on("notification", () => this.#soon(true));
    line.on("notifications-read", ({ ids }) => {
      takeBack(ids);
      this.#soon(true);
    });
    // Asked when the line stands: whatever happened before, or while it was down, was told to nobody.
    line.on("connect", () => {
      if (stood) this.#soon(true);
      else this.#ask();
      stood = true;
    });
    if (stood) this.#ask();
    else setTimeout(() => stood || this.#ask(), WITHOUT_LINE);
    document.addEventListener("visibilitychange", () => document.hidden || line.connected || this.#soon(true));
  }

  // A burst of events is one question.
  #soon(changed) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(changed), PATIENCE);
  }

  async #ask(changed = false) {
    try {
      const { unreadCount } = await api("GET", "/api/notifications?limit=1");
      this.#count = unreadCount;
      attempt(() => sessionStorage.setItem(KEPT, unreadCount));
      for (const bell of this.#bells) bell.show(unreadCount);
      if (unreadCount === 0) takeBack();
      if (changed) document.body.dispatchEvent(new CustomEvent("news-changed"));
    } catch {
      // The next event, or the next page, asks again.
    }
  }
}

const news = new News();

class NotificationBell extends HTMLElement {
  connectedCallback() {
    news.join(this);
  }

  disconnectedCallback() {
    news.leave(this);
  }

  show(count) {
    const badge = this.querySelector("[data-news]");
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : String(count);
    const words = count === 1 ? this.dataset.one : this.dataset.many.replace("{}", count);
    this.querySelector("[data-news-aloud]").textContent = count ? `, ${words}` : "";
  }
}

customElements.define("notification-bell", NotificationBell);
