"""People without a socket: each asks every 8 to 12 seconds for new messages in their chat."""

import asyncio
import json
import random
import time
from collections import Counter
from typing import Any

from .figures import spread
from .http_client import WholeLine, request

EVERY, JITTER = 10.0, 2.0


class Poller:
    """One of them, with the tag of what they saw last."""

    def __init__(self, job: dict[str, Any], chat: str, token: str, rng: random.Random) -> None:
        self._job, self._chat, self._token, self._rng = job, chat, token, rng
        self._line: WholeLine | None = None
        self._tag, self._last = "", 0
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.heard = 0

    async def look(self) -> None:
        """Ask once."""
        if self._line is None or not self._line.is_open:
            self._line = await WholeLine.open(self._job["host"], self._job["port"])
        known = {"if_none_match": self._tag} if self._tag else {}
        path = f"/api/chat/messages?chatId={self._chat}&after={self._last}"
        answer = await self._line.ask(
            request("GET", path, authorization=f"Bearer {self._token}", **known).encode("latin-1")
        )
        self.statuses[answer.status] += 1
        if answer.status == 200:
            page = json.loads(answer.text)
            self.heard += len(page["data"])
            # The tag is of the question, too: as long as nothing comes, the question stays the same.
            self._tag, self._last = ("", page["data"][-1]["seq"]) if page["data"] else (answer.tag, self._last)
            if page["data"]:
                await self.look()

    async def poll(self, begin: float, until: float) -> None:
        """From a moment of one's own on, until it is over; times count from when each look was due."""
        due = begin + self._rng.uniform(0, EVERY)
        while due < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self.look()
            self.times.append(time.monotonic() - due)
            due += EVERY + self._rng.uniform(-JITTER, JITTER)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


async def polling(job: dict[str, Any]) -> dict[str, Any]:
    """All of them for so many seconds, while somebody says something in one of their chats so many times a second."""
    rng = random.Random(1)
    pollers = [Poller(job, chat, token, rng) for chat, token in job["pollers"]]
    turns = asyncio.Semaphore(20)

    async def begin(poller: Poller) -> None:
        async with turns:
            await poller.look()

    await asyncio.gather(*(begin(poller) for poller in pollers))
    for poller in pollers:
        poller.statuses.clear()
        poller.heard = 0
    now = time.monotonic()
    until = now + job["seconds"]
    said = asyncio.create_task(_talk(job, until))
    await asyncio.gather(*(poller.poll(now, until) for poller in pollers))
    for poller in pollers:
        poller.close()
    statuses = sum((poller.statuses for poller in pollers), Counter())
    times = [seconds for poller in pollers for seconds in poller.times]
    return {
        "requests": len(times),
        "rate": round(len(times) / job["seconds"], 1),
        **spread(times),
        "errors": sum(count for status, count in statuses.items() if status not in (200, 304)),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "said": await said,
        "heard": sum(poller.heard for poller in pollers),
    }


async def _talk(job: dict[str, Any], until: float) -> int:
    line, said = await WholeLine.open(job["host"], job["port"]), 0
    for raw in job["requests"]:
        if time.monotonic() > until:
            break
        said += (await line.ask(raw.encode("latin-1"))).status == 201
        await asyncio.sleep(1 / job["rate"])
    line.close()
    return said
