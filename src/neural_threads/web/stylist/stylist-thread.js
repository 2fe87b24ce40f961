// <stylist-thread>: a conversation with the stylist. It asks, shows the answer as it comes, and what was made of it when it is whole.
import { Composer } from "conversation/composer.js";
import { Lightbox } from "conversation/lightbox.js";
import { Refusal, api, fragment, insist } from "shell/api.js";
import { openSheet } from "shell/sheet.js";
import { announce } from "shell/toast.js";
import { Announcer } from "stylist/announcer.js";
import { ask, followAnswer } from "stylist/answer-stream.js";

const MOST_BYTES = 5242880;
const NEAR = 160;

class StylistThread extends HTMLElement {
  #ends = new AbortController();
  #asked = null;
  #isBusy = false;

  connectedCallback() {
    this.find = (name) => this.querySelector(`[data-${name}]`);
    this.messages = this.find("messages");
    this.scroller = this.find("scroller");
    this.announcer = new Announcer(this.find("announce"));
    const options = { signal: this.#ends.signal };
    const on = (target, event, hear) => target.addEventListener(event, hear, options);
    const tell = { typed() {}, said: (words, pictures) => this.#ask(words, pictures[0]) };
    this.composer = new Composer(this, `stylist.draft.${this.dataset.me}.${this.dataset.conversation}`, tell, 1);
    this.composer.wire(on);
    this.composer.restore();
    on(this, "click", (event) => this.#pressed(event));
    on(document, "keydown", (event) => event.key === "Escape" && !event.isComposing && this.#isBusy && !document.querySelector("dialog[open], :popover-open") && this.#stop());
    this.lightbox = new Lightbox(document.getElementById("lightbox"), () => [...this.querySelectorAll(".bubble-image:not([hidden])")]);
    if (this.dataset.answering) this.#follow();
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  // What is pressed

  #pressed(event) {
    const hit = (selector) => event.target.closest(selector);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (hit("[data-ask]")) this.#do(event, () => this.#ask(hit("[data-ask]").dataset.ask));
    else if (hit("[data-again]")) this.#do(event, () => this.#again());
    else if (hit("[data-stop]")) this.#do(event, () => this.#stop());
    else if (hit("[data-copy-answer]")) this.#do(event, () => this.#copy(hit(".answer")));
    else if (hit("[data-keep]")) this.#do(event, () => this.#keep(hit("form"), hit("[data-keep]")));
    else if (plain && hit("[data-sheet-link]")) this.#do(event, () => this.#open(hit("[data-sheet-link]").href));
    else if (plain && hit(".bubble-image")) this.#do(event, () => this.lightbox.open(hit(".bubble-image")));
  }

  #do(event, what) {
    event.preventDefault();
    what();
  }

  // Asking

  async #ask(words, picture) {
    if (this.#isBusy) return this.composer.putBack(words);
    const subject = this.find("subject");
    const image = subject?.querySelector("input").value;
    const question = { message: words || this.dataset.about, clientId: crypto.randomUUID() };
    if (this.dataset.conversation) question.conversationId = this.dataset.conversation;
    if (image && !picture) question.imageUrl = image;
    this.#showQuestion(question.message, picture ? URL.createObjectURL(picture) : image && subject.querySelector("img").src);
    subject?.remove();
    this.composer.hold(words);
    await this.#answer({ question, picture });
  }

  async #again() {
    if (this.#isBusy) return;
    const failed = this.querySelector(".unanswered");
    if (failed && this.#asked) {
      failed.remove();
      return this.#answer(this.#asked); // the same clientId: what was stored is not asked twice
    }
    const last = [...this.querySelectorAll(".bubble.me [data-field=content]")].at(-1);
    if (last) await this.#ask(last.textContent);
  }

  async #answer(asked) {
    this.#asked = asked;
    await this.#show(async (signal) => {
      if (asked.picture && !asked.question.imageUrl) asked.question.imageUrl = await this.#upload(asked.picture, signal);
      return ask(asked.question, { me: this.dataset.me, signal });
    });
  }

