// <image-upload>: a file input that also takes drops and pastes, shows what was chosen, and sends it with percent and cancel.
// What was sent stands in hidden inputs of the same name; the element fires "uploaded" and "removed" with {url, publicId}.
import { Refusal, api, me, pause } from "shell/api.js";
import { announce } from "shell/toast.js";

class PictureUpload extends HTMLElement {
  #input = null;
  #list = null;
  #sending = new Set();

  connectedCallback() {
    this.#input = this.querySelector("input[type=file]");
    this.#list = this.#part("list");
    this.#input.removeAttribute("name"); // Hidden inputs carry it from now on.
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
    this.restore();
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
      if (!this.#input.accept.split(",").includes(file.type)) this.#complain(this.dataset.wrongType);
      else this.#add(file);
    }
  }

  /** Show again what was sent before: the addresses in `kept`, from a draft of the form. Fires "restored". */
  restore() {
    const shown = new Set([...this.querySelectorAll("input[type=hidden]")].map(({ value }) => value));
    const missing = (this.kept ?? []).filter((url) => !shown.has(url));
    for (const url of missing) {
      const one = this.#one(url, "");
      const publicId = new URL(url, location.href).pathname.split("/media/")[1];
      one.querySelector("[data-field=progress]").hidden = true;
      one.querySelector("[data-field=away]").addEventListener("click", () => {
        this.#leave(one);
        this.#remove({ url, publicId });
      });
      one.append(this.#hidden(url));
    }
    if (missing.length) this.dispatchEvent(new CustomEvent("restored"));
    this.#required();
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
    const elsewhere = event.target.closest?.("image-upload");
    if (!files.length || (elsewhere && elsewhere !== this) || !this.checkVisibility()) return;
    event.preventDefault();
    this.take(files);
  };

  async #add(file) {
    const stop = new AbortController();
    const preview = URL.createObjectURL(file);
    const one = this.#one(preview, file.name);
    const field = (name) => one.querySelector(`[data-field=${name}]`);
    let kept = null;
    field("away").addEventListener("click", () => {
      stop.abort();
      this.#leave(one, preview);
      if (kept) this.#remove(kept);
    });
    this.#sending.add(stop);
    this.#required();
    try {
      const { send, shrunk } = await this.#insist(() => import("media/upload_request.js"), stop.signal); // with the first picture
      const body = await shrunk(file, Number(this.dataset.mostBytes));
      if (!body) throw new Error(this.dataset.tooLarge);
      const progress = (percent) => {
        field("progress").value = percent;
        field("percent").textContent = `${percent} %`;
      };
      kept = await this.#insist(() => send(body, { signal: stop.signal, as: me() }, progress), stop.signal);
      field("progress").hidden = true;
      field("percent").textContent = "";
      one.append(this.#hidden(kept.url));
      announce(this.dataset.done);
      this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: kept }));
    } catch (refusal) {
      if (stop.signal.aborted) return;
      this.#leave(one, preview);
      this.#complain(Object.values(refusal.fields ?? {})[0] || refusal.message || this.dataset.failed);
    } finally {
      this.#sending.delete(stop);
      this.#required();
    }
  }

  /** Do it until our server has answered; a lost line is said, and tried again until the picture is taken away. */
  async #insist(act, signal) {
    for (let failures = 0; ; failures += 1) {
      try {
        const answer = await act();
        this.#complain("");
        return answer;
      } catch (trouble) {
        if (trouble instanceof Refusal || signal.aborted) throw trouble;
        this.#complain(this.dataset.lost);
        await pause(failures);
        if (signal.aborted) throw trouble;
      }
    }
  }

  #one(preview, words) {
    const one = this.#part("picture").content.firstElementChild.cloneNode(true);
    Object.assign(one.querySelector("[data-field=preview]"), { src: preview, alt: words });
    this.#list.append(one);
    this.#list.hidden = false;
    return one;
  }

  #leave(one, preview) {
    one.remove();
    if (preview) URL.revokeObjectURL(preview);
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
    hidden.dataset.kept = ""; // in the form's draft
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

customElements.define("image-upload", PictureUpload);
