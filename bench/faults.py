"""Fault injection: people chat through a proxy that breaks connections while servers and databases are killed; then every message is accounted for.

A trial says what it did, what is wrong with what was stored (nothing, we promise), and how long everybody had to wait.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import psycopg
from websockets.exceptions import WebSocketException

from neural_threads.local import postmaster
from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.config import Settings

from .fault_proxy import Breaker
from .http_client import Answer, Line, WholeLine, request
from .listeners import Listener
from .seed_users import Seat, customer_token, provider_token, seat_people
from .server_process import Victim, victim
from .servers import HOST

SENDERS_A_SIDE = 2
ANSWERED_WITHIN = 8.0
AGAIN = 0.05
PAGE = 50
RETRIED = 0.2
LOOKS = 0.02
"""Seconds between two looks at something that is about to come back."""


@dataclass(frozen=True)
class Plan:
    """How much is said, and what is done to those who carry it."""

    sends: int = 10_000
    kills: int = 20
    """kill -9 of the server."""
    database_kills: int = 10
    """kill -9 of the postmaster; needs a private cluster."""
    breaks: float = 0.01
    """The share of pieces on the wire at which the line is cut."""
    chats: int = 4
    seed: int = 0

    def sown(self, seed: int) -> "Plan":
        """The same with this seed."""
        return replace(self, seed=seed)


@dataclass
class Outcome:
    """What came of it."""

    acknowledged: int = 0
    retries: int = 0
    breaks: int = 0
    events: int = 0
    kills: int = 0
    database_kills: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    views_that_differ: int = 0
    unread_that_differ: int = 0
    strange: list[str] = field(default_factory=list)
    """Answers that nobody should have got."""
    refusals: list[float] = field(default_factory=list)
    """Seconds until each 503."""
    hasty: int = 0
    """503 without Retry-After."""
    starts: list[float] = field(default_factory=list)
    """Seconds from the start of a killed server until it was ready."""
    revivals: list[float] = field(default_factory=list)
    """Seconds from the kill of the postmaster until it took connections."""
    returns: list[float] = field(default_factory=list)
    """Seconds from then until the server answered with 200."""
    seconds: float = 0.0

    @property
    def wrong(self) -> int:
        """Everything that must be zero."""
        books = self.lost + self.doubled + self.disordered + self.views_that_differ + self.unread_that_differ
        return books + len(self.strange) + self.hasty


class Reader:
    """What one person's client holds: events while the socket lives, and `after=` for every gap and every return."""

    def __init__(self, trial: "Trial", chat: str, token: str) -> None:
        self.held: list[str] = []
        self.events = 0
        self._trial, self._chat, self._token = trial, chat, token
        self._heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self._gone = asyncio.Event()

    async def stay(self) -> None:
        """Connect, listen, and come back whenever the line breaks, until cancelled."""
        while True:
            listener = None
            with contextlib.suppress(OSError, TimeoutError, EOFError, WebSocketException):
                listener = await Listener.open(f"{HOST}:{self._trial.breaker.port}", self._token, self._hear)
                await self.catch_up()
                await self._listen(listener)
            if listener is not None:
                with contextlib.suppress(Exception):
                    await listener.close()
            await asyncio.sleep(AGAIN)

    async def catch_up(self) -> None:
        """Ask for what is missing until nothing is."""
        while True:
            page = await self._trial.ask(
                "GET", f"/api/chat/messages?chatId={self._chat}&after={len(self.held)}&limit={PAGE}", token=self._token
            )
            for message in page["data"]:
                self._take(message["seq"], message["id"])
            if not page["hasMore"]:
                return

    async def _listen(self, listener: Listener) -> None:
        while not listener.is_over:
            try:
                async with asyncio.timeout(0.2):
                    seq, id = await self._heard.get()
            except TimeoutError:
                continue
            if seq > len(self.held) + 1:
                await self.catch_up()
            else:
                self._take(seq, id)

    def _take(self, seq: int, id: str) -> None:
        if seq == len(self.held) + 1:
            self.held.append(id)

    def _hear(self, text: str) -> None:
        if text.startswith('42["receive-message"'):
            message = json.loads(text[2:])[1]
            if message["chatId"] == self._chat:
                self.events += 1
                self._heard.put_nowait((message["seq"], message["id"]))


