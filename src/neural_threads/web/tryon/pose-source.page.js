// Where a body's points come from: MediaPipe Pose, in a worker where a worker can draw with WebGL, else on the page.
// A pose source is anything with open(), detect(image) -> {leftShoulder: {x, y, visibility}, …} in 0-1 of the picture or null,
// reset() and close(). reset() belongs before a still: the package follows a body from picture to picture.
const JOINTS = {
  nose: 0, leftShoulder: 11, rightShoulder: 12, leftElbow: 13, rightElbow: 14, leftWrist: 15, rightWrist: 16,
  leftHip: 23, rightHip: 24, leftKnee: 25, rightKnee: 26, leftAnkle: 27, rightAnkle: 28,
};
const LONGEST_SIDE = 320; // the network looks at 224 × 224 and less
const named = (points) => points && Object.fromEntries(Object.entries(JOINTS).map(([name, place]) => [name, points[place]]));

/** A small copy of a video's or a picture's present state. */
function copyOf(image) {
  const [width, height] = [image.videoWidth || image.naturalWidth || image.width, image.videoHeight || image.naturalHeight || image.height];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return createImageBitmap(image, { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) });
}

class WorkerPose {
  #worker = null;
  #files;
  #address;
  #asked = new Map();
  #next = 1;

  constructor(files, address) {
    this.#files = files;
    this.#address = address;
  }

  open() {
    return new Promise((opened, failed) => {
      this.#worker = new Worker(this.#address);
      this.#worker.addEventListener("error", () => failed(new Error("The pose worker does not start.")));
      this.#worker.addEventListener("message", ({ data }) => {
        if (data.opened) return opened();
        if (data.id === undefined) return failed(new Error(data.failed));
        const answer = this.#asked.get(data.id);
        this.#asked.delete(data.id);
        if (data.failed) answer?.reject(new Error(data.failed));
        else answer?.resolve(data.points);
      });
      this.#worker.postMessage({ open: this.#files });
    });
  }

  async detect(image) {
    const copy = await copyOf(image);
    return named(await this.#ask({ image: copy }, [copy]));
  }

  reset() {
    return this.#ask({ reset: true });
  }

  close() {
    this.#worker?.terminate();
    for (const { resolve } of this.#asked.values()) resolve(null);
    this.#asked.clear();
  }

  #ask(message, handedOver = []) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...message }, handedOver);
    });
  }
}

class PagePose {
  #files;
  #pose = null;
  #newest = null;

  constructor(files) {
    this.#files = files;
  }

  async open() {
    if (!window.Pose) await loaded(this.#files["pose.js"]);
    this.#pose = new window.Pose({ locateFile: (name) => this.#files[name] });
    this.#pose.setOptions({ modelComplexity: 0, smoothLandmarks: true, enableSegmentation: false });
    this.#pose.onResults((results) => (this.#newest = results.poseLandmarks ?? null));
    await this.#pose.initialize();
  }

  async detect(image) {
    this.#newest = null;
    const copy = await copyOf(image);
    await this.#pose?.send({ image: copy });
    copy.close();
    return named(this.#newest);
  }

  async reset() {
    this.#pose?.reset();
  }

  close() {
    this.#pose?.close();
    this.#pose = null;
  }
}

function loaded(address) {
  return new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
    document.body.append(script);
  });
}

function canDrawInWorker() {
  try {
    return Boolean(new OffscreenCanvas(1, 1).getContext("webgl2"));
  } catch {
    return false;
  }
}

/** The device's own pose. `files`: where each file of the package is, `worker`: where the worker is. */
export function devicePose({ files, worker }) {
  return canDrawInWorker() ? new WorkerPose(files, worker) : new PagePose(files);
}
