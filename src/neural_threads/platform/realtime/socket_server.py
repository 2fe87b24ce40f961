"""The Engine.IO and Socket.IO servers, with bounded connections."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
import socketio
from engineio.async_server import AsyncServer as EngineServer
from socketio import packet as packets

from neural_threads.platform.serialization.encode import encode

from .connection import POLICY, PROTOCOL, BoundedConnection, Frame, Message, Receive, Send, library_log
from .limits import RealtimeLimits
from .packet_parser import parse
from .rooms import RoomManager


class BoundedEngineServer(EngineServer):  # type: ignore[misc]
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
        await self._trigger_event("connect", sid, {"socket": socket, "scope": scope}, run_async=False)
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
        await self._trigger_event("disconnect", socket.sid, reason, run_async=False)
        self.sockets.pop(socket.sid, None)

    def create_queue(self, *args: Any, **kwargs: Any) -> None:
        """There is no queue but the outbox."""


class _Json:
    """JSON as the wire writes it, so that a Shape may be an event's payload or an ack's data."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return encode(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return msgspec.json.decode(text)


class _Packet(packets.Packet):  # type: ignore[misc]
    json = _Json
    uses_binary_events = False


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO whose packets are checked before anything looks at them."""

    def __init__(self, bounds: RealtimeLimits, manager: RoomManager | None = None) -> None:
        super().__init__(
            async_mode="asgi",
            client_manager=manager or RoomManager(),
            serializer=_Packet,
            async_handlers=False,
            transports=["websocket"],
            monitor_clients=False,
            cors_allowed_origins=[],
            max_http_buffer_size=bounds.frame_bytes,
            logger=library_log,
            engineio_logger=library_log,
        )
        self.eio.bounds = bounds
        self.eio.take = self._take

    hear: Callable[..., Awaitable[Any]]
    """What answers every event: its name, the socket, its arguments."""

    def _engineio_server_class(self) -> type[BoundedEngineServer]:
        return BoundedEngineServer

    async def _take(self, socket: BoundedConnection, text: str) -> None:
        try:
            kind, namespace, id, body = parse(text)
        except (ValueError, RecursionError):
            socket.end(PROTOCOL, "malformed packet")
            return
        if kind == packets.CONNECT:
            await self._handle_connect(socket.sid, namespace, body)
        elif socket.caller is None:
            socket.end(POLICY, "connect first")
        elif kind == packets.EVENT:
            answer = await self.hear(body[0], socket, *body[1:])
            if id is not None:
                socket.push(Frame(b"43%d" % id + encode([answer])))
        elif kind == packets.DISCONNECT:
            await self._handle_disconnect(socket.sid, namespace, self.reason.CLIENT_DISCONNECT)
            socket.end()