class Sender:
    """Says its messages one after the other, each until it is answered, always under the same name."""

    def __init__(self, trial: "Trial", chat: str, token: str, number: int) -> None:
        self.trial, self.chat, self.token, self.number = trial, chat, token, number
        self.names: dict[str, str] = {}
        """clientId → the id it was acknowledged with."""
        self._rng = random.Random(f"{trial.plan.seed}/{number}")

    async def run(self, each: int) -> None:
        """So many messages."""
        for n in range(each):
            await self._say(str(UUID(int=self._rng.getrandbits(128), version=4)), f"{self.number}/{n}")

    async def _say(self, name: str, content: str) -> None:
        body = json.dumps({"chatId": self.chat, "content": content, "clientId": name}).encode()
        # Some are sent again although they were answered, as when the answer was lost on its last yard.
        for _ in range(2 if self._rng.random() < RETRIED else 1):
            said = await self.trial.ask("POST", "/api/chat/messages", body, token=self.token)
            id = said["data"]["id"]
            if self.names.setdefault(name, id) != id:
                self.trial.outcome.doubled += 1
        self.trial.note_progress()


class Trial:
    """One run of a plan against one server."""

    def __init__(self, plan: Plan, victim: Victim, database_url: str, postmaster_pid: Callable[[], int | None]) -> None:
        self.plan, self.victim, self.outcome = plan, victim, Outcome()
        self.breaker = Breaker(victim.port, plan.breaks, random.Random(f"{plan.seed}/breaker"))
        self._database_url, self._postmaster_pid = database_url, postmaster_pid
        self._rng = random.Random(plan.seed)
        self._idle: list[Line] = []
        self._said = 0
        self._marks: list[tuple[int, asyncio.Event]] = []

    async def run(self) -> Outcome:
        """Talk, break, kill, and count."""
        begun = time.monotonic()
        seats = [Seat(n) for n in range(1, self.plan.chats + 1)]
        sides = [(seat.chat, token(seat)) for seat in seats for token in (customer_token, provider_token)]
        await self.breaker.open()
        try:
            senders = [Sender(self, *side, n) for n, side in enumerate(sides * SENDERS_A_SIDE)]
            readers = [Reader(self, *side) for side in sides]
            listening = [asyncio.create_task(reader.stay()) for reader in readers]
            sending = [asyncio.create_task(sender.run(self.plan.sends // len(senders))) for sender in senders]
            await asyncio.gather(self._hurt(), *sending)
            self.breaker.calm()
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
            await self._balance(senders, readers, sides)
        finally:
            for line in self._idle:
                line.close()
            await self.breaker.close()
        self.outcome.breaks = self.breaker.broken
        self.outcome.seconds = time.monotonic() - begun
        return self.outcome

    # Talking

    async def ask(self, method: str, path: str, body: bytes = b"", *, token: str) -> dict[str, Any]:
        """One request through the breaking line, again and again until it is answered with 200 or 201."""
        raw = request(method, path, body, authorization=f"Bearer {token}").encode("latin-1")
        while True:
            begun = time.monotonic()
            answer = await self._once(raw)
            if answer.status in (200, 201):
                return cast(dict[str, Any], json.loads(answer.text))
            if answer.status == 503:
                self.outcome.refusals.append(time.monotonic() - begun)
                self.outcome.hasty += not answer.retry_after
            elif answer.status:
                self.outcome.strange.append(f"{answer.status} {answer.text[:200]!r}")
                if len(self.outcome.strange) > 20:
                    raise AssertionError(f"too many strange answers: {self.outcome.strange}")
            self.outcome.retries += 1
            await asyncio.sleep(AGAIN)

    async def _once(self, raw: bytes) -> Answer:
        line = None
        try:
            line = self._idle.pop() if self._idle else await WholeLine.open(HOST, self.breaker.port)
            async with asyncio.timeout(ANSWERED_WITHIN):
                answer = await line.ask(raw)
        except (OSError, TimeoutError) as reason:
            if line is not None:
                line.close()
            if isinstance(reason, TimeoutError) and not self.victim.was_starting(ANSWERED_WITHIN):
                self.outcome.strange.append(f"no answer for {ANSWERED_WITHIN:.0f} s")
            return Answer(0, 0, b"")
        if line.is_open:
            self._idle.append(line)
        return answer

    def note_progress(self) -> None:
        """One more has been said."""
        self._said += 1
        while self._marks and self._marks[0][0] <= self._said:
            self._marks.pop(0)[1].set()

    # Hurting

    async def _hurt(self) -> None:
        """Each blow falls when a random share has been said, so that all of them fall in the middle of talking."""
        blows = [self._kill_server] * self.plan.kills + [self._kill_database] * self.plan.database_kills
        self._rng.shuffle(blows)
        part = self.plan.sends / (len(blows) + 1)
        for n, blow in enumerate(blows):
            mark = (int(part * (n + self._rng.uniform(0.3, 1.0))), asyncio.Event())
            if self._said < mark[0]:
                self._marks.append(mark)
                await mark[1].wait()
            await asyncio.sleep(self._rng.uniform(0, 0.05))
            await blow()

    async def _kill_server(self) -> None:
        self.victim.kill()
        self.outcome.starts.append(await self.victim.start())
        self.outcome.kills += 1

    async def _kill_database(self) -> None:
        pid = self._postmaster_pid()
        assert pid, "no postmaster to kill"
        begun = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(_until_it_answers, self._database_url)
        back = time.monotonic()
        await self.ask("GET", "/api/chat", token=customer_token(Seat(1)))
        self.outcome.revivals.append(back - begun)
        self.outcome.returns.append(time.monotonic() - back)
        self.outcome.database_kills += 1

    # Counting

    async def _balance(self, senders: list[Sender], readers: list[Reader], sides: list[tuple[str, str]]) -> None:
        outcome = self.outcome
        stored = {chat: await self._whole(chat, token) for chat, token in sides}
        for chat, messages in stored.items():
            names = [message["clientId"] for message in messages]
            outcome.doubled += len(names) - len(set(names))
            outcome.disordered += [message["seq"] for message in messages] != list(range(1, len(messages) + 1))
            by_name = {message["clientId"]: message["id"] for message in messages}
            for sender in [sender for sender in senders if sender.chat == chat]:
                outcome.acknowledged += len(sender.names)
                outcome.lost += sum(by_name.get(name) != id for name, id in sender.names.items())
                own = [name for name in names if name in sender.names]
                outcome.disordered += own != list(sender.names)
            expected = {name for sender in senders if sender.chat == chat for name in sender.names}
            outcome.doubled += len(set(names) - expected)
        for reader, (chat, token) in zip(readers, sides, strict=True):
            await reader.catch_up()
            outcome.events += reader.events
            outcome.views_that_differ += reader.held != [message["id"] for message in stored[chat]]
            outcome.unread_that_differ += await self._unread_differs(chat, token, stored[chat])

    async def _whole(self, chat: str, token: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = await self.ask("GET", f"/api/chat/messages?chatId={chat}&after={after}&limit={PAGE}", token=token)
            found += page["data"]
            if not page["hasMore"]:
                return found

    async def _unread_differs(self, chat: str, token: str, stored: list[dict[str, Any]]) -> bool:
        """Nobody has read anything: whatever the other one said is unread."""
        listed = (await self.ask("GET", "/api/chat", token=token))["data"]
        seen = next(one for one in listed if one["id"] == chat)
        return bool(seen["unreadCount"] != sum(m["senderId"] == seen["otherUser"]["id"] for m in stored))


async def tried(plan: Plan, folder: Path) -> Outcome:
    """Carry out a plan on the private cluster of this data directory, which is migrated and has nobody in it."""
    settings = Settings.from_env({"THREADS_DATA_DIR": str(folder)})
    with running_cluster(settings) as url:
        seat_people(url, plan.chats)
        data = (folder / "postgres").resolve() / "data"
        async with victim(folder) as server:
            return await Trial(plan, server, url, lambda: postmaster.pid_of(data)).run()


def _until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                connection.execute("select 1")
                return
        except psycopg.Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOKS)
