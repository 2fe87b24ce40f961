// This device, as one that tells what happens while no page of ours is open.
import { api, insist } from "shell/api.js";

const WORKER = "/service-worker.js";
const PUSH = "/api/notifications/push";

export class ThisDevice {
  /** `key`: the server's public key. `known`: whether the server has this device switched on. */
  constructor(key, known) {
    Object.assign(this, { key, known });
  }

  /** "missing" (this browser cannot), "blocked" (somebody said no), "on" or "off". */
  async state() {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "missing";
    if (Notification.permission === "denied") return "blocked";
    return this.known && (await this.#subscription()) ? "on" : "off";
  }

  /** Has to be called by a press: the browser asks its question. Answers the new state. */
  async switchOn() {
    if ((await Notification.requestPermission()) !== "granted") return this.state();
    await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
    const { pushManager } = await navigator.serviceWorker.ready;
    let subscription = await this.#subscription();
    if (!subscription) {
      await (await pushManager.getSubscription())?.unsubscribe(); // one of another key
      subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.key });
    }
    await insist(() => api("POST", PUSH, subscription.toJSON()));
    this.known = true;
    return "on";
  }

  async switchOff() {
    await insist(() => api("DELETE", PUSH));
    this.known = false;
    await (await this.#subscription())?.unsubscribe();
    return this.state();
  }

  async #subscription() {
    const registration = await navigator.serviceWorker.getRegistration();
    const found = await registration?.pushManager.getSubscription();
    return found && encoded(found.options.applicationServerKey) === this.key ? found : null;
  }
}

function encoded(key) {
  const letters = btoa(String.fromCharCode(...new Uint8Array(key)));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
