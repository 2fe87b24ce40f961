// The events of an answer: asked for by POST, or followed by GET. A stream that breaks off is followed again; nothing is lost.
import { Refusal, stream } from "shell/api.js";

const PAUSES = [500, 1500, 4000, 8000];

/**
 * Ask; yields `{name, data}`: `asked` once the server has the question, then what it tells until `done`. A Refusal when it
 * says no, a TypeError when nobody of ours is there.
 */
export async function* ask(question, { me, signal }) {
  yield* follow(() => stream("POST", "/api/chatbot", question, { as: me, signal }), { me, signal });
}

/** Follow the answer under way in a conversation, from its beginning. */
export async function* followAnswer(conversation, { me, signal }) {
  yield* follow(() => openStream(conversation, { me, signal }), { me, signal, conversation });
}

function openStream(conversation, { me, signal }) {
  return stream("GET", `/api/chatbot/conversations/${conversation}/stream`, undefined, { as: me, signal });
}

async function* follow(first, { me, signal, conversation }) {
  let bytes = await first();
  yield { name: "asked", data: {} };
  for (let failures = 0; ; ) {
    try {
      for await (const event of events(bytes)) {
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
    bytes = await openStream(conversation, { me, signal }).catch(() => new Blob([]).stream());
  }
}

async function* events(bytes) {
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
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
