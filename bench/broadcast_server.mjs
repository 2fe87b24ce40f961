// The Node socket.io server under the same load: whoever says something in a room is heard by all in it.
import { createRequire } from "node:module";

const [folder, port] = process.argv.slice(2);
const { Server } = createRequire(folder + "/")("socket.io");
const server = new Server(Number(port), { transports: ["websocket"], serveClient: false, perMessageDeflate: false });

server.on("connection", (line) => {
  line.on("enter", (data, answer) => {
    line.join(data.room);
    answer({ success: true });
  });
  line.on("say", (data) => server.to(data.room).emit("said", data));
});
