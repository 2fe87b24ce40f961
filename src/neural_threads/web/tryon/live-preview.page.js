// Garments drawn over the camera's picture with the newest pose: a frame for each that the screen shows, however slow the pose is.
// A garment is its cut-out, moved so that three places of it (two shoulders and the middle of the hips, or the two ends of the
// waistband and the middle of the hem) lie on the body's.
const LOOKED_AT = 160; // px: the longest side of a cut-out while its outline is read
const STEEP = 0.75; // the slope at which a shoulder becomes a sleeve, as on the server (garment_points.py)
const HIP_DROP = 1.46; // of the garment's shoulder width, as on the server
const SHOULDER_OUT = 1.16; // a body's outline at the shoulders, of the joints' distance (body_frame.py)
const HIP_OUT = 1.75;
const KNEE_AT = 0.62; // a hem at the knee lies here between waistband and the end of long trousers
const LEAST_VISIBLE = 0.5;
const EASE = 0.35; // how far a frame goes towards the newest pose
const MEASURED_OVER = 3000; // ms
const LEAST_POSES = 2; // a second
const PATIENCE = 40_000; // ms until the first pose: 8 MB are loaded and compiled
const BELOW_WAIST = new Set(["BOTTOMWEAR"]);

const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const along = (from, to, share) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });

/** The rows of an alpha channel: the first and last column of each that is not transparent. */
function outlineOf({ data, width, height }) {
  const rows = [];
  const roof = new Array(width).fill(height);
  for (let y = 0; y < height; y += 1) {
    let [first, last] = [width, -1];
    for (let x = 0; x < width; x += 1) {
      if (data[(y * width + x) * 4 + 3] < 128) continue;
      first = Math.min(first, x);
      last = x;
      roof[x] = Math.min(roof[x], y);
    }
    rows.push(last < 0 ? null : { y, first, last });
  }
  return { rows: rows.filter(Boolean), roof, width, height };
}

/** Three places of a garment that hangs from the shoulders, in pixels of what was looked at. */
function placesOfTop({ rows, roof }) {
  const upper = rows.slice(Math.floor(rows.length * 0.1), Math.max(2, Math.floor(rows.length * 0.5)));
  const axis = upper.map((row) => (row.first + row.last) / 2).sort((a, b) => a - b)[Math.floor(upper.length / 2)];
  const narrow = Math.min(...upper.map((row) => row.last - row.first)) / 2;
  const corner = (sign) => {
    let best = { score: -Infinity };
    for (let out = 0.6 * narrow; out < 1.5 * narrow; out += 1) {
      const x = Math.round(axis + sign * out);
      if (roof[x] === undefined || roof[x] > rows.at(-1).y) continue;
      const score = out * STEEP - roof[x];
      if (score > best.score) best = { x, y: roof[x], score };
    }
    return best.x === undefined ? { x: axis + sign * narrow, y: rows[0].y } : best;
  };
  const [right, left] = [corner(-1), corner(1)];
  const across = Math.max(4, left.x - right.x);
  return [right, left, { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 + HIP_DROP * across }];
}

/** Three places of a garment that hangs from the waist. */
function placesOfBottom({ rows }) {
  const [top, foot] = [rows[Math.floor(rows.length * 0.02)], rows.at(-1)];
  return [{ x: top.first, y: top.y }, { x: top.last, y: top.y }, { x: (top.first + top.last) / 2, y: foot.y }];
}

/** A garment to draw: its picture and three places of it in the picture's own pixels. */
export function readGarment(image, category) {
  const scale = Math.min(1, LOOKED_AT / Math.max(image.naturalWidth, image.naturalHeight));
  const [width, height] = [Math.max(1, Math.round(image.naturalWidth * scale)), Math.max(1, Math.round(image.naturalHeight * scale))];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  const outline = outlineOf(pen.getImageData(0, 0, width, height));
  if (outline.rows.length < 8) return null;
  const isBelow = BELOW_WAIST.has(category);
  const places = (isBelow ? placesOfBottom : placesOfTop)(outline);
  const isShort = isBelow && outline.rows.length < 1.1 * Math.max(...outline.rows.map((row) => row.last - row.first));
  return { image, isBelow, isShort, places: places.map(({ x, y }) => ({ x: x / scale, y: y / scale })) };
}

/** Where these three places belong on a body; null when the body shows too little of itself. */
export function placesOnBody(pose, { isBelow, isShort }) {
  const names = ["leftShoulder", "rightShoulder", "leftHip", "rightHip"];
  if (!pose || names.some((name) => !pose[name] || (pose[name].visibility ?? 1) < LEAST_VISIBLE)) return null;
  const [shoulders, hips] = [middle(pose.leftShoulder, pose.rightShoulder), middle(pose.leftHip, pose.rightHip)];
  const wider = (place, centre, by) => along(centre, place, by);
  if (!isBelow) {
    return [wider(pose.rightShoulder, shoulders, SHOULDER_OUT), wider(pose.leftShoulder, shoulders, SHOULDER_OUT), along(shoulders, hips, 1.08)];
  }
  const rise = { x: (shoulders.x - hips.x) * 0.3, y: (shoulders.y - hips.y) * 0.3 };
  const lifted = (place) => ({ x: place.x + rise.x, y: place.y + rise.y });
  const isSeen = (name) => pose[name] && (pose[name].visibility ?? 1) >= LEAST_VISIBLE;
  const foot = isSeen("leftAnkle") && isSeen("rightAnkle")
    ? middle(pose.leftAnkle, pose.rightAnkle)
    : { x: hips.x + (hips.x - shoulders.x) * 1.77, y: hips.y + (hips.y - shoulders.y) * 1.77 };
  const waist = lifted(hips);
  return [lifted(wider(pose.rightHip, hips, HIP_OUT)), lifted(wider(pose.leftHip, hips, HIP_OUT)), isShort ? along(waist, foot, KNEE_AT) : foot];
}

