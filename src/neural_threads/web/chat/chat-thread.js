// <chat-thread>: one conversation. It wires page, socket and API to an outbox, a sync and the bubbles, which do the thinking.
import { Bubbles } from "chat/bubbles.js";
import { Outbox } from "chat/outbox.js";
import { Server } from "chat/server.js";
import { Sync } from "chat/sync.js";
import { socket, tell } from "shell/socket.js";

const POLL = 10000;
const TYPING_EVERY = 1000;
const TYPING_ENDS = 2000;
const THEIR_TYPING_ENDS = 4000;
const NEAR = 120;
const PATIENCE = 1500;

class ChatThread extends HTMLElement {
  #line = socket();
  #ends = new AbortController();
  #timers = {};
  #arrived = 0;
  #readUpTo = 0;
  #isComplaining = false;
  #loadsOlder = false;

  connectedCallback() {
    const { chat, me, seq, read } = this.dataset;
    this.find = (name) => this.querySelector(`[data-${name}]`);
    this.scroller = this.find("scroller");
    this.textarea = this.find("composer").elements.content;
    this.#readUpTo = Number(seq);
    this.theirRead = Number(read);
    this.bubbles = new Bubbles(this.find("messages"), this.dataset, me);
    this.server = new Server(me, chat);
    this.sync = new Sync(
      Number(seq),
      (after) => this.server.after(after),
      (messages, answer) => this.#show(messages, answer),
    );
    this.outbox = new Outbox({
      me,
      chat,
      server: this.server,
      tell: {
        changed: () => this.#showWaiting(),
        stored: (message) => (message ? this.sync.offer(message) : this.sync.catchUp()),
        dropped: (clientId) => this.bubbles.drop(clientId),
        another: () => location.reload(),
      },
    });
    this.draft = `threads.draft.${me}.${chat}`;
    this.#wirePage();
    this.#wireSocket();
    this.#restore();
  }

  disconnectedCallback() {
    this.#ends.abort();
    this.outbox.close();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    for (const [event, listener] of this.heard) this.#line.off(event, listener);
  }

