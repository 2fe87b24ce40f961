// <chat-thread>: one conversation. It wires page, socket and API to an outbox, a sync and the bubbles, which do the thinking.
import { Bubbles } from "chat/thread/bubbles.js";
import { Composer } from "conversation/composer.js";
import { Lightbox } from "conversation/lightbox.js";
import { Outbox } from "chat/outbox/outbox.js";
import { MessageApi } from "chat/outbox/message_api.js";
import { StateLine } from "chat/thread/state-line.js";
import { Sync } from "chat/thread/sync.js";
import { RemoteTyping, Writing } from "chat/thread/typing.js";
import { socket, tell } from "shell/socket.js";

const POLL = 10000;
const NEAR = 120;
const READ_AGAIN = 5000;

class ChatThread extends HTMLElement {
  #line = socket();
  #ends = new AbortController();
  #timers = {};
  #arrived = 0;
  #readUpTo = 0;
  #isSettling = false;
  #loadsOlder = false;

  connectedCallback() {
    const { chat, me, seq, read, whole } = this.dataset;
    this.find = (name) => this.querySelector(`[data-${name}]`);
    this.scroller = this.find("scroller");
    this.#readUpTo = Number(seq);
    this.theirRead = Number(read);
    this.bubbles = new Bubbles(this.find("messages"), this.dataset, me);
    this.server = new MessageApi(me, chat);
    this.sync = new Sync(
      Number(seq),
      (after) => this.server.after(after),
      (messages, answer) => this.#show(messages, answer),
      { isWhole: Boolean(whole) },
    );
    this.outbox = new Outbox({
      me,
      chat,
      server: this.server,
      tell: {
        changed: () => this.#showWaiting(),
        stored: (message) => (message ? this.sync.offer(message) : this.sync.catchUp()),
        dropped: (clientId) => this.bubbles.drop(clientId),
        progress: (clientId, percent) => this.bubbles.progress(clientId, percent),
        another: () => location.reload(),
      },
    });
    this.composer = new Composer(this, `threads.draft.${me}.${chat}`, {
      typed: (hasWords) => (hasWords ? this.writing.typed() : this.writing.stop()),
      said: (words, pictures) => this.#say(words, pictures),
    });
    this.stateLine = new StateLine(this.find("line"), this.dataset);
    this.lightbox = new Lightbox(document.getElementById("lightbox"), () => [...this.querySelectorAll(".bubble-image[href]")]);
    this.writing = new Writing((event) => this.#line.connected && tell(event, { chatId: chat }).catch(() => {}));
    this.theirs = new RemoteTyping((isWriting) => this.#theirTyping(isWriting));
    this.#wirePage();
    this.#wireSocket();
    this.#restore();
  }

  disconnectedCallback() {
    this.#ends.abort();
    this.outbox.close();
    this.sync.close();
    this.writing.stop();
    this.theirs.end();
    this.stateLine.close();
    this.watch?.disconnect();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    for (const [event, listener] of this.heard) this.#line.off(event, listener);
  }

  #wirePage() {
    const on = (target, event, listener) => target.addEventListener(event, listener, { signal: this.#ends.signal });
    this.composer.wire(on);
    on(this, "click", (event) => this.#click(event));
    on(this, "toggle", (event) => this.#toggled(event.target), true);
    on(this, "error", (event) => event.target.matches(".bubble-image img") && this.#renew(event.target), true);
    on(this.scroller, "scroll", () => (this.#isNear() ? this.#seen() : this.#showJump(this.#arrived)));
    on(document, "visibilitychange", () => this.#looked());
    on(window, "focus", () => this.#looked());
    on(window, "online", () => this.#again());
    on(window, "offline", () => this.#showLine());
    on(window, "beforeunload", (event) => this.outbox.isFragile && event.preventDefault());
    this.watch = new IntersectionObserver((seen) => this.#reached(seen), { root: this.scroller, rootMargin: "400px" });
    for (const end of this.querySelectorAll("a[data-older], [data-newer]")) this.watch.observe(end);
    this.#timers.poll = setInterval(() => this.#line.connected || document.hidden || this.#again(), POLL);
  }

  #wireSocket() {
    const mine = (act) => (event) => event.chatId === this.dataset.chat && act(event);
    this.heard = Object.entries({
      connect: () => this.#connected(),
      disconnect: () => this.#showLine(),
      connect_error: () => this.#showLine(),
      "receive-message": mine((message) => {
        const isTheirs = message.senderId === this.dataset.other;
        if (isTheirs) this.theirs.end();
        if (isTheirs && !this.sync.isWhole) this.#showJump(this.#arrived + 1); // far below an old page
        this.sync.offer(message);
      }),
      "message-read": mine(({ readBy, upToSeq, readAt }) => readBy === this.dataset.other && this.#theyRead(upToSeq, readAt)),
      "user-typing": mine(() => this.theirs.hear()),
      "stop-typing": mine(() => this.theirs.end()),
      "user-online": ({ userId }) => userId === this.dataset.other && this.#presence(true),
      "user-offline": ({ userId }) => userId === this.dataset.other && this.#presence(false),
      "chat-beat": ({ chats }) => this.sync.reach(chats.find(({ chatId }) => chatId === this.dataset.chat)?.lastSeq ?? 0),
    });
    for (const [event, listener] of this.heard) this.#line.on(event, listener);
    if (this.#line.connected) this.#connected();
    else this.#showLine();
  }

  #restore() {
    this.composer.restore();
    const unread = document.getElementById("unread");
    if (unread) unread.scrollIntoView({ block: "center" });
    this.outbox.flush();
  }

  // Saying

  #say(words, pictures) {
    this.writing.stop();
    this.bubbles.eraseLine();
    // Each picture is a message; the words go with the last.
    const last = pictures.pop() ?? null;
    for (const picture of pictures) this.outbox.add({ content: "", picture });
    const { kept } = this.outbox.add({ content: words, picture: last });
    kept.then(() => {
      this.composer.keep(); // Until then the draft is what would be left of it.
      if (!this.sync.isWhole) this.#leaveOldPage();
    });
    if (this.sync.isWhole) this.#toNewest();
  }

  #click(event) {
    const clientId = event.target.closest("[data-client]")?.dataset.client;
    if (event.target.closest("[data-again]")) {
      this.outbox.retry(clientId);
    } else if (event.target.closest("[data-discard]")) {
      this.#takeBack(clientId);
    } else if (event.target.closest("[data-edit]")) {
      const { content } = this.outbox.entries.find((entry) => entry.clientId === clientId);
      this.composer.putBack(content);
      this.#takeBack(clientId);
    } else if (event.target.closest("[data-jump]")) {
      this.#toNewest();
    } else if (event.target.closest(".bubble-image")) {
      event.preventDefault();
      const link = event.target.closest("[href]");
      if (link) this.lightbox.open(link);
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
    const wasNear = this.#isNear() && this.sync.isWhole;
    this.bubbles.append(messages);
    this.#theyRead(readSeq || this.theirRead);
    const theirs = messages.filter(({ senderId }) => senderId !== this.dataset.me);
    if (!this.sync.isWhole || !messages.length) return;
    // Whoever is not looking finds the line where the new ones begin.
    if (theirs.length && !this.#arrived && (document.hidden || !wasNear)) this.bubbles.drawLine(theirs[0].seq);
    this.#arrived += theirs.length;
    if (wasNear) this.#toNewest();
    else this.#showJump(this.#arrived);
  }

  #showWaiting() {
    this.bubbles.wait(this.outbox.entries);
    this.#settle();
    this.#showLine();
  }

  /** What waits no more is a message by now: of ours, of another tab, or of before this page was loaded. */
  async #settle() {
    const strays = this.bubbles.strays(this.outbox.entries);
    if (!strays.length || this.#isSettling) return;
    this.#isSettling = true;
    if (await this.sync.catchUp()) for (const clientId of strays) this.bubbles.drop(clientId);
    this.#isSettling = false;
  }

  #theyRead(seq, readAt) {
    this.theirRead = Math.max(this.theirRead, seq);
    this.bubbles.markRead(this.theirRead, readAt);
  }

  #theirTyping(isTyping) {
    this.querySelector("[data-typing-words]").textContent = isTyping ? this.dataset.typing : "";
    this.querySelector(".typing").hidden = !isTyping;
  }

  /** Somebody looks when a message was read; that it was read may be all that we have heard. */
  async #toggled(foot) {
    const bubble = foot.closest(".bubble[data-seq]");
    if (foot.open && bubble?.dataset.state === "read" && !bubble.dataset.readAt) await this.#fetchAgain(bubble);
  }

  /** Addresses of pictures are good for an hour or two: a new one, once. */
  async #renew(image) {
    const bubble = image.closest(".bubble[data-seq]");
    if (!bubble || bubble.hasBeenRenewed) return;
    bubble.hasBeenRenewed = true;
    await this.#fetchAgain(bubble);
  }

  async #fetchAgain(bubble) {
    try {
      const { data } = await this.server.after(Number(bubble.dataset.seq) - 1, 1);
      this.bubbles.renew(data[0]);
    } catch {
      // What is known is shown.
    }
  }

  #presence(isOnline) {
    this.find("presence").textContent = isOnline ? ` · ${this.dataset.online}` : "";
    if (!isOnline) this.theirs.end();
  }

  #reached(ends) {
    for (const { isIntersecting, target } of ends) {
      if (!isIntersecting) continue;
      if (target.matches("a[data-older]")) this.#older();
      else this.#newer(target);
    }
  }

  async #newer(end) {
    this.watch.unobserve(end);
    const { scrollHeight, scrollTop } = this.scroller;
    await this.sync.more().catch(() => {}); // The link is still there to be pressed.
    this.scroller.scrollTop = scrollTop - (this.scroller.scrollHeight - scrollHeight); // counted from the end
    if (this.sync.isWhole) end.remove();
    else this.watch.observe(end);
  }

  #leaveOldPage() {
    location.assign(location.pathname);
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
    if (!link.isConnected) return;
    this.watch.unobserve(link);
    this.watch.observe(link);
  }

  // Looking

  #isNear() {
    return this.scroller.scrollTop > -NEAR;
  }

  #toNewest() {
    if (!this.sync.isWhole) return this.#leaveOldPage();
    this.scroller.scrollTop = 0;
    this.#seen();
  }

  #seen() {
    if (document.hidden || !this.sync.isWhole) return this.#showJump(this.#arrived);
    this.#showJump(0);
    this.#markRead();
  }

