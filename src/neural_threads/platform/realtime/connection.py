"""A client's connection with a bounded queue, and the Engine.IO server that holds all of them.

The library makes a task per recipient, a task and a timer per frame read, and queues without bound. Here a packet is
encoded and framed once and put on each recipient's outbox; once per turn of the event loop all outboxes with something
in them are emptied, each by one write into the transport. What a client does not take at once is written frame by
frame, by a task that waits for it. WebSocket only; binary packets are refused.
"""

import asyncio
import logging
import socket as tcp
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from neural_threads.platform.serialization.encode import encode

from .frames import PING, Frame, Message, Receive, Send
from .limits import RealtimeLimits
from .socketio_internals import EngineConnection, EngineServer
from .uvicorn_internals import Pipe

library_log = logging.getLogger("neural_threads.socketio")
library_log.setLevel(logging.ERROR)  # Below that it would write what people say to each other.

POLICY, PROTOCOL, UNSUPPORTED = 1008, 1002, 1003
AT_ONCE = 1 << 16
"""Bytes that are given to a transport without asking whether it wants more."""


class BoundedConnection(EngineConnection):
    """One client's line: a reader, a bounded outbox, and a writer for what the client does not take at once."""

    def __init__(self, server: "BoundedEngineServer", sid: str, receive: Receive, send: Send) -> None:
        super().__init__(server, sid)
        self.bounds = server.bounds
        self.caller: Any = None
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self.opened_at = self._loop.time()
        self._outbox: deque[Frame] = deque()
        self._queued = 0
        self._is_due = False
        self._wake: asyncio.Future[None] | None = None
        self._pipe: Pipe | None = None
        self._written = self._taken = 0
        self._waits_since = self.opened_at
        self._farewell: Message | None = None
        self._awaits_pong = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._reason = server.reason.TRANSPORT_CLOSE
        self._tokens = float(self.bounds.events_per_minute)
        self._counted_at = self._loop.time()
        self._overdrawn = 0

    # Sending

    def push(self, frame: Frame) -> None:
        """Queue a frame; a client that lets its queue run full is cut off."""
        if self.closing:
            return
        if self._is_full(frame):
            self.flush()  # It may be much for one turn, and still be taken at once.
            if self._is_full(frame):
                self.server.slow_clients += 1
                self.cut()
                return
        self._outbox.append(frame)
        self._queued += frame.size
        if not self._is_due:
            self._is_due = True
            self.server.due(self)

    def _is_full(self, frame: Frame) -> bool:
        return len(self._outbox) >= self.bounds.queue_frames or self._queued + frame.size > self.bounds.queue_bytes

    def flush(self) -> None:
        """Write everything that came in this turn; what the client does not take is left to the writer."""
        self._is_due = False
        if self._wake is None:
            return  # The writer is at work, or not yet there; it will come to it.
        while self._outbox and self._pipe is not None and self._pipe.is_free:
            self._pipe.transport.write(b"".join(self._next_wires()))
        if self._outbox:
            self._rouse()

    def _next_wires(self) -> list[bytes]:
        """Return what may be written at once, taken from the outbox."""
        if self._queued <= AT_ONCE:
            wires = [frame.wire for frame in self._outbox]
            self._outbox.clear()
            self._written, self._queued = self._written + self._queued, 0
            return wires
        wires, size = [], 0
        while self._outbox and size < AT_ONCE:
            frame = self._outbox.popleft()
            wires.append(frame.wire)
            size += frame.size
        self._written, self._queued = self._written + size, self._queued - size
        return wires

    async def send(self, pkt: Any) -> None:
        """The library's way to send a packet."""
        self.push(Frame(pkt.encode().encode()))

    def end(self, code: int = 1000, reason: str = "") -> None:
        """Send what is queued, then say goodbye; cut the line if the client does not take it in time."""
        if not self.closing:
            self.closing = True
            self._farewell = {"type": "websocket.close", "code": code, "reason": reason}
            self._loop.call_later(self.bounds.goodbye_seconds, self.cut)
            self._rouse()

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """The library's way to close."""
        self._reason = reason or self._reason
        self.end()

    def cut(self) -> None:
        """Drop the connection without another word."""
        self.closing = True
        # uvicorn's close() would wait for a client that reads nothing or never says goodbye; only its transport can abort.
        # So also when we have stopped listening (`closed`): until the transport is closed, the line is open.
        if self._pipe is not None:
            self._pipe.abort(is_said=self.closed)
        elif self._task is not None and not self.closed:
            self._task.cancel()

    def is_stalled(self) -> bool:
        """Return True if something has waited too long for this client to take it; to be asked every second or so."""
        unsent = self._pipe.waiting if self._pipe is not None else 0
        now, taken = self._loop.time(), self._written - unsent
        if taken != self._taken or not (unsent or self._queued):
            self._taken, self._waits_since = taken, now
        return now - self._waits_since > self.bounds.stall_seconds

    def _rouse(self) -> None:
        wake, self._wake = self._wake, None
        if wake is not None and not wake.done():
            wake.set_result(None)

    async def _write(self) -> None:
        try:
            while True:
                while self._outbox:
                    frame = self._outbox.popleft()
                    await self._send(frame.message)
                    self._queued -= frame.size
                    self._written += frame.size
                if self._farewell is not None:
                    return await self._send(self._farewell)
                self._wake = self._loop.create_future()
                await self._wake
        except (OSError, RuntimeError):  # The client is gone; the reader hears of it, too.
            self.closing = True

    # Reading

    async def run(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Open the line, and stay until it is closed."""
        self._task = asyncio.current_task()
        writer: asyncio.Task[None] | None = None
        try:
            await self._send({"type": "websocket.accept", "headers": list(headers)})
            self._pipe = Pipe.behind(self._send)
            if self._pipe is not None:
                self._receive = self._pipe.inbox(self._loop).get
            self._bound_the_kernel()
            self._timer = self._loop.call_later(self.bounds.ping_seconds, self._ping)
            writer = asyncio.create_task(self._write())
            await self._read()
        finally:
            self.closing = self.closed = True
            if self._timer is not None:
                self._timer.cancel()
            if writer is not None:
                writer.cancel()
            await self.server.gone(self, self._reason)

    async def _read(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] != "websocket.receive":
                return
            if not self.closing:
                await self._take(event.get("text"))

    async def _take(self, text: str | None) -> None:
        if text is None:
            self.end(UNSUPPORTED, "text frames only")
        elif text == "3" and self._awaits_pong:
            self._pong()
        elif not self._may_speak():
            return
        elif len(text) > self.bounds.frame_bytes:
            self.end(1009, "frame too large")
        elif text.startswith("4"):
            await self.server.take(self, text[1:])
        elif text == "1":
            self._reason = self.server.reason.CLIENT_DISCONNECT
            self.end()
        elif text != "3":
            self.end(PROTOCOL, "malformed frame")

    def _may_speak(self) -> bool:
        """A token bucket: so many frames a minute, then silence, then goodbye."""
        now = self._loop.time()
        rate = self.bounds.events_per_minute
        self._tokens = min(rate, self._tokens + (now - self._counted_at) * rate / 60)
        self._counted_at = now
        if self._tokens >= 1:
            self._tokens -= 1
            self._overdrawn = 0
            return True
        self._overdrawn += 1
        if self._overdrawn > self.bounds.patience:
            self.end(POLICY, "too many events")
        return False

    # Heartbeat

    def _ping(self) -> None:
        if self._awaits_pong:
            self._reason = self.server.reason.PING_TIMEOUT
            self.cut()
            return
        self._awaits_pong = True
        self.push(PING)
        self._timer = self._loop.call_later(self.bounds.pong_seconds, self._ping)

    def _pong(self) -> None:
        self._awaits_pong = False
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self.bounds.ping_seconds, self._ping)

    def _bound_the_kernel(self) -> None:
        raw = self._pipe.transport.get_extra_info("socket") if self._pipe is not None else None
        if raw is None:
            return
        # Left to itself it would take megabytes for a client that reads nothing, and we would notice late.
        raw.setsockopt(tcp.SOL_SOCKET, tcp.SO_SNDBUF, self.bounds.kernel_bytes)
        if hasattr(tcp, "TCP_USER_TIMEOUT"):
            # Bytes that nobody acknowledges for so long end the connection in the kernel already.
            raw.setsockopt(tcp.IPPROTO_TCP, tcp.TCP_USER_TIMEOUT, int(self.bounds.stall_seconds * 1000))
        # An ack answers a question, and we never ask one.


class BoundedEngineServer(EngineServer):
    """Engine.IO over WebSocket alone, on connections that the guard has admitted."""

    bounds: RealtimeLimits
    take: Callable[[BoundedConnection, str], Awaitable[None]]
    """What a packet is given to; the library would look for whoever listens to `message` each time."""
    slow_clients = 0

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._due: list[BoundedConnection] = []

    async def serve(self, scope: Message, receive: Receive, send: Send, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """One connection, from the handshake to its end."""
        sid = self.generate_id()
        socket = BoundedConnection(self, sid, receive, send)
        self.sockets[sid] = socket
        hello = {
            "sid": sid,
            "upgrades": [],
            "pingInterval": int(self.bounds.ping_seconds * 1000),
            "pingTimeout": int(self.bounds.pong_seconds * 1000),
            "maxPayload": self.bounds.frame_bytes,
        }
        socket.push(Frame(b"0" + encode(hello)))
        await self.announce("connect", sid, {"socket": socket, "scope": scope})
        await socket.run(headers)

    def due(self, socket: BoundedConnection) -> None:
        """This one has something to write when the turn is over."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._flush)
        self._due.append(socket)

    def _flush(self) -> None:
        due, self._due = self._due, []
        for socket in due:
            socket.flush()

    async def gone(self, socket: BoundedConnection, reason: str) -> None:
        """The connection is over; tell those above, who may still look it up."""
        await self.announce("disconnect", socket.sid, reason)
        self.sockets.pop(socket.sid, None)
