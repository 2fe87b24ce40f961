// Pictures on their way to POST /api/upload: made small enough, sent with percent, and stopped when they stall.
import { Refusal, freshToken, isEnvelope, renewal } from "shell/api.js";

const LONGEST_SIDE = 4096;
const QUALITIES = [0.9, 0.8, 0.65, 0.5];
const STALLED = 30000;

/** The file if it is small enough, else a smaller copy of it; null when none is small enough. What moves is left as it is. */
export async function shrunk(file, most) {
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

/**
 * POST it; fetch cannot tell how far it is. `{url, publicId}`, a Refusal, or a TypeError without words when the line is lost
 * or somebody else answered.
 * A session that ended is renewed once; `as` is the id of the person who means it, as for `api`.
 */
export async function send(body, { signal, as }, tell) {
  let answer = await post(body, signal, as, tell);
  const isOld = answer.said.error?.code === "CSRF";
  if ((answer.status === 401 && (await renewal())) || (isOld && (await freshToken()))) answer = await post(body, signal, as, tell);
  if (answer.status === 201) return answer.said.data;
  throw new Refusal(answer.status, answer.said.error, answer.retryAfter);
}

function post(body, signal, as, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(new TypeError(""));
    const stop = () => request.abort();
    let stalled = setTimeout(stop, STALLED);
    const form = new FormData();
    form.append("file", body, "picture");
    request.open("POST", "/api/upload");
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", document.querySelector("meta[name=csrf-token]").content);
    if (as) request.setRequestHeader("X-Person", as);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      clearTimeout(stalled);
      stalled = setTimeout(stop, STALLED);
      tell(Math.round((loaded / (total || 1)) * 100));
    });
    request.addEventListener("load", () => {
      const retryAfter = Number(request.getResponseHeader("Retry-After")) || 0;
      const { status, response } = request;
      if (isEnvelope(response, status >= 200 && status < 300)) resolve({ status, said: response, retryAfter });
      else lost();
    });
    request.addEventListener("error", lost);
    request.addEventListener("abort", lost);
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", stop);
    });
    if (signal.aborted) return lost();
    signal.addEventListener("abort", stop);
    request.send(form);
  });
}