  #looked() {
    if (document.hidden) return;
    this.#again();
    if (this.#isNear()) this.#seen();
  }

  /** Only what somebody can see is read. */
  async #markRead() {
    const seq = this.sync.seq;
    if (!this.sync.isWhole || document.hidden || seq <= this.#readUpTo) return;
    const before = this.#readUpTo;
    this.#readUpTo = seq;
    try {
      await this.server.read(seq);
    } catch {
      this.#readUpTo = Math.min(this.#readUpTo, before);
      clearTimeout(this.#timers.read);
      this.#timers.read = setTimeout(() => this.#isNear() && this.#markRead(), READ_AGAIN);
    }
  }

  /** The way down, and how many are new there. */
  #showJump(count) {
    this.#arrived = count;
    const jump = this.find("jump");
    jump.hidden = count === 0 && this.#isNear() && this.sync.isWhole;
    const words = count === 1 ? this.dataset.arrivedOne : this.dataset.arrivedMany;
    this.find("jump-words").textContent = count ? words.replace("{}", count) : this.dataset.toNewest;
    this.find("jump-words").classList.toggle("hidden-text", count === 0);
    jump.classList.toggle("round", count === 0);
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

  #showLine() {
    const { isCutOff, isAskedToWait, waiting } = this.outbox;
    this.stateLine.show({ isOffline: !navigator.onLine || isCutOff, isAskedToWait, isConnected: this.#line.connected, waiting });
  }
}

customElements.define("chat-thread", ChatThread);
