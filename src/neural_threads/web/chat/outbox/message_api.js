// What an outbox asks of the server, in the name of the person who wrote it; a line that is silent for too long counts as lost.
import { api } from "shell/api.js";

const MOST_BYTES = 5242880;
const PATIENCE = 20000;

export class MessageApi {
  #me;
  #chat;

  constructor(me, chat) {
    [this.#me, this.#chat] = [me, chat];
  }

  async send({ clientId, content, imageId }, signal) {
    const said = { chatId: this.#chat, clientId, content, ...(imageId && { imageUrl: imageId }) };
    return (await this.#ask("POST", "/api/chat/messages", said, signal)).data;
  }

  async upload(picture, signal, progress) {
    const { send, shrunk } = await import("media/upload_request.js"); // fetched with the first picture; else the line is lost
    const body = (await shrunk(picture, MOST_BYTES)) ?? picture; // as it is, it is refused with the server's words
    const { publicId } = await send(body, { signal, as: this.#me }, progress);
    return publicId;
  }

  after(seq, limit = 50) {
    return this.#ask("GET", `/api/chat/messages?${new URLSearchParams({ chatId: this.#chat, after: seq, limit })}`);
  }

  before(cursor) {
    return this.#ask("GET", `/api/chat/messages?${new URLSearchParams({ chatId: this.#chat, cursor, limit: 50 })}`);
  }

  read(upToSeq) {
    return this.#ask("POST", `/api/chat/${this.#chat}/read`, { upToSeq });
  }

  async #ask(method, url, body, signal) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    signal?.addEventListener("abort", () => stop.abort(), { signal: stop.signal });
    try {
      return await api(method, url, body, { signal: stop.signal, as: this.#me });
    } finally {
      clearTimeout(timer);
    }
  }
}
