// <composer-tools>: what can be put into the text besides letters: emoji and saved replies; and a piece to show instead of it.
import { emojiPanel } from "conversation/emoji.js";
import { openSheet } from "shell/sheet.js";

/** Put words where the cursor is, as if they had been typed: drafts and growing follow. */
export function insert(textarea, words) {
  textarea.setRangeText(words, textarea.selectionStart, textarea.selectionEnd, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

class ComposerTools extends HTMLElement {
  connectedCallback() {
    this.textarea = this.closest("form").elements.content;
    const emoji = this.querySelector("[data-emoji-button]");
    emoji.addEventListener("click", () =>
      emojiPanel().open(emoji, (chosen) => {
        insert(this.textarea, chosen);
        return true;
      }),
    );
    this.#wireReplies(document.getElementById("saved-replies"));
    this.#wireSharing(document.getElementById("share-sheet"));
  }

  #wireReplies(menu) {
    menu?.addEventListener("click", (event) => {
      const reply = event.target.closest("[data-reply]");
      if (!reply) return;
      menu.hidePopover();
      insert(this.textarea, reply.textContent);
      this.textarea.focus();
    });
    menu?.addEventListener("toggle", ({ newState }) => {
      if (newState !== "open") return;
      menu.style.setProperty("--at", `${this.querySelector("[data-replies-button]").getBoundingClientRect().left}px`);
      menu.querySelector("[data-reply], a")?.focus();
    });
    menu?.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const all = [...menu.querySelectorAll("[data-reply]")];
      if (!step || !all.length) return;
      event.preventDefault();
      all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
    });
  }

  #wireSharing(sheet) {
    this.querySelector("[data-share-link]").addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openSheet(sheet, sheet.querySelector("[data-shareable]"), event.currentTarget.href);
    });
  }
}

customElements.define("composer-tools", ComposerTools);
