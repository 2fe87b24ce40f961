// A sheet whose content is fetched when it is opened.
import { fragment } from "shell/api.js";
import { loading } from "shell/loading.js";
import { announce } from "shell/toast.js";

/** Open the sheet, and show in `place`, a part of it, what this address answers. */
export async function openSheet(sheet, place, url) {
  sheet.showModal();
  loading(true);
  const answer = await fragment(url).catch(() => null);
  loading(false);
  if (answer?.ok) place.innerHTML = await answer.text();
  else if (answer?.status !== 401) announce(document.getElementById("toasts").dataset[trouble(answer)], "bad");
}

function trouble(answer) {
  if (!answer) return "offline";
  return answer.status === 429 ? "slow" : "trouble";
}
