"""The private parts of python-socketio and python-engineio, under public names for this package only.

Everything else of this package subclasses these classes and names no private part of the libraries.
`tests/platform/test_library_internals.py` names what an upgrade moved.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import socketio
from engineio.async_server import AsyncServer as LibraryEngineServer
from engineio.async_socket import AsyncSocket
from socketio.async_manager import AsyncManager


class EngineConnection(AsyncSocket):  # type: ignore[misc]
    """A connection as the library sees it, without its unbounded queue."""

    def __init__(self, server: Any, sid: str) -> None:
        # The library's own constructor would make the queue; these are the fields that its other classes read.
        self.server = server
        self.sid = sid
        self.session: dict[str, Any] = {}
        self.connected = self.upgraded = True
        self.upgrading = self.closing = self.closed = False
        self.last_ping = None


class EngineServer(LibraryEngineServer):  # type: ignore[misc]
    """Engine.IO whose connections queue for themselves."""

    async def announce(self, event: str, sid: str, payload: Any) -> None:
        """Tell the Socket.IO server `connect` or `disconnect`, and wait until it is done with it."""
        await self._trigger_event(event, sid, payload, run_async=False)

    def create_queue(self, *args: Any, **kwargs: Any) -> None:
        """Make no queue; each connection has its own bounded one."""


class SocketIOServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO over an Engine.IO server of our own class."""

    engine_class: type[EngineServer]

    def _engineio_server_class(self) -> type[EngineServer]:
        return self.engine_class

    async def connect_client(self, sid: str, namespace: str, body: Any) -> None:
        """Handle a CONNECT packet."""
        await self._handle_connect(sid, namespace, body)

    async def disconnect_client(self, sid: str, namespace: str) -> None:
        """Handle a DISCONNECT packet."""
        await self._handle_disconnect(sid, namespace, self.reason.CLIENT_DISCONNECT)


class Rooms(AsyncManager):  # type: ignore[misc]
    """The library's rooms in this process."""

    def members_of(self, namespace: str, room: Any) -> Mapping[str, str]:
        """Return the connections in a room by the ids of their sockets. The mapping is the library's own, not a copy."""
        rooms = self.rooms.get(namespace, {})
        members: Mapping[str, str] = rooms[room]._fwdm if room in rooms else {}
        return members

    def forget_socket(self, sid: str, namespace: str, rooms: Iterable[Any]) -> None:
        """Take a socket out of these rooms, and forget what waits for it."""
        for room in rooms:
            super().basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]


class RedisManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """The library's manager over Redis; a subclass says how messages leave and come in."""

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send a message to the other processes; must not wait."""
        raise NotImplementedError

    def messages(self) -> AsyncIterator[Any]:
        """Yield the messages of other processes that the library is to handle."""
        raise NotImplementedError

    async def handle_messages(self) -> None:
        """Handle messages for ever."""
        await self._thread()

    def connect_to_redis(self) -> None:
        """Make the connection that listens anew."""
        self._redis_connect()

    def new_client(self) -> Any:
        """Return a Redis client with the manager's address and options."""
        return self._get_redis_module().Redis.from_url(self.redis_url, **self.redis_options)

    async def _publish(self, data: Mapping[str, Any]) -> None:
        self.tell(data)

    async def _listen(self) -> AsyncIterator[Any]:
        async for message in self.messages():
            yield message


class WriteOnlyManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """The library's manager for a process without sockets."""

    async def publish(self, data: Mapping[str, Any]) -> None:
        """Send a message of our own to the servers."""
        await self._publish(data)
