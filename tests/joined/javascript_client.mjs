// The official JavaScript client, told what to do by lines of JSON on its input; it answers with lines of JSON.
// The browser's build, as pages load it; where Node has no WebSocket of its own, --experimental-websocket gives one.
import { createInterface } from "node:readline";

const [library, url, token] = process.argv.slice(2);
const { io } = await import(library);
const line = io(url, { transports: ["websocket"], reconnection: false, auth: { token } });
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

line.on("connect", () => say({ connected: true }));
line.on("connect_error", (error) => say({ refused: error.message }));
line.onAny((event, data) => say({ event, data }));
createInterface({ input: process.stdin }).on("line", async (text) => {
  const { id, event, data } = JSON.parse(text);
  say({ id, ack: await line.timeout(5000).emitWithAck(event, data) });
}).on("close", () => process.exit(0));
