// <pin-map>: where the shop is, set by a press on the map; the fields beside it keep the numbers and may be typed as well.
import { openMap, pin } from "catalog/map.js";

const TOWN = [12.9789, 77.6066];

class PinMap extends HTMLElement {
  #marker = null;

  connectedCallback() {
    this.seen = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#show());
    this.seen.observe(this);
  }

  disconnectedCallback() {
    this.seen.disconnect();
    this.map?.remove();
  }

  async #show() {
    this.seen.disconnect();
    const { map, leaflet } = await openMap(this);
    Object.assign(this, { map, leaflet });
    map.setView(this.#typed() ?? TOWN, 15);
    this.#draw();
    map.on("click", ({ latlng }) => {
      this.#field("latitude").value = latlng.lat.toFixed(6);
      this.#field("longitude").value = latlng.wrap().lng.toFixed(6);
      this.#draw();
    });
    for (const name of ["latitude", "longitude"]) this.#field(name).addEventListener("change", () => this.#draw());
  }

  #draw() {
    const at = this.#typed();
    this.#marker?.remove();
    this.#marker = at && pin(this.leaflet, at, "", this.dataset.name).addTo(this.map);
  }

  #typed() {
    const [latitude, longitude] = ["latitude", "longitude"].map((name) => this.#field(name).value);
    return latitude && longitude ? [Number(latitude), Number(longitude)] : null;
  }

  #field(name) {
    return this.closest("form").elements[name];
  }
}

customElements.define("pin-map", PinMap);
