// The events of an answer: asked for by POST, or followed by GET. A stream that breaks off is followed again; nothing is lost.
import { Refusal, renewal } from "shell/api.js";

const PAUSES = [500, 1500, 4000, 8000];

/** Ask; yields `{name, data}` until `done`. A Refusal when the server says no, a TypeError when nobody is there. */
export async function* ask(question, { me, signal }) {
  yield* follow(() => open("POST", "/api/chatbot", { me, signal, body: question }), { me, signal });
}

/** Follow the answer under way in a conversation, from its beginning. */
export async function* followAnswer(conversation, { me, signal }) {
  yield* follow(() => openStream(conversation, { me, signal }), { me, signal, conversation });
}

function openStream(conversation, options) {
  return open("GET", `/api/chatbot/conversations/${conversation}/stream`, options);
}

async function* follow(first, { me, signal, conversation }) {
  let answer = await first();
  for (let failures = 0; ; ) {
    try {
      for await (const event of events(answer)) {
        conversation ??= event.data.conversationId;
        yield event;
        if (event.name === "done") return;
        failures = 0;
      }
    } catch (error) {
      if (signal.aborted || error instanceof Refusal) throw error;
    }
    if (failures === PAUSES.length || !conversation) throw new TypeError("");
    await new Promise((done) => setTimeout(done, PAUSES[failures++]));
    yield { name: "again", data: {} }; // it begins anew
    answer = await openStream(conversation, { me, signal }).catch(() => new Response(""));
  }
}

async function open(method, url, { me, signal, body }) {
  let answer = await send(method, url, me, signal, body);
  if (answer.status === 401 && (await renewal())) answer = await send(method, url, me, signal, body);
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, error ?? { code: "UNKNOWN", message: "" }, Number(answer.headers.get("Retry-After")) || 0);
}

function send(method, url, me, signal, body) {
  const headers = { Accept: "text/event-stream", "X-Person": me };
  if (body) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
  }
  return fetch(url, { method, headers, signal, credentials: "same-origin", body: body && JSON.stringify(body) });
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const name = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (name && data) yield { name, data: JSON.parse(data) };
    }
  }
}
