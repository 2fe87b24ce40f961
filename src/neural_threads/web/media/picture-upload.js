// <picture-upload>: a file input that also takes drops and pastes, shows what was chosen, and sends it with percent and cancel.
// What was sent stands in hidden inputs of the same name; the element fires "uploaded" and "removed" with {url, publicId}.
import { api, renewal } from "shell/api.js";
import { announce } from "shell/toast.js";

const TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const LONGEST_SIDE = 4096;
const QUALITIES = [0.9, 0.8, 0.65, 0.5];

class PictureUpload extends HTMLElement {
  #input = null;
  #list = null;
  #sending = new Set();

  connectedCallback() {
    this.#input = this.querySelector("input[type=file]");
    this.#list = this.#part("list");
    this.#input.removeAttribute("name"); // Hidden inputs carry it from now on.
    this.#part("ways").hidden = false;
    const plain = this.closest("form")?.querySelector("[data-plain]"); // its fields stand beside each picture from now on
    if (plain) plain.hidden = plain.disabled = true;
    const chosen = () => {
      this.take([...this.#input.files]);
      this.#input.value = "";
    };
    this.#input.addEventListener("change", chosen);
    if (this.#input.files.length) chosen(); // somebody was quicker than this script
    for (const event of ["dragenter", "dragover"]) this.addEventListener(event, (drag) => this.#over(drag, true));
    for (const event of ["dragleave", "drop"]) this.addEventListener(event, (drag) => this.#over(drag, false));
    document.addEventListener("paste", this.#paste);
    this.closest("form")?.addEventListener("submit", (event) => {
      if (!this.busy) return;
      event.preventDefault(); // what is still on its way would be left behind
      this.#complain(this.dataset.waiting);
    });
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this.#paste);
    for (const one of this.#sending) one.abort();
  }

  /** Send these files, as many as there is room for. */
  take(files) {
    this.#complain("");
    for (const file of files) {
      if (this.#list.children.length >= Number(this.dataset.most)) return this.#complain(this.dataset.enough);
      if (!TYPES.includes(file.type)) this.#complain(this.dataset.wrongType);
      else this.#add(file);
    }
  }

  get busy() {
    return this.#sending.size > 0;
  }

  #over(drag, on) {
    drag.preventDefault();
    this.classList.toggle("over", on);
    if (drag.type === "drop") this.take([...drag.dataTransfer.files]);
  }

  #paste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const elsewhere = event.target.closest?.("picture-upload");
    if (!files.length || (elsewhere && elsewhere !== this) || !this.checkVisibility()) return;
    event.preventDefault();
    this.take(files);
  };

  async #add(file) {
    const one = this.#part("picture").content.firstElementChild.cloneNode(true);
    const field = (name) => one.querySelector(`[data-field=${name}]`);
    const stop = new AbortController();
    const preview = URL.createObjectURL(file);
    field("preview").src = preview;
    field("preview").alt = file.name;
    this.#list.append(one);
    this.#list.hidden = false;
    let kept = null;
    field("away").addEventListener("click", () => {
      stop.abort();
      this.#leave(one, preview);
      if (kept) this.#remove(kept);
    });
    this.#sending.add(stop);
    this.#required();
    try {
      const body = await shrunk(file, Number(this.dataset.mostBytes));
      if (!body) throw new Error(this.dataset.tooLarge);
      kept = await send(body, stop.signal, (percent) => {
        field("progress").value = percent;
        field("percent").textContent = `${percent} %`;
      });
      field("progress").hidden = true;
      field("percent").textContent = "";
      one.append(this.#hidden(kept.url));
      announce(this.dataset.done);
      this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: kept }));
    } catch (refusal) {
      if (stop.signal.aborted) return;
      this.#leave(one, preview);
      this.#complain(refusal.message || this.dataset.failed);
    } finally {
      this.#sending.delete(stop);
      this.#required();
    }
  }

  #leave(one, preview) {
    one.remove();
    URL.revokeObjectURL(preview);
    this.#list.hidden = !this.#list.children.length;
    this.#required();
  }

  #remove(kept) {
    this.dispatchEvent(new CustomEvent("removed", { bubbles: true, detail: kept }));
    api("DELETE", `/api/upload/${kept.publicId}`).catch(() => {}); // The nightly sweep takes what stays.
  }

  #hidden(url) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: this.dataset.name, value: url });
    return hidden;
  }

  #wasRequired = null;
  #required() {
    this.#wasRequired ??= this.#input.required;
    this.#input.required = this.#wasRequired && !this.querySelector("input[type=hidden]");
  }

  #complain(words) {
    const error = this.#part("error");
    error.textContent = words;
    error.hidden = !words;
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }
}

/** The file if it is small enough, else a smaller copy of it; null when none is small enough. What moves is left as it is. */
async function shrunk(file, most) {
  if (file.size <= most) return file;
  if (file.type === "image/gif") return null;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  for (let side = LONGEST_SIDE; side >= 1024; side /= 2) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const type = file.type === "image/jpeg" ? "image/jpeg" : "image/webp";
      const copy = await new Promise((done) => canvas.toBlob(done, type, quality));
      if (copy && copy.size <= most) return copy;
    }
  }
  return null;
}

/** POST it; fetch cannot tell how far it is. A session that ended is renewed once. */
async function send(body, signal, tell) {
  let answer = await post(body, signal, tell);
  if (answer.status === 401 && (await renewal())) answer = await post(body, signal, tell);
  if (answer.status === 201) return answer.said.data;
  throw new Error(Object.values(answer.said?.error?.fields ?? {})[0] ?? answer.said?.error?.message ?? "");
}

function post(body, signal, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", body, "picture");
    request.open("POST", "/api/upload");
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", document.querySelector("meta[name=csrf-token]").content);
    request.upload.addEventListener("progress", ({ loaded, total }) => tell(Math.round((loaded / (total || 1)) * 100)));
    request.addEventListener("load", () => resolve({ status: request.status, said: request.response }));
    request.addEventListener("error", () => reject(new Error("")));
    request.addEventListener("abort", () => reject(new Error("")));
    if (signal.aborted) return reject(new Error(""));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

customElements.define("picture-upload", PictureUpload);