  #wirePage() {
    const on = (target, event, listener) => target.addEventListener(event, listener, { signal: this.#ends.signal });
    on(this.find("composer"), "submit", (event) => this.#submit(event));
    on(this.textarea, "input", () => this.#typed());
    on(this.textarea, "keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.find("composer").requestSubmit();
    });
    on(this, "click", (event) => this.#click(event));
    on(this.scroller, "scroll", () => this.#isNear() && this.#seen());
    on(document, "visibilitychange", () => this.#looked());
    on(window, "focus", () => this.#looked());
    on(window, "online", () => this.#again());
    on(window, "offline", () => this.#showLine());
    on(window, "beforeunload", (event) => this.outbox.isFragile && event.preventDefault());
    const older = this.find("older");
    if (older) {
      this.watch = new IntersectionObserver(([place]) => place.isIntersecting && this.#older(), { root: this.scroller, rootMargin: "400px" });
      this.watch.observe(older);
    }
    this.#timers.poll = setInterval(() => this.#line.connected || document.hidden || this.#again(), POLL);
  }

  #wireSocket() {
    const mine = (act) => (event) => event.chatId === this.dataset.chat && act(event);
    this.heard = Object.entries({
      connect: () => this.#connected(),
      disconnect: () => this.#showLine(),
      connect_error: () => this.#showLine(),
      "receive-message": mine((message) => {
        if (message.senderId === this.dataset.other) this.#theirTyping(false);
        this.sync.offer(message);
      }),
      "message-read": mine(({ readBy, upToSeq }) => readBy === this.dataset.other && this.#theyRead(upToSeq)),
      "user-typing": mine(() => this.#theirTyping(true)),
      "stop-typing": mine(() => this.#theirTyping(false)),
      "user-online": ({ userId }) => userId === this.dataset.other && this.#presence(true),
      "user-offline": ({ userId }) => userId === this.dataset.other && this.#presence(false),
      "chat-beat": ({ chats }) => this.sync.reach(chats.find(({ chatId }) => chatId === this.dataset.chat)?.lastSeq ?? 0),
    });
    for (const [event, listener] of this.heard) this.#line.on(event, listener);
    if (this.#line.connected) this.#connected();
    else this.#showLine();
  }

  #restore() {
    try {
      this.textarea.value ||= localStorage.getItem(this.draft) ?? "";
    } catch {
      // Nothing was kept.
    }
    this.#grow();
    if (matchMedia("(min-width: 64rem)").matches) this.textarea.focus({ preventScroll: true });
    const unread = document.getElementById("unread");
    if (unread) unread.scrollIntoView({ block: "center" });
    this.outbox.flush();
  }

  // Saying

  #submit(event) {
    event.preventDefault();
    const content = this.textarea.value;
    if (!content.trim()) return;
    const { kept } = this.outbox.add({ content });
    this.textarea.value = "";
    kept.then(() => this.#keepDraft()); // Until then the draft is what would be left of it.
    this.#grow();
    this.#stopTyping();
    this.#toNewest();
  }

  #typed() {
    this.#grow();
    this.#keepDraft();
    clearTimeout(this.#timers.typing);
    if (!this.textarea.value.trim()) return this.#stopTyping();
    this.#timers.typing = setTimeout(() => this.#stopTyping(), TYPING_ENDS);
    if (Date.now() - (this.typedAt ?? 0) < TYPING_EVERY || !this.#line.connected) return;
    this.typedAt = Date.now();
    tell("typing", { chatId: this.dataset.chat }).catch(() => {});
  }

  #stopTyping() {
    clearTimeout(this.#timers.typing);
    if (!this.typedAt || !this.#line.connected) return;
    this.typedAt = 0;
    tell("stop-typing", { chatId: this.dataset.chat }).catch(() => {});
  }

  #keepDraft() {
    try {
      if (this.textarea.value) localStorage.setItem(this.draft, this.textarea.value);
      else localStorage.removeItem(this.draft);
    } catch {
      // It stays in the field.
    }
  }

  // Fields grow by themselves where field-sizing is known.
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.textarea.rows = Math.min(6, this.textarea.value.split("\n").length);
  }

  #click(event) {
    const clientId = event.target.closest("[data-client]")?.dataset.client;
    if (event.target.closest("[data-again]")) {
      this.outbox.retry(clientId);
    } else if (event.target.closest("[data-discard]")) {
      this.#takeBack(clientId);
    } else if (event.target.closest("[data-edit]")) {
      const { content } = this.outbox.entries.find((entry) => entry.clientId === clientId);
      this.textarea.value = [content, this.textarea.value].filter(Boolean).join("\n");
      this.#typed();
      this.textarea.focus();
      this.#takeBack(clientId);
    } else if (event.target.closest("[data-jump]")) {
      this.#toNewest();
    } else if (event.target.closest("a[data-older]")) {
      event.preventDefault();
      this.#older();
    }
  }

  #takeBack(clientId) {
    this.bubbles.drop(clientId);
    this.outbox.discard(clientId);
  }

  // Hearing

  #show(messages, { readSeq }) {
    const wasNear = this.#isNear();
    if (!this.dataset.past) this.bubbles.append(messages);
    if (readSeq) this.#theyRead(readSeq);
    else if (messages.length) this.#theyRead(this.theirRead);
    const theirs = messages.filter(({ senderId }) => senderId !== this.dataset.me).length;
    if (!messages.length) return;
    if (this.dataset.past) return this.#showJump(this.#arrived + theirs);
    if (wasNear) this.#toNewest();
    else this.#showJump(this.#arrived + theirs);
  }

  #showWaiting() {
    this.bubbles.wait(this.outbox.entries);
    this.#showLine();
  }

  #theyRead(seq) {
    this.theirRead = Math.max(this.theirRead, seq);
    this.bubbles.markRead(this.theirRead);
  }

  #theirTyping(isTyping) {
    clearTimeout(this.#timers.theirs);
    this.find("typing-words").textContent = isTyping ? this.dataset.typing : "";
    this.querySelector(".typing").hidden = !isTyping;
    // Their "stop" may never come.
    if (isTyping) this.#timers.theirs = setTimeout(() => this.#theirTyping(false), THEIR_TYPING_ENDS);
  }

  #presence(isOnline) {
    this.find("presence").textContent = isOnline ? ` · ${this.dataset.online}` : "";
    if (!isOnline) this.#theirTyping(false);
  }

  async #older() {
    const link = this.querySelector("a[data-older]");
    if (!link || this.#loadsOlder) return;
    this.#loadsOlder = true;
    try {
      const cursor = new URL(link.href).searchParams.get("cursor");
      const { data, nextCursor } = await this.server.before(cursor);
      const height = this.scroller.scrollHeight;
      const top = this.scroller.scrollTop;
      this.bubbles.prepend(data);
      // Counted from the end, the place one looks at stays where it is; some browsers need to be told.
      if (this.scroller.scrollTop !== top && this.scroller.scrollHeight !== height) this.scroller.scrollTop = top;
      if (nextCursor) link.href = `${location.pathname}?${new URLSearchParams({ cursor: nextCursor })}`;
      else link.remove();
    } catch {
      // The link is still there to be pressed.
    } finally {
      this.#loadsOlder = false;
    }
    this.watch?.disconnect();
    const more = this.querySelector("a[data-older]");
    if (more) this.watch?.observe(more);
  }

  // Looking

  #isNear() {
    return this.scroller.scrollTop > -NEAR;
  }

  #toNewest() {
    if (this.dataset.past) return location.assign(this.dataset.past); // a page of long ago, with a gap below
    this.scroller.scrollTop = 0;
    this.#seen();
  }

  #seen() {
    this.#showJump(0);
    this.#markRead();
  }

  #looked() {
    if (document.hidden) return;
    this.#again();
    if (this.#isNear()) this.#markRead();
  }

  /** Only what somebody can see is read. */
  async #markRead() {
    const seq = this.sync.seq;
    if (this.dataset.past || document.hidden || seq <= this.#readUpTo) return;
    const before = this.#readUpTo;
    this.#readUpTo = seq;
    try {
      await this.server.read(seq);
    } catch {
      this.#readUpTo = Math.min(this.#readUpTo, before);
    }
  }

  #showJump(count) {
    this.#arrived = count;
    const jump = this.find("jump");
    jump.hidden = count === 0;
    const words = count === 1 ? this.dataset.arrivedOne : this.dataset.arrivedMany;
    this.find("jump-words").textContent = count ? words.replace("{}", count) : "";
  }

  // The line

  async #connected() {
    this.#again();
    const chatId = this.dataset.chat;
    try {
      const { userId, online } = await tell("register", {});
      if (userId !== this.dataset.me) return location.reload(); // somebody else has signed in in another tab
      this.#presence(online.includes(this.dataset.other));
      this.sync.reach((await tell("join-chat", { chatId })).lastSeq);
    } catch {
      // The beat and the next connection will tell.
    }
  }

  #again() {
    this.sync.catchUp();
    this.outbox.flush();
    this.#showLine();
  }

  /** Nothing while all is well; a short break is not worth a word. */
  #showLine() {
    const isOffline = !navigator.onLine || this.outbox.isCutOff;
    const isDown = isOffline || !this.#line.connected;
    if (isDown && !this.#isComplaining) {
      this.#timers.line ??= setTimeout(() => ((this.#isComplaining = true), this.#showLine()), PATIENCE);
      return;
    }
    clearTimeout(this.#timers.line);
    this.#timers.line = undefined;
    this.#isComplaining = isDown;
    const line = this.querySelector("[data-line]");
    const words = isOffline ? this.#offline() : this.dataset.connecting;
    line.hidden = !isDown;
    if (isDown && line.textContent !== words) line.textContent = words;
  }

  #offline() {
    const waiting = this.outbox.waiting;
    if (waiting === 0) return this.dataset.offline;
    return (waiting === 1 ? this.dataset.offlineOne : this.dataset.offlineMany).replace("{}", waiting);
  }
}

customElements.define("chat-thread", ChatThread);
