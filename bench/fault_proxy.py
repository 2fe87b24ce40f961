"""A proxy that breaks connections: it resets them at random chunks of data, often in the middle of one."""

import asyncio
import random
from typing import cast

from .servers import HOST


class Breaker:
    """Stands before a server on a port of its own. An answer that it swallows was committed: the client must ask again."""

    def __init__(self, behind: int, share: float, rng: random.Random) -> None:
        self.broken = 0
        self._behind, self._share, self._rng = behind, share, rng
        self._server: asyncio.Server | None = None
        self._open: set[_Side] = set()

    @property
    def port(self) -> int:
        """Where clients connect."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Side(self, None), HOST, 0)

    def calm(self) -> None:
        """From here on nothing breaks."""
        self._share = 0.0

    async def close(self) -> None:
        """Stop, and hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for side in list(self._open):
            side.cut()
        await self._server.wait_closed()

    def breaks_now(self) -> bool:
        """Return True if the line is to break at this piece."""
        if self._rng.random() >= self._share:
            return False
        self.broken += 1
        return True

    def part_of(self, data: bytes) -> bytes:
        """Return what of it still passes before the line breaks: nothing, some, or all."""
        return data[: self._rng.choice((0, len(data), self._rng.randrange(len(data) + 1)))]


class _Side(asyncio.Protocol):
    """One of the two connections of a line."""

    def __init__(self, breaker: Breaker, other: "_Side | None") -> None:
        self._breaker, self._other = breaker, other
        self._transport: asyncio.Transport | None = None
        self._held_back = b""
        self._is_broken = False
        self._dialling: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._breaker._open.add(self)
        if self._other is None:
            self._dialling = asyncio.create_task(self._dial())

    async def _dial(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, other = await loop.create_connection(lambda: _Side(self._breaker, self), HOST, self._breaker._behind)
        except OSError:  # Nobody is there: the server was killed a moment ago.
            self.cut()
            return
        self._other = other
        if self._transport is None:
            other.cut()
        elif self._held_back:
            self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        data, self._held_back = self._held_back + data, b""
        if self._is_broken:
            return
        if self._other is None:
            self._held_back = data
        elif not self._breaker.breaks_now():
            self._other.write(data)
        else:
            self._other.write(self._breaker.part_of(data))
            self._is_broken = self._other._is_broken = True
            # What was written is given a moment to leave; a reset would take it back.
            asyncio.get_running_loop().call_later(0.002, self._cut_both)

    def write(self, data: bytes) -> None:
        """Pass it on."""
        if self._transport is not None and data:
            self._transport.write(data)

    def cut(self) -> None:
        """Hang up without another word."""
        if self._transport is not None:
            self._transport.abort()

    def _cut_both(self) -> None:
        self.cut()
        if self._other is not None:
            self._other.cut()

    def connection_lost(self, reason: Exception | None) -> None:
        self._transport = None
        self._breaker._open.discard(self)
        if self._other is not None:
            self._other.cut()