/** The affine map that takes three places to three others, as setTransform wants it. */
export function affine([p, q, r], [a, b, c]) {
  const area = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y);
  if (Math.abs(area) < 1e-6) return null;
  const row = (u, v, w) => {
    const [first, second] = [v - u, w - u];
    const byX = (first * (r.y - p.y) - second * (q.y - p.y)) / area;
    const byY = (second * (q.x - p.x) - first * (r.x - p.x)) / area;
    return [byX, byY, u - byX * p.x - byY * p.y];
  };
  const [xx, xy, x0] = row(a.x, b.x, c.x);
  const [yx, yy, y0] = row(a.y, b.y, c.y);
  return [xx, yx, xy, yy, x0, y0];
}

/** How often something happened a second, over the last three. */
class Rate {
  #times = [];

  add(now) {
    this.#times.push(now);
    while (now - this.#times[0] > MEASURED_OVER) this.#times.shift();
  }

  at(now) {
    return (this.#times.filter((time) => now - time <= MEASURED_OVER).length * 1000) / MEASURED_OVER;
  }
}

/** Draws until stopped. `onState`: "loading", "unseen" (too little of a body), "live", "slow" (stopped by itself), "failed". */
export class LivePreview {
  #running = false;
  #pose = null;
  #state = "";
  #firstPoseAt = 0;
  #startedAt = 0;
  #frames = new Rate();
  #poses = new Rate();

  constructor({ video, canvas, source, onState }) {
    Object.assign(this, { video, canvas, source, onState, garments: [] });
  }

  /** What is drawn, the lowest first, and how quick it is. */
  get measured() {
    const now = performance.now();
    return { framesPerSecond: this.#frames.at(now), posesPerSecond: this.#poses.at(now) };
  }

  async start(garments) {
    this.garments = [...garments].sort((a, b) => Number(b.isBelow) - Number(a.isBelow));
    this.#running = true;
    this.#startedAt = performance.now();
    this.#tell("loading");
    this.#watch();
    try {
      await this.source.open();
      requestAnimationFrame(this.#frame);
      await this.#follow();
    } catch {
      if (this.#running) this.#end("failed");
    }
  }

  stop() {
    this.#running = false;
    this.source.close();
    this.#clear();
  }

  /** Find the body in a still, which has nothing to do with the picture before. */
  async still(image) {
    await this.source.reset();
    return this.source.detect(image);
  }

  async #follow() {
    while (this.#running) {
      if (this.video.readyState >= 2) {
        this.#pose = await this.source.detect(this.video);
        const now = performance.now();
        this.#firstPoseAt ||= now;
        this.#poses.add(now);
      }
      await new Promise(requestAnimationFrame);
    }
  }

  #frame = (now) => {
    if (!this.#running) return;
    this.#draw();
    this.#frames.add(now);
    requestAnimationFrame(this.#frame);
  };

  #draw() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !this.#firstPoseAt) return;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#clear();
    const pen = this.canvas.getContext("2d");
    let drawn = 0;
    for (const garment of this.garments) {
      const places = placesOnBody(this.#pose, garment)?.map(({ x, y }) => ({ x: x * width, y: y * height }));
      const before = garment.at;
      garment.at = places && before ? places.map((place, n) => along(before[n], place, EASE)) : places;
      const map = garment.at && affine(garment.places, garment.at);
      if (!map) continue;
      pen.setTransform(...map);
      pen.drawImage(garment.image, 0, 0);
      drawn += 1;
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#tell(drawn ? "live" : "unseen");
  }

  // The first pose tells nothing of the rest: compiling is in it.
  #watch() {
    const timer = setInterval(() => {
      if (!this.#running) {
        clearInterval(timer);
        return;
      }
      const now = performance.now();
      if (document.hidden) {
        this.#firstPoseAt = 0; // nothing is drawn or looked at in a hidden page
        this.#startedAt = now;
        return;
      }
      const isWarm = this.#firstPoseAt && now - this.#firstPoseAt > MEASURED_OVER;
      const isLate = !this.#firstPoseAt && now - this.#startedAt > PATIENCE;
      if (isLate || (isWarm && this.measured.posesPerSecond < LEAST_POSES)) this.#end("slow");
    }, 500);
  }

  #end(state) {
    this.stop();
    this.#tell(state);
  }

  #clear() {
    this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #tell(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.onState(state);
  }
}
