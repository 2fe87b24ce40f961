// The one socket of this page. `socket()` gives it, connected or on its way; listeners survive reconnection.
import { io } from "socket.io-client";
import { renewal } from "shell/api.js";

let one = null;

export function socket() {
  one ??= open();
  return one;
}

function open() {
  const line = io(document.documentElement.dataset.sockets || location.origin, {
    path: "/socket.io/",
    withCredentials: true,
    transports: ["websocket"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
    timeout: 10000,
  });
  let failures = 0;
  line.on("connect", () => (failures = 0));
  // A refused handshake looks like any broken connection here, so after the second one we ask for a new session.
  line.on("connect_error", async () => {
    failures += 1;
    if (failures === 2 || failures % 10 === 0) await renewal();
  });
  // The server hung up: the session is over, or this is the oldest of too many tabs. A tab that nobody sees waits, so
  // that eleven of them do not push each other out for ever.
  line.on("disconnect", async (reason) => {
    if (reason === "io server disconnect" && (await renewal())) whenSeen(() => line.connect());
  });
  for (const event of ["online", "signed-in"]) addEventListener(event, () => line.connect());
  return line;
}

function whenSeen(act) {
  if (!document.hidden) return act();
  document.addEventListener("visibilitychange", () => whenSeen(act), { once: true });
}

/** An event with its acknowledgement: `await tell("join-chat", {chatId})` gives `data` or throws the error. */
export async function tell(event, payload) {
  const answer = await socket().timeout(8000).emitWithAck(event, payload);
  if (answer?.success) return answer.data;
  throw Object.assign(new Error(answer?.error?.message ?? ""), { code: answer?.error?.code });
}