  #follow() {
    return this.#show(async (signal) => followAnswer(this.dataset.conversation, { me: this.dataset.me, signal }));
  }

  async #upload(picture, signal) {
    const { send, shrunk } = await import("media/upload_request.js");
    const body = (await shrunk(picture, MOST_BYTES)) ?? picture;
    return (await send(body, { signal, as: this.dataset.me }, () => {})).publicId;
  }

  async #show(open) {
    const coming = this.querySelector("[data-coming]") ?? this.#clone("thinking");
    this.#settle(true);
    this.messages.append(coming);
    this.#scroll(true);
    this.announcer.say(this.dataset.thinking);
    try {
      let text = "";
      for await (const { name, data } of await open(this.#ends.signal)) {
        if (name === "asked") this.composer.hold();
        if (name === "again") text = "";
        if (name === "delta") text += data.text;
        if (name === "done") return await this.#finish(coming, data);
        this.#grow(coming, text);
      }
      throw new TypeError("");
    } catch (error) {
      if (!this.#ends.signal.aborted) this.#fail(coming, error);
    } finally {
      this.#settle(false);
    }
  }

  #grow(coming, text) {
    coming.querySelector("[data-field=text]").textContent = text;
    coming.querySelector("[data-field=dots]").hidden = Boolean(text);
    this.announcer.grow(text);
    this.#scroll();
  }

  async #finish(coming, answer) {
    this.#placed(answer.conversationId);
    const whole = await this.#fragment(`${this.dataset.place}/messages/${answer.messageId}`);
    for (const old of this.querySelectorAll(".answer [data-again], .answer > .answer-choices, .answer-question .answer-choices")) old.remove();
    const isWatched = this.#isNear(coming);
    coming.replaceWith(whole);
    this.announcer.finish(spoken(whole), this.dataset.done);
    if (isWatched) (whole.previousElementSibling ?? whole).scrollIntoView({ block: "start" }); // to be read from its beginning
    this.#refreshList(answer.conversationId);
  }

  #fail(coming, error) {
    const failed = this.#clone("unanswered");
    const words = error instanceof Refusal ? error.message || this.dataset.unsent : this.dataset.lost;
    failed.querySelector("[data-field=why]").textContent = words;
    coming.replaceWith(failed);
    this.announcer.say(words);
    this.#scroll(true);
  }

  async #stop() {
    await (this.dataset.conversation ? this.#stopAnswer(this.dataset.conversation) : this.#stopNew()).catch(said);
  }

  #stopAnswer(conversation) {
    return api("POST", `/api/chatbot/conversations/${conversation}/stop`, undefined, { as: this.dataset.me });
  }

  // The first answer of a new conversation tells its address only when it is done; until then it is the newest of all.
  async #stopNew() {
    const { data } = await api("GET", "/api/chatbot/conversations?limit=1");
    if (data[0]?.isAnswering) await this.#stopAnswer(data[0].id);
  }

  // What can be done with an answer

  async #copy(answer) {
    await navigator.clipboard.writeText(spoken(answer));
    announce(this.dataset.copied);
  }

  async #keep(form, button) {
    const { messageId, index } = Object.fromEntries(new FormData(form));
    const outfit = { messageId, index: Number(index) };
    await insist(() => api("POST", "/api/chatbot/outfits", outfit, { as: this.dataset.me }), this.#ends.signal)
      .then(() => {
        button.setAttribute("aria-pressed", "true");
        button.classList.add("kept");
      })
      .catch(said);
  }

  #open(href) {
    const sheet = document.getElementById("outfit-sheet");
    const place = sheet.querySelector("[data-sheet]");
    place.replaceChildren();
    openSheet(sheet, place, href);
  }

  // The page around it

  #showQuestion(words, image) {
    const bubble = this.#clone("asked");
    bubble.querySelector("[data-field=content]").textContent = words;
    if (image) {
      const link = bubble.querySelector("[data-field=picture]");
      const picture = new Image();
      [picture.src, picture.alt] = [image, ""];
      link.replaceChildren(picture);
      Object.assign(link, { href: image, hidden: false });
    }
    this.find("welcome")?.remove();
    this.querySelector(".unanswered")?.remove();
    this.messages.append(bubble);
    this.#scroll(true);
  }

  #placed(conversation) {
    if (this.dataset.conversation === conversation) return;
    this.dataset.conversation = conversation;
    const place = `${this.dataset.place}/${conversation}`;
    history.replaceState(null, "", place);
    this.find("composer").action = place;
  }

  async #refreshList(conversation) {
    const page = await fragment(`${this.dataset.place}/${conversation}`).then((answer) => answer.text()).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const list = fresh.getElementById("talks");
    if (list) document.getElementById("talks").replaceChildren(...list.childNodes);
    this.#refreshHead(fresh.querySelector("[data-head]"));
    if (fresh.title) document.title = fresh.title;
  }

  // With its first question a conversation gets its menu; afterwards only its title changes.
  #refreshHead(fresh) {
    const head = this.find("head");
    if (!fresh) return;
    if (head.querySelector("[data-menu]")) this.find("title").textContent = fresh.querySelector("[data-title]").textContent;
    else head.replaceChildren(...fresh.childNodes);
  }

  async #fragment(url) {
    const answer = await fragment(url);
    if (!answer.ok) throw new Refusal(answer.status, { code: "UNKNOWN", message: "" }, 0);
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    return document.importNode(holder.content.querySelector(".answer"), true);
  }

  #settle(isBusy) {
    this.#isBusy = isBusy;
    const [stop, sending] = [this.find("stop"), this.find("send")];
    const hadFocus = [stop, sending].includes(document.activeElement);
    [stop.hidden, sending.hidden] = [!isBusy, isBusy];
    this.messages.setAttribute("aria-busy", String(isBusy));
    if (hadFocus) (isBusy ? stop : sending).focus();
  }

  #clone(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  #isNear(answer) {
    return answer.getBoundingClientRect().top < this.scroller.getBoundingClientRect().bottom;
  }

  // The list grows from below: 0 is the newest.
  #scroll(always = false) {
    if (always || this.scroller.scrollTop > -NEAR) this.scroller.scrollTop = 0;
  }
}

/** Say what did not work. */
function said(error) {
  announce(error.message || document.getElementById("toasts").dataset.trouble, "bad");
}

/** What an answer says, without its buttons. */
function spoken(answer) {
  return [...answer.querySelectorAll("[data-prose], h2, .outfit-item span")].map((part) => part.textContent.trim()).join("\n");
}

customElements.define("stylist-thread", StylistThread);
