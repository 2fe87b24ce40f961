// A thread's pictures, large: one after the other by button, arrow key or swipe; Esc closes.

const LARGE = 1600;
const SWIPE = 60;

/** The address of our picture at a width; a picture on this device has only one. */
export function sized(url, width) {
  return url.startsWith("blob:") ? url : `${url}${url.includes("?") ? "&" : "?"}w=${width}`;
}

export class Lightbox {
  #dialog;
  #links;
  #at = 0;
  #from = 0;

  /** `links()` gives the pictures of the thread, as links, in order. */
  constructor(dialog, links) {
    this.#dialog = dialog;
    this.#links = links;
    dialog.addEventListener("click", ({ target }) => this.#click(target));
    dialog.addEventListener("keydown", ({ key }) => this.#move({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0));
    dialog.addEventListener("pointerdown", ({ clientX }) => (this.#from = clientX));
    dialog.addEventListener("pointerup", ({ clientX }) => {
      if (Math.abs(clientX - this.#from) > SWIPE) this.#move(clientX < this.#from ? 1 : -1);
    });
  }

  open(link) {
    this.#at = this.#links().indexOf(link);
    this.#show();
    this.#dialog.showModal();
  }

  #click(target) {
    if (target.closest("[data-previous]")) this.#move(-1);
    else if (target.closest("[data-next]")) this.#move(1);
    else if (!target.closest("img, a, button") || target.closest("[data-away]")) this.#dialog.close();
  }

  #move(by) {
    const next = this.#at + by;
    if (by === 0 || !this.#links()[next]) return;
    this.#at = next;
    this.#show();
  }

  #show() {
    const links = this.#links();
    const link = links[this.#at];
    const small = link.querySelector("img");
    const image = this.#dialog.querySelector("img");
    [image.src, image.alt] = [small.currentSrc, small.alt];
    this.#enlarge(image, sized(link.href, LARGE), this.#at);
    this.#dialog.querySelector("[data-whole]").href = link.href;
    const words = link.closest(".bubble").querySelector("[data-field=content]").textContent;
    this.#dialog.querySelector("[data-field=words]").textContent = words;
    this.#dialog.querySelector("[data-previous]").hidden = this.#at === 0;
    this.#dialog.querySelector("[data-next]").hidden = this.#at === links.length - 1;
  }

  // Until the large one is there the small one stands for it; without a network it stays.
  #enlarge(image, url, at) {
    const large = new Image();
    large.src = url;
    large.decode().then(
      () => at === this.#at && (image.src = url),
      () => {},
    );
  }
}
