// A classic worker around MediaPipe Pose, so that a slow pose never holds up the page. Its own answer carries the policy that lets
// it compile WebAssembly. Messages in: {open: {name: address}}, {id, image: ImageBitmap}, {id, reset: true}; out: {opened}, {id, points}.
// The package's own way for workers hands its network to importScripts and fails, so it is shown a window with what it uses of one.
class Script {
  #heard = {};

  setAttribute(name, value) {
    this[name] = value;
  }

  addEventListener(name, listener) {
    this.#heard[name] = listener;
  }

  run() {
    try {
      importScripts(this.src);
      this.#heard.load();
    } catch {
      this.#heard.error();
    }
  }
}

self.window = self;
self.alert = (text) => {
  throw new Error(text);
};
self.document = {
  createElement: (name) => (name === "script" ? new Script() : Object.assign(new OffscreenCanvas(1, 1), { style: {} })),
  body: { appendChild: (script) => script.run() },
  addEventListener() {},
  getElementById: () => null,
};

let pose = null;
let newest = null;

async function open(files) {
  importScripts(files["pose.js"]);
  pose = new self.Pose({ locateFile: (name) => files[name] });
  pose.setOptions({ modelComplexity: 0, smoothLandmarks: true, enableSegmentation: false });
  pose.onResults((results) => (newest = results.poseLandmarks ?? null));
  await pose.initialize();
}

async function detect(image) {
  newest = null;
  await pose.send({ image });
  image.close();
  return newest?.map(({ x, y, visibility }) => ({ x, y, visibility })) ?? null;
}

// One thing after the other: the package keeps one picture at a time.
let last = Promise.resolve();
self.addEventListener("message", ({ data }) => {
  last = last.then(async () => {
    try {
      if (data.open) postMessage({ opened: true, given: await open(data.open) });
      else if (data.reset) postMessage({ id: data.id, points: pose.reset() ?? null });
      else postMessage({ id: data.id, points: await detect(data.image) });
    } catch (error) {
      postMessage({ id: data.id, failed: String(error?.message ?? error) });
    }
  });
});
