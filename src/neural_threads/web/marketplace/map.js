// A map: Leaflet, fetched when the first one opens, on tiles from the settings or on the plain ground of the style sheet.
export async function openMap(element) {
  const { tiles, credit, closer, farther } = element.dataset;
  await import("leaflet");
  const leaflet = window.L;
  const map = leaflet.map(element, { zoomControl: false, attributionControl: Boolean(tiles), maxZoom: 18, zoomSnap: 0.5 });
  leaflet.control.zoom({ position: "topright", zoomInTitle: closer, zoomOutTitle: farther }).addTo(map);
  leaflet.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  if (tiles) {
    map.attributionControl.setPrefix(false);
    const text = document.createElement("span");
    text.textContent = credit; // plain text from the settings
    leaflet.tileLayer(tiles, { maxZoom: 18, attribution: text.outerHTML }).addTo(map);
  }
  return { map, leaflet };
}

// A pin that shows a few letters and is called by its name.
export function pin(leaflet, at, text, name) {
  const sign = document.createElement("span");
  sign.className = "pin";
  sign.append(Object.assign(document.createElement("b"), { textContent: text }));
  const icon = leaflet.divIcon({ html: sign, className: "pin-holder", iconSize: [36, 44], iconAnchor: [18, 43], popupAnchor: [0, -40] });
  const marker = leaflet.marker(at, { icon, title: name, riseOnHover: true });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", name));
  return marker;
}
