"""The private parts of uvicorn that a connection uses: its WebSocket protocol behind `send`.

ASGI knows neither how much a client has not yet taken nor how to cut a connection. `tests/platform/test_library_internals.py`
names what an upgrade moved.
"""

import asyncio
import contextlib
import socket as tcp
import struct
from collections import deque
from typing import Any

from websockets.server import ServerProtocol

from .frames import Message, Send


class Pipe:
    """uvicorn's own end of an open connection, where the frames of a whole turn can be written together."""

    __slots__ = ("_protocol", "_writable", "transport")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._writable: asyncio.Event = protocol.writable
        self.transport = protocol.transport

    @classmethod
    def behind(cls, send: Send) -> "Pipe | None":
        """The pipe of this connection; None when another server than ours, or compression, stands behind `send`."""
        protocol = getattr(send, "__self__", None)
        line = getattr(protocol, "conn", None)
        fits = isinstance(line, ServerProtocol) and not line.extensions and hasattr(protocol, "writable")
        return cls(protocol) if fits else None

    def inbox(self, loop: asyncio.AbstractEventLoop) -> "Inbox":
        """From here on, what the client says comes here."""
        return Inbox(self._protocol, loop)

    @property
    def is_free(self) -> bool:
        """True if a frame may be written now: the client takes what it is given, and nobody has said goodbye.

        Our own goodbye goes through the writer; with everybody else's, uvicorn closes the transport in the same breath.
        """
        return self._writable.is_set() and not self.transport.is_closing()

    def abort(self, *, is_said: bool = False) -> None:
        """Hang up at once.

        The kernel forgets what it still holds for a client that does not take it, unless `is_said`: the last frame was
        written, and a client that is only late may still read it.
        """
        raw = self.transport.get_extra_info("socket")
        if raw is not None and not is_said:
            with contextlib.suppress(OSError):
                raw.setsockopt(tcp.SOL_SOCKET, tcp.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    @property
    def waiting(self) -> int:
        """Bytes that the client has not yet taken."""
        return int(self.transport.get_write_buffer_size())


MOST_UNHEARD = 8
"""Frames of a client that wait for their turn before we stop reading from it."""


class Inbox:
    """The queue onto which uvicorn puts a client's frames. Its own stops and starts reading around each of them."""

    __slots__ = ("_events", "_is_paused", "_loop", "_transport", "_waiter")

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._events: deque[Message] = deque()
        self._is_paused = False
        self._transport = protocol.transport
        self._waiter: asyncio.Future[None] | None = None
        self._loop = loop
        while not protocol.queue.empty():
            self._events.append(protocol.queue.get_nowait())
        protocol.queue = self
        if protocol.read_paused:
            self._transport.resume_reading()
        protocol.read_paused = True  # So that it leaves that to us.

    def put_nowait(self, event: Message) -> None:
        """Something came."""
        self._events.append(event)
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)
        elif len(self._events) >= MOST_UNHEARD and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    async def get(self) -> Message:
        """The next frame; reading goes on when there is none."""
        while not self._events:
            if self._is_paused and not self._transport.is_closing():
                self._is_paused = False
                self._transport.resume_reading()
            self._waiter = self._loop.create_future()
            await self._waiter
        return self._events.popleft()
