// <shop-position>: fills latitude and longitude from where the device is, when the owner presses the button.
customElements.define("shop-position", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-find]");
    button.hidden = !navigator.geolocation;
    button.addEventListener("click", () => this.find(button));
  }

  find(button) {
    const said = this.querySelector("[data-said]");
    button.setAttribute("aria-busy", "true");
    said.textContent = "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        this.querySelector("[name=latitude]").value = coords.latitude.toFixed(6);
        this.querySelector("[name=longitude]").value = coords.longitude.toFixed(6);
      },
      () => {
        button.removeAttribute("aria-busy");
        said.textContent = button.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  }
});
