"""Events between processes without Redis: stored as rows for a minute, announced by NOTIFY with their ids, read by each server.

NOTIFY carries at most 8,000 bytes and an event may have more, so it names rows of `socket_events`. A server that knows of no
other writes nothing. As with Redis these are hints: what is lost while PostgreSQL is away is repaired by a look at the
sessions and a beat as soon as it is back.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo

from neural_threads.platform.db import reading
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.serialization.encode import encode

from .redis import News, write_only_manager

log = logging.getLogger("neural_threads.realtime")

CHANNEL = "socket_events"
PULSE = 5.0
"""Seconds between two words of a server to the others."""
SILENCE = 6.0
"""Seconds without a word, not even our own, after which the line is asked whether it lives."""
PATIENCE = 2.0
FORGOTTEN = 15.0
"""Seconds after which a server that says nothing is gone, and its people with it."""
KEPT = 60
"""Seconds that a row stays."""
PAUSE = 1.0
MOST_WAITING, AT_ONCE = 10_000, 100

STORE = """
with stored as (
  insert into socket_events (body)
  select body from unnest(%(bodies)s::text[]) with ordinality as one (body, place) order by place
  returning id
)
select pg_notify(%(channel)s, %(node)s || ' ids ' || (select string_agg(id::text, ',' order by id) from stored))
"""


class Message(msgspec.Struct, omit_defaults=True):
    """One thing that a process tells the servers. `kind`: event, end, people, came or went."""

    kind: str
    event: str = ""
    body: msgspec.Raw = msgspec.Raw(b"null")
    rooms: tuple[str, ...] = ()
    but: str | None = None
    session: str | None = None
    user: str | None = None
    people: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(Message)


async def publish(messages: Sequence[Message], node: str) -> None:
    """Store these and announce them in one statement. Raises Unavailable."""
    bodies = [msgspec.json.encode(message).decode() for message in messages]
    async with reading() as db:
        await db.execute(STORE, bodies=bodies, channel=CHANNEL, node=node)


class EventNews(News, Protocol):
    """Whoever hears what other processes tell."""

    async def on_event(self, event: str, body: msgspec.Raw, rooms: Sequence[str], but: str | None) -> None:
        """An event for everybody in these rooms of this process."""


class PostgresRelay:
    """Joins this server with the other processes on the same database."""

    def __init__(self, dsn: str, news: EventNews) -> None:
        self.node = uuid4().hex
        self.dropped = 0
        self._dsn, self._news = dsn, news
        self._waiting: deque[Message] = deque(maxlen=MOST_WAITING)
        self._wake = asyncio.Event()
        self._heard_at: dict[str, float] = {}
        self._people: dict[str, set[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._is_listening = False

    def begin(self) -> None:
        """Start to listen and to speak; needs the event loop."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._keep_listening, self._speak)]

    async def close(self) -> None:
        """Leave: our people are gone from here at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PATIENCE):
                await self._notify("gone")

    @property
    def has_others(self) -> bool:
        """True when another server was heard of lately."""
        return bool(self._heard_at)

    @property
    def is_deaf(self) -> bool:
        """True while other servers are known and we cannot hear them."""
        return bool(self._heard_at) and not self._is_listening

    # Speaking

    def tell(self, message: Message) -> None:
        """Something for the other servers; never waits, and costs nothing while there are none."""
        if self._heard_at:
            self.dropped += self._waiting.maxlen == len(self._waiting)
            self._waiting.append(message)
            self._wake.set()

    def ended(self, *, session: str | None = None, user: str | None = None, but: str | None = None) -> None:
        """Tell the others that these sessions are over."""
        self.tell(Message("end", session=session, user=user, but=but))

    def came(self, user_id: str) -> None:
        """Tell the others that a user opened the first socket here."""
        self.tell(Message("came", people=(user_id,)))

    def went(self, user_id: str) -> None:
        """Tell the others that a user closed the last socket here."""
        self.tell(Message("went", people=(user_id,)))

    async def _speak(self) -> None:
        pulse_at = time.monotonic() + PULSE
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.01, pulse_at - time.monotonic()))
            self._wake.clear()
            try:
                await self._empty()
                if time.monotonic() >= pulse_at:
                    await self._pulse()
                    pulse_at = time.monotonic() + PULSE
            except Unavailable:
                self.dropped += len(self._waiting)
                self._waiting.clear()
                await asyncio.sleep(PAUSE)

    async def _empty(self) -> None:
        while self._waiting:
            await publish([self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))], self.node)

    async def _pulse(self) -> None:
        await self._notify("pulse")
        async with reading() as db:
            await db.execute(
                "delete from socket_events where created_at < now() - make_interval(secs => %(kept)s)", kept=KEPT
            )
        late = [node for node, at in self._heard_at.items() if time.monotonic() - at > FORGOTTEN]
        if self._is_listening:
            for node in late:
                self._forget(node)

    async def _notify(self, word: str) -> None:
        async with reading() as db:
            await db.execute("select pg_notify(%(channel)s, %(word)s)", channel=CHANNEL, word=f"{self.node} {word}")

    # Listening

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, psycopg.Error, Unavailable) as error:
                if self._is_listening:
                    log.warning("realtime_cannot_hear %s", type(error).__name__)
            self._is_listening = False
            await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        dsn = make_conninfo(self._dsn, connect_timeout=2, application_name="neural-threads-events")
        async with await AsyncConnection.connect(dsn, autocommit=True) as line:
            async with asyncio.timeout(PATIENCE):
                await line.execute("listen socket_events")
                await line.execute("select pg_notify(%s, %s)", [CHANNEL, f"{self.node} hello"])
            self._is_listening = True
            self._news.on_joined()
            while True:
                was_quiet = True
                async for notice in line.notifies(timeout=SILENCE):
                    was_quiet = False
                    await self._hear(notice.payload)
                if was_quiet:
                    async with asyncio.timeout(PATIENCE):
                        await line.execute("select 1")

    async def _hear(self, payload: str) -> None:
        node, _, word = payload.partition(" ")
        if node == self.node:
            return
        if word.startswith("ids "):
            await self._read(node, [int(id) for id in word[4:].split(",")])
        elif word == "gone":
            self._forget(node)
        elif word in ("hello", "pulse"):
            is_new = node not in self._heard_at
            self._heard_at[node] = time.monotonic()
            if word == "hello":
                await self._notify("pulse")
            if is_new or word == "hello":
                self.tell(Message("people", people=tuple(self._news.people_here())))

    async def _read(self, node: str, ids: list[int]) -> None:
        async with reading() as db:
            bodies = await db.all(str, "select body from socket_events where id = any(%(ids)s) order by id", ids=ids)
        for body in bodies:
            await self._take(node, _decoder.decode(body))

    async def _take(self, node: str, message: Message) -> None:
        if message.kind == "event":
            await self._news.on_event(message.event, message.body, message.rooms, message.but)
        elif message.kind == "end":
            self._news.on_end(message.session, message.user, message.but)
        elif message.kind == "people":
            self._people[node] = set(message.people)
        elif message.kind == "came":
            self._people.setdefault(node, set()).update(message.people)
        elif message.kind == "went":
            self._people.get(node, set()).difference_update(message.people)

    # Presence

    def is_elsewhere(self, user_id: str) -> bool:
        """True when this person has a socket at another server, as far as we heard."""
        return any(user_id in people for people in self._people.values())

    def _forget(self, node: str) -> None:
        self._heard_at.pop(node, None)
        if people := self._people.pop(node, None):
            self._news.on_vanished(people)


class _Line(Protocol):
    """A way to tell the servers something: by Redis or by the database."""

    async def say(self, message: Message) -> None:
        """Tell it. Whatever goes wrong may be raised."""


class Emitter:
    """Stands for the socket server in a process that has none: a worker. What it tells reaches the servers."""

    joined: Any = None

    def __init__(self, redis_url: str = "") -> None:
        self._line: _Line = _RedisLine(redis_url) if redis_url else _DatabaseLine()
        self._ends: set[asyncio.Task[None]] = set()

    async def deliver(
        self,
        event: Any,
        payload: msgspec.Struct,
        rooms: Sequence[str],
        *,
        but: str | None = None,
        here: bool = False,
    ) -> None:
        """Send an event to everybody in these rooms, at every server. Dropped with a warning when there is no way."""
        body = msgspec.Raw(encode(payload))
        await self._say(Message("event", event=event.name, body=body, rooms=tuple(rooms), but=but))

    def end_session(self, session_id: str) -> None:
        """Hang up on every socket of this session, at every server."""
        self._soon(Message("end", session=session_id))

    def end_sessions_of(self, user_id: str, but: str | None = None) -> None:
        """Hang up on every socket of this person, at every server, except those of the session `but`."""
        self._soon(Message("end", user=user_id, but=but))

    def is_online(self, _user_id: str) -> bool:
        """True, since nobody here can tell: whoever asks then gives people time to look."""
        return True

    def figures(self) -> dict[str, int]:
        """Nothing is counted here."""
        return {}

    def _soon(self, message: Message) -> None:
        task = asyncio.create_task(self._say(message))
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)

    async def _say(self, message: Message) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._line.say(message)
        except Exception as error:
            log.warning("realtime_not_told %s", type(error).__name__)


class _DatabaseLine:
    def __init__(self) -> None:
        self._node = uuid4().hex

    async def say(self, message: Message) -> None:
        await publish([message], self._node)


class _RedisLine:
    """A write-only manager of python-socketio: the servers' own managers hear it."""

    def __init__(self, url: str) -> None:
        self._manager = write_only_manager(url)

    async def say(self, message: Message) -> None:
        if message.kind == "event":
            data = msgspec.json.decode(message.body)
            await self._manager.emit(message.event, data, "/", room=list(message.rooms), skip_sid=message.but)
        else:
            ended = {"session": message.session, "user": message.user, "but": message.but}
            await self._manager.publish({"method": "end", "host_id": self._manager.host_id, **ended})
