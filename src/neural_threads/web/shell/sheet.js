// A sheet whose content is fetched when it is opened.
import { fragment, insist } from "shell/api.js";
import { loading } from "shell/loading.js";
import { announce } from "shell/toast.js";

/** Open the sheet, and show in `place`, a part of it, what this address answers. */
export async function openSheet(sheet, place, url) {
  sheet.showModal();
  loading(true);
  const closed = new AbortController();
  sheet.addEventListener("close", () => closed.abort(), { once: true });
  const { offline, slow, trouble } = document.getElementById("toasts").dataset;
  const answer = await insist(() => fragment(url), closed.signal, offline).catch(() => null);
  loading(false);
  if (answer?.ok) place.innerHTML = await answer.text();
  else if (answer && answer.status !== 401) announce(answer.status === 429 ? slow : trouble, "bad");
}
