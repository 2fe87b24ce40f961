"""The clients of a fan-out: two hundred WebSockets in one process that uses little CPU itself.

Half of them speak, each as soon as it has heard itself; everybody counts what they hear.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any, cast

import uvloop

from .processes import GENERATOR_CORE, census, costs, pin

SPEAKERS = 100
WORDS = "The blouse is ready for a first fitting on Thursday, shall I keep the zari border? " * 2
MASK = b"\0\0\0\0"
PATIENCE = 30.0


class Talker(asyncio.Protocol):
    """One client: shakes hands, enters its room, and then speaks or only listens."""

    heard = 0
    """By all of them."""

    def __init__(self, number: int, room: str, speaks: bool) -> None:
        self._say = frame(
            f"42{json.dumps(['say', {'room': room, 'text': WORDS, 'by': number}], separators=(',', ':'))}"
        )
        self._enter = frame(f'421["enter",{{"room":"{room}"}}]')
        self._mine = b'"by":%d}]' % number
        self._speaks = speaks
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_open:
            head, blank, data = data.partition(b"\r\n\r\n")
            if not blank:
                self._rest = head
                return
            self._is_open = True
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, start = data[at + 2] << 8 | data[at + 3], at + 4
            if start + size > end:
                break
            at = start + size
            if data.startswith(b'42["said"', start):
                Talker.heard += 1
                if self._speaks and data.endswith(self._mine, start, at):
                    self.speak()
            else:
                self._answer(data[start:at])
        self._rest = data[at:]

    def _answer(self, said: bytes) -> None:
        assert self._transport is not None
        if said.startswith(b"0"):
            self._transport.write(frame("40"))
        elif said.startswith(b"40"):
            self._transport.write(self._enter)
        elif said.startswith(b"431"):
            self.ready.set_result(None)
        elif said == b"2":
            self._transport.write(frame("3"))

    def speak(self) -> None:
        """Say one thing."""
        assert self._transport is not None
        self._transport.write(self._say)

    def connection_lost(self, reason: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("hung up on before the room was entered"))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


def frame(text: str) -> bytes:
    """A text frame of a client; the mask is of zeros, which is allowed."""
    data = text.encode()
    head = bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else b"\x81\xfe" + len(data).to_bytes(2, "big")
    return head + MASK + data


async def deliveries(job: dict[str, Any]) -> dict[str, Any]:
    """Return how many a second arrive."""
    loop, size, clients = asyncio.get_running_loop(), job["size"], job["clients"]
    watched = {**job["watch"], "generator": os.getpid()}
    every = max(1, clients // SPEAKERS)
    talkers = [Talker(n, f"room-{n // size}", n % every == 0) for n in range(clients)]
    for some in (talkers[start : start + 20] for start in range(0, clients, 20)):
        for talker in some:
            await loop.create_connection(lambda talker=talker: talker, job["host"], job["port"])
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(talker.ready for talker in some))
    for talker in talkers:
        if talker._speaks:
            talker.speak()
    await asyncio.sleep(job["warm"])
    before, heard, begun = census(watched), Talker.heard, time.monotonic()
    await asyncio.sleep(job["seconds"])
    took, many = time.monotonic() - begun, Talker.heard - heard
    spent = costs(before, watched)
    for talker in talkers:
        talker.close()
    rate = many / took
    server = spent["server"]["cpu"]
    return {
        "rate": round(rate, 1),
        # Both have a core of their own: what the busier of the two would do with all of it.
        "rate_if_alone": round(rate * 100 / max(server, spent["generator"]["cpu"]), 1) if server else 0.0,
        "cpu_ms": {"server": round(server * 10 / rate, 4) if rate else 0},
        "processes": spent,
    }


def main() -> None:
    """Do the job on the first line of standard input."""
    pin(GENERATOR_CORE)
    print(json.dumps(uvloop.run(deliveries(json.loads(sys.stdin.readline())))), flush=True)


if __name__ == "__main__":
    main()
