// <tailor-map>: the shops of the list beside it, or with data-shop the one that it names itself.
// On a phone the map is fetched when somebody asks for it; pins follow the list whenever htmx replaces it.
import { openMap, pin } from "marketplace/map.js";

const RINGS = [1, 2, 5, 10];
const TOWN = [12.9789, 77.6066];

class TailorMap extends HTMLElement {
  #opened;
  #pins = new Map();
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
    const shop = event.target.closest?.("[data-shop]");
    for (const [card, marker] of this.#pins) marker.getElement()?.classList.toggle("meant", card === shop);
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
    this.#opened ??= openMap(this);
    const { map } = await this.#opened;
    if (!this.isConnected) return;
    map.invalidateSize();
    map.setView(TOWN, 14); // circles can be drawn on a map only once it looks somewhere
    this.#draw();
  }

  get #shops() {
    return "shop" in this.dataset ? [this] : [...document.querySelectorAll("#results [data-shop]")];
  }

  async #draw() {
    const { map, leaflet } = await this.#opened;
    this.layer?.remove();
    this.layer = leaflet.featureGroup().addTo(map);
    this.#pins.clear();
    const bounds = leaflet.latLngBounds([]);
    for (const shop of this.#shops) {
      const at = [Number(shop.dataset.latitude), Number(shop.dataset.longitude)];
      const marker = pin(leaflet, at, shop.dataset.number ?? "", nameOf(shop));
      if (shop !== this) marker.bindPopup(() => summary(shop), { closeButton: false, minWidth: 200 });
      marker.addTo(this.layer);
      this.#pins.set(shop, marker);
      bounds.extend(at);
    }
    const { latitude, longitude } = document.getElementById("results")?.dataset ?? {};
    if (latitude) bounds.extend([Number(latitude), Number(longitude)]);
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [36, 48], maxZoom: 16, animate: false });
    this.#surround(leaflet); // rings are drawn for the zoom that is there
    this.dataset.pins = this.#pins.size;
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

const nameOf = (shop) => shop.dataset.name ?? shop.querySelector("h3").textContent;

// What the card says, in short: its own links, so that nothing is written twice.
function summary(shop) {
  const said = document.createElement("div");
  said.className = "pin-says";
  for (const part of ["h3 a", ".listing-who small", ".stars", "[data-call]"]) {
    const found = shop.querySelector(part);
    if (found) said.append(found.cloneNode(true));
  }
  return said;
}

customElements.define("tailor-map", TailorMap);
