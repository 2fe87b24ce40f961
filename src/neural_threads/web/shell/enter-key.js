// What Enter does where somebody writes to be answered: in the chat and to the stylist. Where the pointer is coarse, keys
// are on glass and have no Shift to hold: Enter begins a line and the button sends. Elsewhere Enter sends and Shift+Enter
// begins a line. The setting "Enter key" decides otherwise for this device; Ctrl+Enter and Cmd+Enter always send.
const coarse = matchMedia("(pointer: coarse)");

/** Whether Enter sends here and now. */
export function enterSends() {
  const chosen = document.documentElement.dataset.enter;
  return chosen === "send" || (chosen !== "line" && !coarse.matches);
}

/**
 * Give a <textarea> this Enter key: `send` is called when it means to send, and the on-screen keyboard's key is labelled
 * accordingly. `on(target, event, listener)` listens for as long as the field is on the page.
 */
export function wireEnterKey(field, send, on = (target, event, listener) => target.addEventListener(event, listener)) {
  const label = () => (field.enterKeyHint = enterSends() ? "send" : "enter");
  label();
  on(coarse, "change", label);
  on(field, "keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing || event.keyCode === 229) return; // 229: Safari's input methods
    if (!enterSends() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  });
}
