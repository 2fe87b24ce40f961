// <message-search>: what was found in this chat. What is on the page is scrolled to; anything older is another page of it.

class MessageSearch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#go(event));
  }

  #go(event) {
    const row = event.target.closest(".found-row");
    const bubble = row && document.getElementById(`m${row.dataset.seq}`);
    if (!bubble || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.hidePopover();
    bubble.scrollIntoView({ block: "center" });
    // The way to a message again, also when one goes there twice.
    history.replaceState(history.state, "", location.href.split("#")[0]);
    location.hash = bubble.id;
    bubble.querySelector("[data-react]")?.focus({ preventScroll: true });
  }
}

customElements.define("message-search", MessageSearch);
