// <tailor-map>: the shops of the list beside it, or with data-shop the one that it names itself.
// On a phone the map is fetched when somebody asks for it; pins follow the list whenever htmx replaces it.
import { gathered, openMap, pin } from "catalog/map.js";

const RINGS = [1, 2, 5, 10];
const TOWN = [12.9789, 77.6066];
const EDGES = { paddingTopLeft: [40, 64], paddingBottomRight: [76, 56] }; // a pin's size, and room for the buttons

class TailorMap extends HTMLElement {
  #opened;
  #shops = [];
  #pins = new Map(); // the shops of a pin, by their places in the list → the pin
  #button = document.querySelector("[data-map]");

  #press = () => {
    const isOpen = this.closest(".discover").classList.toggle("map-open");
    this.#button.setAttribute("aria-pressed", String(isOpen));
    if (isOpen) this.#show();
  };

  #listed = (event) => {
    if (this.#opened && event.target.id === "results") this.#draw();
  };

  #pointed = (event) => {
    const card = event.target.closest?.("[data-shop]");
    for (const { shops, marker } of this.#pins.values()) marker.getElement()?.classList.toggle("meant", shops.some((shop) => shop.card === card));
  };

  connectedCallback() {
    this.seen = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#show());
    this.seen.observe(this);
    this.#button?.addEventListener("click", this.#press);
    document.addEventListener("htmx:afterSettle", this.#listed);
    for (const event of ["pointerover", "focusin"]) document.addEventListener(event, this.#pointed);
  }

  disconnectedCallback() {
    this.seen.disconnect();
    document.removeEventListener("htmx:afterSettle", this.#listed);
    for (const event of ["pointerover", "focusin"]) document.removeEventListener(event, this.#pointed);
    this.#opened?.then(({ map }) => map.remove());
  }

  async #show() {
    this.seen.disconnect();
    this.#opened ??= this.#open();
    const { map } = await this.#opened;
    if (!this.isConnected) return;
    map.invalidateSize();
    this.#draw();
  }

  async #open() {
    const opened = await openMap(this);
    opened.map.setView(TOWN, 14); // circles can be drawn on a map only once it looks somewhere
    opened.map.on("zoomend", () => this.#gather());
    opened.map.on("popupopen", ({ popup }) => focusFirst(popup));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#closePopup());
    return opened;
  }

  async #draw() {
    const { map, leaflet } = await this.#opened;
    this.layer?.remove();
    this.layer = leaflet.featureGroup().addTo(map);
    this.#pins.clear();
    const cards = "shop" in this.dataset ? [this] : [...document.querySelectorAll("#results [data-shop]")];
    this.#shops = cards.map((card) => ({ card, at: leaflet.latLng(card.dataset.latitude, card.dataset.longitude) }));
    const bounds = leaflet.latLngBounds(this.#shops.map(({ at }) => at));
    const { latitude, longitude } = document.getElementById("results")?.dataset ?? {};
    if (latitude) bounds.extend([Number(latitude), Number(longitude)]);
    if (bounds.isValid()) map.fitBounds(bounds, { ...EDGES, maxZoom: 16, animate: false });
    this.#surround(leaflet); // rings are drawn for the zoom that is there
    this.#gather();
    this.dataset.pins = this.#shops.length;
  }

  // One pin for each shop, or for several that would hide one another at this zoom. Pins that stay are left alone.
  async #gather() {
    const { map, leaflet } = await this.#opened;
    const wanted = new Map(gathered(this.#shops.map(({ at }) => map.project(at))).map((places) => [places.join(), places]));
    for (const [key, { marker }] of this.#pins) {
      if (wanted.has(key)) continue;
      marker.remove();
      this.#pins.delete(key);
    }
    for (const [key, places] of wanted) {
      if (this.#pins.has(key)) continue;
      const shops = places.map((place) => this.#shops[place]);
      const marker = shops.length > 1 ? this.#crowd(map, leaflet, shops) : this.#single(leaflet, shops[0]);
      this.#pins.set(key, { shops, marker: marker.addTo(this.layer) });
    }
  }

  #single(leaflet, { card, at }) {
    const marker = pin(leaflet, at, card.dataset.number ?? "", nameOf(card));
    return card === this ? marker : marker.bindPopup(() => summary(card), { closeButton: false, minWidth: 200 });
  }

  // Comes closer until its shops part; where they never do, as in one house, it lists them.
  #crowd(map, leaflet, shops) {
    const bounds = leaflet.latLngBounds(shops.map(({ at }) => at));
    const mean = (axis) => shops.reduce((sum, { at }) => sum + at[axis], 0) / shops.length;
    const name = `${this.dataset.together.replace("#", shops.length)}: ${shops.map(({ card }) => nameOf(card)).join(", ")}`;
    const marker = pin(leaflet, [mean("lat"), mean("lng")], `×${shops.length}`, name, "crowd");
    const closest = map.getMaxZoom();
    if (gathered(shops.map(({ at }) => map.project(at, closest))).length > 1) {
      return marker.on("click", () => map.fitBounds(bounds, { ...EDGES, maxZoom: closest }));
    }
    return marker.bindPopup(() => list(shops), { closeButton: false, minWidth: 200, maxHeight: 260 });
  }

  async #closePopup() {
    const { map } = await this.#opened;
    const open = [...this.#pins.values()].find(({ marker }) => marker.isPopupOpen());
    map.closePopup();
    open?.marker.getElement().focus();
  }

  // Where one looks from, with a ring for every few kilometres: without tiles they say how far things are.
  #surround(leaflet) {
    const { latitude, longitude, circle } = document.getElementById("results")?.dataset ?? {};
    if (!latitude) return;
    const here = [Number(latitude), Number(longitude)];
    leaflet.circleMarker(here, { radius: 8, className: "here" }).bindTooltip(this.dataset.you).addTo(this.layer);
    for (const km of new Set(circle ? [Number(circle)] : RINGS)) {
      const ring = leaflet.circle(here, { radius: km * 1000, className: "ring", interactive: false }).addTo(this.layer);
      const label = leaflet.tooltip({ permanent: true, direction: "top", className: "ring-label" });
      label.setLatLng([ring.getBounds().getNorth(), here[1]]).setContent(this.dataset.km.replace("#", km)).addTo(this.layer);
    }
  }
}

// A popup that says it is open is shown some frames later, and what is hidden takes no focus.
function focusFirst(popup, frames = 30) {
  const link = popup.getElement()?.querySelector("a");
  link?.focus({ preventScroll: true });
  if (link && document.activeElement !== link && frames) requestAnimationFrame(() => focusFirst(popup, frames - 1));
}

const nameOf = (card) => card.dataset.name ?? card.querySelector("h3").textContent.trim();

// What the card says, in short: its own links, so that nothing is written twice.
function summary(card) {
  const said = document.createElement("div");
  said.className = "pin-says";
  for (const part of ["h3 a", ".listing-who small", ".stars", "[data-call]"]) {
    const found = card.querySelector(part);
    if (found) said.append(found.cloneNode(true));
  }
  return said;
}

function list(shops) {
  const all = document.createElement("div");
  all.className = "pins-say";
  all.append(...shops.map(({ card }) => summary(card)));
  return all;
}

customElements.define("tailor-map", TailorMap);
