"""A slow network: a proxy on loopback that delays bytes as a phone's network does.

Each direction has one bandwidth for all connections; every piece arrives half a round trip after it was sent, and a new
connection first takes a whole one. What was delivered when is kept, so that a run can show that the line held.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PIECE = 2920
"""Two TCP segments: small enough for connections to take turns."""
BACKLOG = 64


@dataclass
class Direction:
    """One way through the line: what it carries a second, and when it is free again."""

    bytes_a_second: float
    free_at: float = 0.0
    deliveries: list[tuple[float, int]] = field(default_factory=list)

    def arrival(self, size: int, delay: float) -> float:
        """When a piece that is sent now has arrived."""
        self.free_at = max(self.free_at, time.monotonic()) + size / self.bytes_a_second
        return self.free_at + delay

    def most_within(self, seconds: float) -> int:
        """The most bytes that were delivered within any span of this length."""
        most = total = start = 0
        for at, size in self.deliveries:
            total += size
            while at - self.deliveries[start][0] > seconds:
                total -= self.deliveries[start][1]
                start += 1
            most = max(most, total)
        return most


@dataclass(frozen=True)
class SlowLine:
    """The line to one server."""

    down: Direction
    up: Direction
    round_trip: float
    port: int


@asynccontextmanager
async def slow_line(port: int, *, down: float, up: float, round_trip: float) -> AsyncIterator[SlowLine]:
    """A port of loopback that leads to `port` at so many bytes a second and seconds for a round trip."""
    downward, upward = Direction(down), Direction(up)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(round_trip)
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            _carry(reader, server_writer, upward, round_trip / 2),
            _carry(server_reader, writer, downward, round_trip / 2),
        )

    proxy = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with proxy:
        yield SlowLine(downward, upward, round_trip, proxy.sockets[0].getsockname()[1])


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction, delay: float
) -> None:
    """Pass on what comes, each piece at its time, until the sender hangs up."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(BACKLOG)
    delivering = asyncio.ensure_future(_deliver(under_way, writer, direction))
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            await under_way.put((direction.arrival(len(piece), delay), piece))
    await under_way.put((time.monotonic() + delay, b""))
    await delivering


async def _deliver(
    under_way: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter, direction: Direction
) -> None:
    with suppress(OSError):
        while True:
            due, piece = await under_way.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not piece:
                break
            writer.write(piece)
            direction.deliveries.append((time.monotonic(), len(piece)))
    writer.close()
