// <tryon-camera>: a photo of oneself by the device's camera, with a countdown, and chosen garments drawn live over what it shows.
// Nothing of what the camera shows leaves the device but the one picture that is chosen, which <image-upload> sends.
// `poseSource`: a function that makes a pose source, for those who have another.
const SECONDS = 3;
const QUALITY = 0.92;
const LONGEST_SIDE = 1600;

class TryonCamera extends HTMLElement {
  poseSource = null;
  #stream = null;
  #facing = "user";
  #counting = 0;
  #live = null;
  #still = null;

  connectedCallback() {
    this.words = JSON.parse(this.querySelector("[data-words]").textContent);
    this.config = JSON.parse(this.querySelector("[data-config]").textContent);
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    const presses = { open: this.open, close: this.close, turn: this.#turn, shoot: this.#count, again: this.#again, use: this.#use, live: this.#toggleLive };
    for (const [name, press] of Object.entries(presses)) this.parts[name].addEventListener("click", () => press.call(this));
    this.closest("form")?.addEventListener("change", ({ target }) => target.name === "item" && this.#live && this.#startLive());
    this.closest("form")?.addEventListener("submit", () => this.close());
    addEventListener("pagehide", this.#leave);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  /** Ask for the camera and show what it sees, or say why not. */
  async open() {
    this.#note("");
    this.parts.open.disabled = true;
    try {
      await this.#start();
    } catch (refusal) {
      return this.#note(this.#reason(refusal));
    } finally {
      this.parts.open.disabled = false;
    }
    this.parts.open.hidden = true;
    this.parts.panel.hidden = false;
    this.#show("camera");
    this.parts.shoot.focus();
  }

  close() {
    if (this.parts.panel.hidden) return;
    this.#leave();
    this.parts.panel.hidden = true;
    this.parts.open.hidden = false;
    this.parts.open.focus();
  }

  async #start() {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    this.#stop();
    const video = { facingMode: { ideal: this.#facing }, width: { ideal: 1280 }, height: { ideal: 960 } };
    this.#stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    const [track] = this.#stream.getVideoTracks();
    track.addEventListener("ended", () => {
      this.close();
      this.#note(this.words.taken);
    });
    this.parts.video.srcObject = this.#stream;
    await this.parts.video.play();
    this.parts.stage.style.setProperty("--ratio", this.parts.video.videoWidth / this.parts.video.videoHeight);
    this.parts.stage.classList.toggle("mirrored", (track.getSettings().facingMode ?? this.#facing) === "user");
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.parts.turn.hidden = devices.filter(({ kind }) => kind === "videoinput").length < 2;
  }

  #reason({ name }) {
    if (name === "NotAllowedError" || name === "SecurityError") return this.words.refused;
    if (name === "NotReadableError" || name === "AbortError") return this.words.taken;
    return this.words.missing;
  }

  async #turn() {
    this.#facing = this.#facing === "user" ? "environment" : "user";
    try {
      await this.#start();
      this.#say(this.#facing === "user" ? this.words.front : this.words.back);
    } catch (refusal) {
      this.close();
      this.#note(this.#reason(refusal));
    }
  }

  #count() {
    if (this.#counting) return;
    let left = SECONDS;
    const tick = () => {
      this.parts.count.textContent = left || "";
      if (left) this.#say(String(left));
      else this.#shoot();
      left -= 1;
    };
    this.parts.shoot.disabled = true;
    this.#counting = setInterval(tick, 1000);
    tick();
  }

  #endCount() {
    clearInterval(this.#counting);
    this.#counting = 0;
    this.parts.count.textContent = "";
    this.parts.shoot.disabled = false;
  }

  async #shoot() {
    this.#endCount();
    const { videoWidth, videoHeight } = this.parts.video;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    const canvas = Object.assign(document.createElement("canvas"), { width: videoWidth * scale, height: videoHeight * scale });
    canvas.getContext("2d").drawImage(this.parts.video, 0, 0, canvas.width, canvas.height);
    this.#still = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!this.#stream) return; // closed meanwhile
    this.parts.still.src = URL.createObjectURL(this.#still);
    this.#show("still");
    this.#say(this.words.done);
    this.parts.use.focus();
    const pose = await this.#live?.still(canvas).catch(() => undefined);
    if (this.#live && pose !== undefined && this.#still && !this.#live.sees(pose)) this.#note(this.words.unseen);
  }

  #again() {
    this.#forgetStill();
    this.#note("");
    this.#show("camera");
    this.parts.shoot.focus();
  }

  #use() {
    const upload = document.querySelector(`image-upload[data-name="${this.config.field}"]`);
    for (const away of upload.querySelectorAll("[data-part=list] [data-field=away]")) away.click();
    upload.take([new File([this.#still], this.words.file, { type: "image/jpeg" })]);
    this.close();
  }

  #toggleLive() {
    if (this.#live) return this.#endLive();
    this.#startLive();
  }

  async #startLive() {
    this.#endLive();
    const inputs = [...document.querySelectorAll("input[name=item]:checked[data-cutout]")];
    if (!inputs.length) return this.#note(this.words.choose);
    this.parts.live.setAttribute("aria-pressed", "true");
    this.#note(this.words.loading);
    const [{ LivePreview, readGarment, placesOnBody }, { devicePose }] = await Promise.all([import(this.config.preview), import(this.config.source)]);
    const images = await Promise.all(inputs.map((input) => loadedImage(input.dataset.cutout).catch(() => null)));
    const garments = images.map((image, n) => image && readGarment(image, inputs[n].dataset.category)).filter(Boolean);
    if (!garments.length || this.parts.panel.hidden) return this.#endLive(garments.length ? "" : this.words.choose);
    const live = new LivePreview({
      video: this.parts.video,
      canvas: this.parts.canvas,
      source: this.poseSource?.() ?? devicePose(this.config.pose),
      onState: (state) => this.#live === live && this.#liveState(state),
    });
    live.sees = (pose) => placesOnBody(pose, garments[0]) !== null;
    this.#live = live;
    live.start(garments);
  }

  #liveState(state) {
    this.dataset.live = state;
    if (state === "slow" || state === "failed") return this.#endLive(this.words[state]);
    this.parts.canvas.hidden = false;
    this.#note({ loading: this.words.loading, unseen: this.words.unseen }[state] ?? "");
  }

  /** How quick the preview is, for whoever measures it. */
  get measured() {
    return this.#live?.measured ?? null;
  }

  #endLive(why = "") {
    this.#live?.stop();
    this.#live = null;
    this.parts.canvas.hidden = true;
    this.parts.live.setAttribute("aria-pressed", "false");
    this.#note(why);
  }

  #show(what) {
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== what;
  }

  #say(text) {
    this.parts.said.textContent = text;
  }

  #note(text) {
    this.parts.note.hidden = !text;
    this.parts.note.querySelector("span").textContent = text;
  }

  #forgetStill() {
    if (this.parts.still.src) URL.revokeObjectURL(this.parts.still.src);
    this.parts.still.removeAttribute("src");
    this.#still = null;
  }

  #stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.parts.video.srcObject = null;
  }

  #leave = () => {
    this.#endCount();
    if (this.#live) this.#endLive();
    this.#stop();
    this.#forgetStill();
  };
}

function loadedImage(address) {
  const image = Object.assign(new Image(), { src: address });
  return image.decode().then(() => image);
}

customElements.define("tryon-camera", TryonCamera);
