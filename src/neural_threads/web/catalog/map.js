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
    // Servers of tiles want to know which site asks, not which page.
    const ground = leaflet.tileLayer(tiles, { maxZoom: 18, attribution: text.outerHTML, referrerPolicy: "origin" }).addTo(map);
    plainIfNoneLoads(ground, map);
  }
  return { map, leaflet };
}

// Where no tile comes (no network, a server that refuses), the plain ground stays, and nobody is thanked for nothing.
const FAILURES = 4;
function plainIfNoneLoads(ground, map) {
  let failed = 0;
  ground.on("tileload", () => ground.off("tileerror"));
  ground.on("tileerror", () => {
    failed += 1;
    if (failed < FAILURES) return;
    ground.remove();
    map.attributionControl.remove();
  });
}

// A pin that shows a few letters and is called by its name; Enter and the space bar press it.
export function pin(leaflet, at, text, name, kind = "") {
  const sign = document.createElement("span");
  sign.className = `pin ${kind}`;
  sign.append(Object.assign(document.createElement("b"), { textContent: text }));
  const icon = leaflet.divIcon({ html: sign, className: "pin-holder", iconSize: [36, 44], iconAnchor: [18, 43], popupAnchor: [0, -40] });
  const marker = leaflet.marker(at, { icon, title: name, riseOnHover: true });
  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("aria-label", name);
    element.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      element.click();
    };
  });
  return marker;
}

const BESIDE = { x: 40, y: 46 }; // pixels: nearer than this, one pin would hide another

// Which of these points (in pixels) one pin must stand for, so that every pin can be pressed: lists of their places in the list.
export function gathered(points) {
  const groups = points.map((point, place) => ({ places: [place], x: point.x, y: point.y }));
  const near = (one, other) => Math.abs(one.x - other.x) < BESIDE.x && Math.abs(one.y - other.y) < BESIDE.y;
  for (let at = 0; at < groups.length; at += 1) {
    const twin = groups.findIndex((other, place) => place < at && near(groups[at], other));
    if (twin < 0) continue;
    const [group] = groups.splice(at, 1);
    const places = [...groups[twin].places, ...group.places];
    const middle = (axis) => places.reduce((sum, place) => sum + points[place][axis], 0) / places.length;
    groups[twin] = { places, x: middle("x"), y: middle("y") };
    at = twin - 1; // it moved: look again from there
  }
  return groups.map((group) => group.places);
}
