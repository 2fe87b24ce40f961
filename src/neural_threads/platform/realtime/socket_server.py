"""The Socket.IO server: it checks packets before anything looks at them."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from socketio import packet as packets

from neural_threads.platform.serialization.encode import encode

from .connection import POLICY, PROTOCOL, BoundedConnection, BoundedEngineServer, library_log
from .frames import Frame
from .limits import RealtimeLimits
from .packet_parser import parse
from .rooms import RoomManager
from .socketio_internals import SocketIOServer


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


class SocketServer(SocketIOServer):
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

    engine_class = BoundedEngineServer
    hear: Callable[..., Awaitable[Any]]
    """What answers every event: its name, the socket, its arguments."""

    async def _take(self, socket: BoundedConnection, text: str) -> None:
        try:
            kind, namespace, id, body = parse(text)
        except (ValueError, RecursionError):
            socket.end(PROTOCOL, "malformed packet")
            return
        if kind == packets.CONNECT:
            await self.connect_client(socket.sid, namespace, body)
        elif socket.caller is None:
            socket.end(POLICY, "connect first")
        elif kind == packets.EVENT:
            answer = await self.hear(body[0], socket, *body[1:])
            if id is not None:
                socket.push(Frame(b"43%d" % id + encode([answer])))
        elif kind == packets.DISCONNECT:
            await self.disconnect_client(socket.sid, namespace)
            socket.end()
