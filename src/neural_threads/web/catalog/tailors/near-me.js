// <near-me>: asks the device where it is and searches from there; when it may not say, offers places to choose from.
class NearMe extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-find]");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.#ask());
  }

  #ask() {
    if (!navigator.geolocation) return this.#tell(this.dataset.failed);
    this.button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#go(coords),
      (error) => this.#tell(error.code === error.PERMISSION_DENIED ? this.dataset.refused : this.dataset.failed),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  }

  // Four decimals are ten metres: enough to find a shop, and no more than is needed in an address.
  #go({ latitude, longitude }) {
    const to = new URL(location.href);
    for (const name of ["page", "sortBy", "sortOrder"]) to.searchParams.delete(name);
    to.searchParams.set("latitude", latitude.toFixed(4));
    to.searchParams.set("longitude", longitude.toFixed(4));
    location.assign(to);
  }

  #tell(sentence) {
    this.button.removeAttribute("aria-busy");
    this.querySelector("[data-said]").textContent = sentence;
    this.querySelector("[data-starts]").hidden = false;
  }
}

customElements.define("near-me", NearMe);
