// <chat-thread>: one conversation. It wires page, socket and API to an outbox, a sync and the bubbles, which do the thinking.
import { Bubbles } from "chat/bubbles.js";
import { Lightbox } from "chat/lightbox.js";
import { Outbox } from "chat/outbox.js";
import { Server } from "chat/server.js";
import { Sync } from "chat/sync.js";
import { Tray } from "chat/tray.js";
import { Heard, Writing } from "chat/typing.js";
import { socket, tell } from "shell/socket.js";

const POLL = 10000;
const NEAR = 120;
const PATIENCE = 1500;

class ChatThread extends HTMLElement {
  #line = socket();
  #ends = new AbortController();
  #timers = {};
  #arrived = 0;
  #readUpTo = 0;
  #isComplaining = false;
  #isSettling = false;
  #loadsOlder = false;

  connectedCallback() {
    const { chat, me, seq, read, whole } = this.dataset;
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
    this.draft = `threads.draft.${me}.${chat}`;
    this.tray = new Tray(this.find("tray"), this.dataset, () => this.#keepDraft());
    this.lightbox = new Lightbox(document.getElementById("lightbox"), () => [...this.querySelectorAll(".bubble-picture[href]")]);
    this.writing = new Writing((event) => this.#line.connected && tell(event, { chatId: chat }).catch(() => {}));
    this.theirs = new Heard((isWriting) => this.#theirTyping(isWriting));
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
    this.watch?.disconnect();
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
    on(this, "toggle", (event) => this.#toggled(event.target), true);
    on(this, "error", (event) => event.target.matches(".bubble-picture img") && this.#renew(event.target), true);
    on(this.find("choose"), "change", () => this.#chosen());
    if (this.find("choose").files.length) this.#chosen(); // somebody was quicker than this script
    on(document, "paste", (event) => this.#pasted(event));
    for (const event of ["dragenter", "dragover", "dragleave", "drop"]) on(this, event, (drag) => this.#dragged(drag));
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
    const words = this.textarea.value.trim() ? this.textarea.value : "";
    const pictures = this.tray.take();
    if (!words && !pictures.length) return;
    this.textarea.value = "";
    this.#grow();
    this.writing.stop();
    this.bubbles.eraseLine();
    // Each picture is a message; the words go with the last.
    const last = pictures.pop() ?? null;
    for (const picture of pictures) this.outbox.add({ content: "", picture });
    const { kept } = this.outbox.add({ content: words, picture: last });
    kept.then(() => {
      this.#keepDraft(); // Until then the draft is what would be left of it.
      if (!this.sync.isWhole) this.#leaveOldPage();
    });
    if (this.sync.isWhole) this.#toNewest();
  }

  #typed() {
    this.#grow();
    this.#keepDraft();
    if (this.textarea.value.trim()) this.writing.typed();
    else this.writing.stop();
  }

  #chosen() {
    const input = this.find("choose");
    this.tray.add([...input.files]);
    input.value = "";
    this.textarea.focus();
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.tray.add(files);
    this.textarea.focus();
  }

  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const isLeaving = event.type === "dragleave" && !this.contains(event.relatedTarget);
    if (event.type === "drop") this.tray.add([...event.dataTransfer.files]);
    this.classList.toggle("drop-here", event.type !== "drop" && !isLeaving);
    if (event.type === "drop") this.textarea.focus();
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
    } else if (event.target.closest(".bubble-picture")) {
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

  /** Nothing while all is well; a short break is not worth a word. */
  #showLine() {
    const isOffline = !navigator.onLine || this.outbox.isCutOff;
    const isDown = isOffline || this.outbox.isAskedToWait || !this.#line.connected;
    if (isDown && !this.#isComplaining) {
      this.#timers.line ??= setTimeout(() => ((this.#isComplaining = true), this.#showLine()), PATIENCE);
      return;
    }
    clearTimeout(this.#timers.line);
    this.#timers.line = undefined;
    this.#isComplaining = isDown;
    const line = this.querySelector("[data-line]");
    const words = this.#state(isOffline);
    line.hidden = !isDown;
    if (isDown && line.textContent !== words) line.textContent = words;
  }

  #state(isOffline) {
    const { waiting, isAskedToWait } = this.outbox;
    const words = this.dataset;
    if (isOffline && waiting) return (waiting === 1 ? words.offlineOne : words.offlineMany).replace("{}", waiting);
    if (isOffline) return words.offline;
    if (isAskedToWait && waiting) return (waiting === 1 ? words.waitingOne : words.waitingMany).replace("{}", waiting);
    return words.connecting;
  }
}

customElements.define("chat-thread", ChatThread);
