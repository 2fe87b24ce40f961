// Every emoji there is: a panel that is filled when it is first opened, beside whatever opened it.

const GAP = 8;

export class EmojiPanel {
  #panel;
  #picker = null;
  #chosen = () => {};

  constructor(panel) {
    this.#panel = panel;
  }

  /** Show the panel at `anchor`; `chosen(emoji)` is called for each choice, and says whether to stay open. */
  async open(anchor, chosen) {
    this.#chosen = chosen;
    this.#panel.showPopover();
    this.#place(anchor);
    this.#picker ??= await this.#fill();
    this.#place(anchor);
    const search = this.#picker.shadowRoot.querySelector("input");
    if (search?.value) {
      search.value = "";
      search.dispatchEvent(new Event("input"));
    }
    // A phone's keyboard would cover what one wants to look at.
    if (matchMedia("(pointer: fine)").matches) search?.focus();
  }

  async #fill() {
    const { default: Picker } = await import("emoji-picker-element");
    const { source, words } = this.#panel.dataset;
    const picker = new Picker({ dataSource: source, locale: "en", i18n: JSON.parse(words) });
    picker.addEventListener("emoji-click", ({ detail }) => {
      if (detail.unicode && !this.#chosen(detail.unicode)) this.#panel.hidePopover();
    });
    this.#panel.replaceChildren(picker);
    return picker;
  }

  /** Above the anchor where there is room, else below; the style sheet lays it along the lower edge of a phone. */
  #place(anchor) {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#panel;
    const top = at.top - height - GAP >= 0 ? at.top - height - GAP : Math.min(at.bottom + GAP, innerHeight - height - GAP);
    const left = Math.max(GAP, Math.min(at.left, innerWidth - width - GAP));
    this.#panel.style.setProperty("--top", `${Math.max(GAP, top)}px`);
    this.#panel.style.setProperty("--left", `${left}px`);
  }
}

let one = null;

/** The one panel of this page. */
export function emojiPanel() {
  one ??= new EmojiPanel(document.getElementById("emoji-panel"));
  return one;
}
