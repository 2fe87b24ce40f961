// The one script on every page: loads custom elements when they appear, and does what HTML cannot do alone.
import { announce } from "shell/toast.js";
import * as drafts from "shell/drafts.js";
import "shell/form-sending.js";
import "shell/letter-count.js";
import { whenSwapped } from "shell/swaps.js";

const page = document.documentElement;
page.classList.add("scripted");

// Custom elements: <chat-thread> imports the module of that name from the import map.
const { imports } = JSON.parse(document.querySelector("script[type=importmap]").textContent);
const wanted = new Set();

function load(root) {
  for (const element of [root, ...root.querySelectorAll(":not(:defined)")]) {
    const name = element.localName;
    if (name?.includes("-") && imports[name] && !wanted.has(name)) {
      wanted.add(name);
      import(name);
    }
  }
}

drafts.begin(); // before elements read what stands in their fields
load(document.body);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType !== 1) continue;
      drafts.restore(node);
      load(node);
    }
  }
}).observe(document.body, { childList: true, subtree: true });

// Buttons that open, close, reveal, copy
function ready(root) {
  root.querySelector("[data-focus]")?.focus();
}
ready(document);
whenSwapped(ready);

const presses = {
  open: (button) => document.getElementById(button.dataset.open)?.showModal(),
  close: (button) => button.closest("dialog")?.close(),
  reveal(button) {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  },
  async copy(button) {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    announce(document.getElementById("toasts").dataset.copied);
  },
  async share(button) {
    const url = new URL(button.dataset.share || location.href, location.href).href;
    if (navigator.share) await navigator.share({ title: document.title, url }).catch(() => {});
    else await presses.copy({ dataset: { copy: url } });
  },
};

document.addEventListener("click", (event) => {
  for (const [what, press] of Object.entries(presses)) {
    const button = event.target.closest(`[data-${what}]`);
    if (button) press(button);
  }
  if (event.target.matches("dialog.sheet")) event.target.close(); // the veil around it
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const said = (what) => document.getElementById("toasts").dataset[what];

// Offline is said once; a thread has a line of its own for it
addEventListener("offline", () => document.querySelector("chat-thread") || announce(said("offline"), "bad"));

// From a card to its page the picture travels: the page marks where it arrives with data-arriving.
addEventListener("pageswap", (event) => {
  const going = event.activation?.entry?.url;
  const link = going && [...document.querySelectorAll(".listing-art")].find((each) => each.href === going);
  const picture = link?.querySelector(".picture");
  const passage = picture && event.viewTransition;
  if (!passage) return;
  picture.style.viewTransitionName = "arriving";
  for (const step of [passage.updateCallbackDone, passage.ready]) step.catch(() => {}); // the next page may come too late
  passage.finished.catch(() => {}).then(() => (picture.style.viewTransitionName = ""));
});

// Keys: / searches, g c opens the chats. Esc closes dialogs and menus by itself or here.
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
// The path also has fields within a shadow root.
const isTyped = (event) => event.isComposing || event.composedPath().some((each) => each.matches?.(FIELDS));
let before = {};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const isAfterG = before.key === "g" && event.timeStamp - before.timeStamp < 1500;
  before = {};
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyped(event) || document.querySelector("dialog:modal")) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  const place = isAfterG && { c: "/chats", d: "/designers", s: "/settings" }[event.key];
  const link = place && document.querySelector(`nav a[href$="${place}"]`);
  before = event;
  if (link) location.assign(link.href);
});
