"""Clients that connect and then read nothing while messages arrive for them: their cost, and when they are disconnected."""

import asyncio
import json
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

from .figures import percentile
from .http_client import WholeLine, request
from .listeners import Listener
from .processes import MB, resident
from .seed_users import Seat, customer_token, provider_token
from .server_process import Victim
from .servers import HOST

SMALL = 4_096
"""Bytes that the client's kernel takes; the rest waits in ours and then in the server."""
EACH = 10
"""Sockets a person may have."""
SAID = "ನೂಲು" * 1_000
"""About 12 KB in an event."""
MOST_SAID = 400
READING_SAID = 40
"""Said by each while everybody still reads, to compare with."""
PATIENCE = 90.0


class Stuck(NamedTuple):
    """What they cost."""

    clients: int
    each_kb: float
    """The most that the server grew, by the number of them."""
    cut_after: float
    """Seconds from the last handshake until the last of them was cut."""
    after_mb: float
    before_mb: float
    heard: int
    said: int
    """By the honest ones meanwhile; each must hear everything."""
    p99_reading_ms: float
    """Of what the honest ones said while as many clients read everything."""
    p99_ms: float
    """Of the same while they read nothing."""


async def stuck_at(victim: Victim, seats: Sequence[Seat]) -> Stuck:
    """Ten deaf sockets of each of these customers, and one honest one of each of their makers, who do all the talking."""
    heard: list[str] = []
    address = f"{HOST}:{victim.port}"
    honest = [await Listener.open(address, provider_token(seat), heard.append) for seat in seats]
    reading = [await Listener.open(address, customer_token(seat), _ignored) for seat in seats for _ in range(EACH)]
    took_reading: list[float] = []
    for _ in range(READING_SAID):
        took_reading += await asyncio.gather(*(_say(victim, seat) for seat in seats))
    for listener in reading:
        await listener.close()
    already = READING_SAID * len(seats)
    before, took, most = resident(victim.pid), list[float](), 0.0
    deaf = [await _deaf(victim, customer_token(seat)) for seat in seats for _ in range(EACH)]
    opened = time.monotonic()
    while await _sockets(victim) > len(honest) and time.monotonic() - opened < PATIENCE:
        if len(took) < MOST_SAID * len(seats):
            took += await asyncio.gather(*(_say(victim, seat) for seat in seats))
        else:
            await asyncio.sleep(0.1)
        most = max(most, resident(victim.pid))
    cut_after = time.monotonic() - opened
    for one in deaf:
        one.close()
    await asyncio.sleep(2)
    for listener in honest:
        await listener.close()
    messages = sum(text.startswith('42["receive-message"') for text in heard)
    each = (most - before) * MB / 1024 / len(deaf)
    after = resident(victim.pid)
    return Stuck(
        len(deaf), each, cut_after, after, before, messages - already, len(took), _p99(took_reading), _p99(took)
    )


def _ignored(_text: str) -> None:
    """What the reading ones heard is not counted."""


def _p99(seconds: list[float]) -> float:
    return 1000 * percentile(sorted(seconds), 0.99)


async def _deaf(victim: Victim, token: str) -> socket.socket:
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (HOST, victim.port))
    hello = (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    await loop.sock_sendall(raw, hello.encode())
    await _until(raw, b"\r\n\r\n")
    await loop.sock_sendall(raw, b"\x81\x82\0\0\0\0" + b"40")
    await _until(raw, b'40{"sid"')
    return raw


async def _until(raw: socket.socket, said: bytes) -> None:
    heard = b""
    while said not in heard:
        some = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(raw, 1_000), 20)
        if not some:
            raise ConnectionError(f"hung up on after {heard!r}")
        heard += some


async def _sockets(victim: Victim) -> int:
    """Return how many the server has, by its own count: a client that reads nothing may not even see the reset."""
    line = await WholeLine.open(HOST, victim.port)
    answer = await line.ask(request("GET", "/metrics").encode("latin-1"))
    line.close()
    lines = answer.text.decode().splitlines()
    return next(int(float(one.split()[-1])) for one in lines if one.startswith('threads_sockets{figure="sockets"}'))


async def _say(victim: Victim, seat: Seat) -> float:
    """Return how many seconds it took to say it."""
    began = time.monotonic()
    body = json.dumps({"chatId": seat.chat, "content": SAID}).encode()
    raw = request("POST", "/api/chat/messages", body, authorization=f"Bearer {provider_token(seat)}")
    line = await WholeLine.open(HOST, victim.port)
    answer = await line.ask(raw.encode("latin-1"))
    line.close()
    assert answer.status == 201, answer
    return time.monotonic() - began
