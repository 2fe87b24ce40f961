// <composer-tools>: what can be put into the text besides letters.
import { emojiPanel } from "chat/emoji.js";

/** Put words where the cursor is, as if they had been typed: drafts and growing follow. */
export function insert(textarea, words) {
  textarea.setRangeText(words, textarea.selectionStart, textarea.selectionEnd, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

class ComposerTools extends HTMLElement {
  connectedCallback() {
    const textarea = this.closest("form").elements.content;
    const emoji = this.querySelector("[data-emoji-button]");
    emoji.addEventListener("click", () =>
      emojiPanel().open(emoji, (chosen) => {
        insert(textarea, chosen);
        return true;
      }),
    );
  }
}

customElements.define("composer-tools", ComposerTools);
