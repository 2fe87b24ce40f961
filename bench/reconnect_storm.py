"""A reconnect storm after a restart: all clients come back as the official clients do, and ask for what they missed."""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from websockets.exceptions import WebSocketException

from .http_client import WholeLine, request
from .listeners import Listener
from .seed_users import Seat, customer_token, provider_token
from .server_process import Victim
from .servers import HOST, generator

FIRST_PAUSE, LONGEST_PAUSE, SPREAD = 1.0, 5.0, 0.5
"""Of socket.io-client, as it comes."""
PATIENCE = 120.0


class Return(NamedTuple):
    """How a restart went."""

    sockets: int
    down: float
    """Seconds from the signal until the server was ready again."""
    until_all: float
    """Seconds from then until the last one had everything."""
    missing: int
    """How many did not get what was said meanwhile."""
    errors: int
    lag: float = 0.0


async def restarted(victim: Victim, seats: Sequence[Seat]) -> Return:
    """Restart the server under a socket of each of these customers; each is told something as soon as it is back."""
    job = {
        "kind": "return",
        "host": HOST,
        "port": victim.port,
        "sockets": [(seat.chat, customer_token(seat), provider_token(seat)) for seat in seats],
        "warm": 0,
        "seconds": 0,
    }
    with generator(job) as process:
        connected = await _line(process)
        began = time.monotonic()
        await asyncio.to_thread(victim.stop)
        await victim.start()
        ready = time.monotonic()
        report = await _line(process)
    return Return(
        connected["connected"], ready - began, report["last"] - ready, len(seats) - report["synced"], report["errors"]
    )


async def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE + 60):
        text = await asyncio.to_thread(process.stdout.readline)
    if not text:
        raise SystemExit("The load generator failed; see above.")
    found: dict[str, Any] = json.loads(text)
    return found


# In the generator


class Client:
    """One that comes back."""

    def __init__(self, job: dict[str, Any], chat: str, token: str, maker: str) -> None:
        self._job, self._chat, self._token, self._maker = job, chat, token, maker
        self._address = f"{job['host']}:{job['port']}"
        self._listener: Listener | None = None
        self._last = 0
        self._news = asyncio.Event()
        self.synced_at = 0.0
        self.errors = 0

    async def open(self) -> None:
        """Connect, and then fetch what there is."""
        self._listener = await Listener.open(self._address, self._token, self._hear)
        await self._catch_up()

    async def come_back(self) -> None:
        """Wait until the line is gone, come back, and wait for what is said then."""
        assert self._listener is not None
        while not self._listener.is_over:  # noqa: ASYNC110 - as often as a person would notice
            await asyncio.sleep(0.05)
        before, pause = self._last, FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * random.uniform(1 - SPREAD, 1 + SPREAD))
            pause = min(2 * pause, LONGEST_PAUSE)
            with contextlib.suppress(OSError, TimeoutError, EOFError, WebSocketException):
                await self.open()
                break
        await self._be_told()
        while self._last <= before:
            self._news.clear()
            await self._news.wait()
        self.synced_at = time.monotonic()

    async def close(self) -> None:
        """Hang up."""
        if self._listener is not None:
            await self._listener.close()

    def _hear(self, text: str) -> None:
        if text.startswith('42["receive-message"') and f'"chatId":"{self._chat}"' in text:
            self._last = max(self._last, json.loads(text[2:])[1]["seq"])
            self._news.set()

    async def _catch_up(self) -> None:
        page = await self._ask("GET", f"/api/chat/messages?chatId={self._chat}&after={self._last}", self._token)
        self._last = max(self._last, page["lastSeq"])

    async def _be_told(self) -> None:
        body = json.dumps({"chatId": self._chat, "content": "Are you back?"}).encode()
        await self._ask("POST", "/api/chat/messages", self._maker, body)

    async def _ask(self, method: str, path: str, token: str, body: bytes = b"") -> dict[str, Any]:
        raw = request(method, path, body, authorization=f"Bearer {token}").encode("latin-1")
        pause = FIRST_PAUSE / 4
        while True:
            with contextlib.suppress(OSError):
                line = await WholeLine.open(self._job["host"], self._job["port"])
                answer = await line.ask(raw)
                line.close()
                if answer.status in (200, 201):
                    found: dict[str, Any] = json.loads(answer.text)
                    return found
                self.errors += answer.status not in (0, 503)
            # A thousand who ask again at once would keep a busy server at saying that it is busy.
            await asyncio.sleep(pause * random.uniform(1 - SPREAD, 1 + SPREAD))
            pause = min(2 * pause, LONGEST_PAUSE)


async def returning(job: dict[str, Any]) -> dict[str, Any]:
    """Everybody connects, is hung up on, and comes back."""
    clients = [Client(job, *who) for who in job["sockets"]]
    turns = asyncio.Semaphore(20)

    async def begin(client: Client) -> None:
        async with turns:
            await client.open()

    await asyncio.gather(*(begin(client) for client in clients))
    print(json.dumps({"connected": len(clients), "pid": os.getpid()}), flush=True)
    await asyncio.wait([asyncio.create_task(client.come_back()) for client in clients], timeout=PATIENCE)
    back = [client.synced_at for client in clients if client.synced_at]
    for client in clients:
        await client.close()
    return {
        "synced": len(back),
        "last": max(back, default=time.monotonic()),
        "errors": sum(client.errors for client in clients),
    }
