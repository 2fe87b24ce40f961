// <chat-reactions>: reacting to the messages of the thread around it, by pointer, finger and keys; what others feel shows at once.
import { api, insist, Refusal } from "shell/api.js";
import { socket } from "shell/socket.js";
import { announce } from "shell/toast.js";
import { emojiPanel } from "conversation/emoji.js";
import { counted, grouped } from "chat/reactions/reactions.js";
import { Sync } from "chat/thread/sync.js";

const HOVER = 220;
const LEAVE = 260;
const PRESS = 450;
const SLIP = 10;
const POLL = 10000;
const GAP = 6;

class ChatReactions extends HTMLElement {
  #ends = new AbortController();
  #known = new Map();
  #timers = {};
  #bubble = null;
  #line = socket();

  connectedCallback() {
    const thread = this.closest("chat-thread");
    ({ chat: this.chat, me: this.me } = thread.dataset);
    this.list = thread.querySelector("[data-messages]");
    this.bar = this.querySelector("[data-bar]");
    this.sync = new Sync(
      Number(this.dataset.seq),
      async (after) => {
        const answer = await api("GET", `/api/chat/reactions?${new URLSearchParams({ chatId: this.chat, after, limit: 50 })}`);
        return { ...answer, data: answer.data.map(counted) };
      },
      (changes) => changes.forEach(({ messageId, reactions }) => this.#learn(messageId, reactions)),
    );
    this.#wireList(thread.querySelector("[data-scroller]"));
    this.#wireBar();
    this.#wireSocket();
    this.#watchBubbles();
  }

  disconnectedCallback() {
    this.#ends.abort();
    this.watch.disconnect();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    for (const [event, listener] of this.heard) this.#line.off(event, listener);
  }

  #on(target, event, listener) {
    target.addEventListener(event, listener, { signal: this.#ends.signal });
  }

  // Hearing

  #wireSocket() {
    this.heard = Object.entries({
      connect: () => this.sync.catchUp(),
      "message-reaction": (event) => event.chatId === this.chat && this.sync.offer(counted(event)),
      "chat-beat": ({ chats }) => this.sync.reach(chats.find(({ chatId }) => chatId === this.chat)?.reactionSeq ?? 0),
    });
    for (const [event, listener] of this.heard) this.#line.on(event, listener);
    if (this.#line.connected) this.sync.catchUp();
    this.#on(document, "visibilitychange", () => document.hidden || this.sync.catchUp());
    this.#timers.poll = setInterval(() => this.#line.connected || document.hidden || this.sync.catchUp(), POLL);
  }

  #learn(messageId, reactions) {
    this.#known.set(messageId, reactions);
    const bubble = this.list.querySelector(`[data-id="${CSS.escape(messageId)}"]`);
    if (bubble) this.#show(bubble, reactions);
  }

  /** Bubbles come with what was felt when they were fetched; what was heard since is newer. */
  #watchBubbles() {
    this.watch = new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        for (const bubble of type === "attributes" ? [target] : addedNodes) {
          const reactions = this.#known.get(bubble.dataset?.id) ?? bubble.reactions;
          if (reactions) this.#show(bubble, reactions);
        }
      }
      this.#rove(this.list.querySelector("[data-react][tabindex='0']"));
    });
    this.watch.observe(this.list, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-id"] });
    this.#rove(null);
  }

  #show(bubble, reactions) {
    const place = bubble.querySelector("[data-reactions]");
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.emoji : null;
    place.replaceChildren(...grouped(reactions, this.me, this.dataset).map((group) => this.#chip(bubble.dataset.id, group)));
    place.hidden = !reactions.length;
    if (focused) (place.querySelector(`[data-emoji="${CSS.escape(focused)}"]`) ?? bubble.querySelector("[data-react]")).focus();
  }

  #chip(id, { emoji, names, count, isMine }) {
    const chip = this.querySelector("[data-reaction]").content.firstElementChild.cloneNode(true);
    chip.value = `${id} ${emoji} ${isMine ? "remove" : "add"}`;
    chip.setAttribute("aria-pressed", String(isMine));
    chip.setAttribute("aria-label", `${emoji} ${names.join(", ")}`);
    Object.assign(chip.dataset, { names: names.join(", "), emoji });
    chip.querySelector("[data-field=emoji]").textContent = emoji;
    chip.querySelector("[data-field=count]").textContent = count;
    chip.querySelector("[data-field=count]").hidden = count < 2;
    return chip;
  }

  // Reacting

  async #react(bubble, emoji) {
    const id = bubble.dataset.id;
    this.#close();
    try {
      // What is meant, not the change: so it bears repeating when an answer was lost.
      const isMine = bubble.querySelector(`.reaction[data-emoji="${CSS.escape(emoji)}"][aria-pressed=true]`);
      const meant = { emoji, action: isMine ? "remove" : "add" };
      const { data } = await insist(() => api("POST", `/api/chat/messages/${id}/reactions`, meant), this.#ends.signal);
      this.sync.offer(counted({ messageId: id, ...data }));
    } catch (trouble) {
      if (trouble instanceof Refusal) announce(Object.values(trouble.fields ?? {})[0] ?? trouble.message, "bad");
    }
  }

  #wireList(scroller) {
    this.#on(this.querySelector("form"), "submit", (event) => {
      event.preventDefault();
      const chip = event.submitter;
      if (chip) this.#react(chip.closest(".bubble"), chip.dataset.emoji);
    });
    this.#on(this.list, "click", (event) => {
      const opener = event.target.closest("[data-react]");
      if (opener) this.#open(opener.closest(".bubble"), true);
    });
    this.#on(this.list, "keydown", (event) => this.#move(event));
    this.#on(this.list, "focusin", (event) => event.target.matches("[data-react]") && this.#rove(event.target));
    this.#on(this.list, "pointerover", (event) => this.#hover(event));
    this.#on(this.list, "pointerleave", () => this.#leaveSoon());
    this.#on(this.list, "pointerdown", (event) => this.#press(event));
    for (const end of ["pointerup", "pointercancel"]) this.#on(window, end, () => clearTimeout(this.#timers.press));
    this.#on(window, "pointermove", ({ clientX, clientY }) => {
      if (this.pressedAt && Math.hypot(clientX - this.pressedAt.x, clientY - this.pressedAt.y) > SLIP) clearTimeout(this.#timers.press);
    });
    this.#on(scroller, "scroll", () => {
      clearTimeout(this.#timers.press);
      this.#close();
    });
  }

  #hover(event) {
    if (event.pointerType !== "mouse" || event.buttons) return;
    const bubble = event.target.closest(".bubble[data-id]");
    clearTimeout(this.#timers.hover);
    if (!bubble) return this.#leaveSoon();
    clearTimeout(this.#timers.leave);
    if (bubble !== this.#bubble) this.#timers.hover = setTimeout(() => this.#open(bubble, false), HOVER);
  }

  #leaveSoon() {
    clearTimeout(this.#timers.hover);
    clearTimeout(this.#timers.leave);
    this.#timers.leave = setTimeout(() => this.bar.contains(document.activeElement) || this.#close(), LEAVE);
  }

  #press(event) {
    const bubble = event.target.closest(".bubble[data-id]");
    if (!bubble || event.pointerType === "mouse" || event.target.closest("a, button")) return;
    this.pressedAt = { x: event.clientX, y: event.clientY };
    clearTimeout(this.#timers.press);
    this.#timers.press = setTimeout(() => {
      navigator.vibrate?.(12);
      this.#open(bubble, false);
    }, PRESS);
  }

  /** From one message to the next by the arrows; there is one stop for the tab key in the whole thread. */
  #move(event) {
    const here = event.target.closest("[data-react]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!here || !step) return;
    event.preventDefault();
    const all = [...this.list.querySelectorAll(".bubble[data-id] > [data-react]")];
    all[all.indexOf(here) + step]?.focus();
  }

  #rove(here) {
    const all = this.list.querySelectorAll(".bubble[data-id] > [data-react]");
    const stop = here?.isConnected ? here : [...all].at(-1);
    for (const each of all) each.tabIndex = each === stop ? 0 : -1;
  }

  // The quick six

  #wireBar() {
    this.#on(this.bar, "click", (event) => {
      const bubble = this.#bubble;
      const button = event.target.closest("button");
      if (!button || !bubble) return;
      const had = this.bar.contains(document.activeElement);
      if (button.dataset.quick) this.#react(bubble, button.dataset.quick);
      else this.#more(bubble);
      if (had && button.dataset.quick) bubble.querySelector("[data-react]").focus();
    });
    this.#on(this.bar, "pointerenter", () => clearTimeout(this.#timers.leave));
    this.#on(this.bar, "pointerleave", (event) => event.pointerType === "mouse" && this.#leaveSoon());
    this.#on(this.bar, "keydown", (event) => this.#steer(event));
    this.#on(this.bar, "focusout", (event) => event.relatedTarget && !this.bar.contains(event.relatedTarget) && this.#close());
    this.#on(document, "pointerdown", (event) => {
      if (!this.bar.contains(event.target) && !this.#bubble?.contains(event.target)) this.#close();
    });
  }

  #steer(event) {
    const buttons = [...this.bar.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const rtl = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + rtl, ArrowLeft: at - rtl, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      const bubble = this.#bubble;
      this.#close();
      bubble?.querySelector("[data-react]").focus();
    } else if (to !== undefined) {
      event.preventDefault();
      buttons.at(to % buttons.length).focus();
    }
  }

  #open(bubble, byKeys) {
    this.#bubble = bubble;
    for (const button of this.bar.querySelectorAll("[data-quick]")) {
      const mine = bubble.querySelector(`.reaction[data-emoji="${CSS.escape(button.dataset.quick)}"][aria-pressed=true]`);
      button.setAttribute("aria-pressed", String(Boolean(mine)));
    }
    if (!this.bar.matches(":popover-open")) this.bar.showPopover();
    const at = bubble.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.bar;
    const start = bubble.classList.contains("me") ? at.right - width : at.left;
    const top = at.top - height - GAP < 0 ? at.bottom + GAP : at.top - height - GAP;
    this.bar.style.setProperty("--top", `${Math.min(top, innerHeight - height - GAP)}px`);
    this.bar.style.setProperty("--left", `${Math.max(GAP, Math.min(start, innerWidth - width - GAP))}px`);
    if (byKeys) this.bar.querySelector("button").focus();
  }

  #more(bubble) {
    const anchor = bubble.querySelector("[data-react]");
    this.#close();
    anchor.focus({ preventScroll: true });
    emojiPanel().open(bubble, (emoji) => {
      this.#react(bubble, emoji);
      anchor.focus({ preventScroll: true });
      return false;
    });
  }

  #close() {
    clearTimeout(this.#timers.hover);
    this.#bubble = null;
    if (this.bar.matches(":popover-open")) this.bar.hidePopover();
  }
}

customElements.define("chat-reactions", ChatReactions);
