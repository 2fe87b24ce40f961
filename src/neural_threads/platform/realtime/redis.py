"""Join several processes through Redis: events, ended sessions and presence. Nothing waits for Redis.

A hint that Redis does not take at once is dropped: `chat-beat` and a look at the sessions repair what it would have said.
The messages are those of python-socketio's own Redis manager, and two of ours beside them.
"""

import asyncio
import contextlib
import logging
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from .rooms import RoomManager
from .socketio_internals import RedisManager, WriteOnlyManager

log = logging.getLogger("neural_threads.realtime")

CHANNEL = "threads:events"
HERE, NODES = "threads:here:", "threads:nodes"
PATIENCE = 0.5
"""Seconds that Redis has for an answer."""
PAUSE = 1.0
"""Seconds between two attempts to reach it."""
PULSE = 1.0
DEAF = 3.0
"""Seconds without our own pulse coming back, after which the line is taken to be dead, whatever it says."""
FORGOTTEN = 15
"""Seconds after which the people of a process that says nothing are gone."""
MOST_WAITING, AT_ONCE = 10_000, 100
_OPTIONS = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "socket_keepalive": True}


class News(Protocol):
    """Whoever is told what the other processes say."""

    def people_here(self) -> list[str]:
        """Return the ids of all users with a socket at this process."""

    def on_joined(self) -> None:
        """We hear the others, perhaps again: what they said meanwhile is lost."""

    def on_end(self, session_id: str | None, user_id: str | None, but: str | None) -> None:
        """Sessions ended at another process."""

    def on_vanished(self, people: Iterable[str]) -> None:
        """The process at which they were is gone without a word."""


def write_only_manager(url: str) -> WriteOnlyManager:
    """Return python-socketio's manager for a process without sockets: it tells the servers, and hears nothing."""
    return WriteOnlyManager(url, channel=CHANNEL, write_only=True, redis_options=dict(_OPTIONS))


class RedisRooms(RedisManager, RoomManager):
    """The rooms of this process, joined with those of all others on the same Redis."""

    def __init__(self, url: str, news: "News") -> None:
        super().__init__(url, channel=CHANNEL, redis_options=dict(_OPTIONS))
        self._news = news
        self._waiting: deque[Mapping[str, Any]] = deque(maxlen=MOST_WAITING)
        self._batch: list[Mapping[str, Any]] = []
        self._wake = asyncio.Event()
        self._pulse_heard = self._read_at = -math.inf
        self._elsewhere: dict[str, set[str]] = {}
        self._heard_lately: list[Mapping[str, Any]] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._store: Any = None
        self.dropped = 0

    # Life

    def initialize(self) -> None:
        """Begin to listen and to speak; the library calls it before the first event."""
        if not self._tasks:
            work = (self.handle_messages(), self._speak(), self._keep_presence())
            self._tasks = [asyncio.create_task(one) for one in work]

    async def close(self) -> None:
        """Leave: our people are gone from here at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PATIENCE):
                await self._presence_store().delete(HERE + self.host_id)
                await self._presence_store().zrem(NODES, self.host_id)
                await self._say({"method": "here", "gone": True})
        for line in (self.redis, self._store):
            if line is not None:
                with contextlib.suppress(Exception):
                    await line.aclose()

    @property
    def is_joined(self) -> bool:
        """True if what others say reaches us: our own pulse came back a moment ago."""
        return time.monotonic() - self._pulse_heard < DEAF

    # Speaking

    def tell(self, message: Mapping[str, Any]) -> None:
        """Something for the other processes; never waits."""
        if self._waiting.maxlen == len(self._waiting):
            self.dropped += 1
        self._waiting.append(message)
        self._wake.set()

    def ended(self, *, session: str | None = None, user: str | None = None, but: str | None = None) -> None:
        """Tell the others that these sessions are over."""
        self.tell({"method": "end", "host_id": self.host_id, "session": session, "user": user, "but": but})

    async def _speak(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), PULSE)
            self._wake.clear()
            for attempt in ("with an old line, perhaps", "with a new one"):
                try:
                    await self._empty()
                    await self._say({"method": "pulse"})
                    break
                except Exception as error:  # Whatever is wrong with Redis: these are hints, and late hints are none.
                    log.warning("realtime_without_redis %s %s", type(error).__name__, attempt)
                    await self._drop_client()
            else:
                self.dropped += len(self._waiting) + len(self._batch)
                self._waiting.clear()
                self._batch.clear()
                await asyncio.sleep(PAUSE)

    async def _empty(self) -> None:
        while self._waiting or self._batch:
            while self._waiting and len(self._batch) < AT_ONCE:
                self._batch.append(self._waiting.popleft())
            async with asyncio.timeout(PATIENCE):
                pipeline = self._presence_store().pipeline(transaction=False)
                for message in self._batch:
                    self._note_presence(pipeline, message)
                    pipeline.publish(CHANNEL, self.json.dumps(message))
                await pipeline.execute()
            self._batch.clear()

    def _note_presence(self, pipeline: Any, message: Mapping[str, Any]) -> None:
        # Written before it is said, so that whoever reads the set after hearing of it finds it there.
        if "came" in message:
            pipeline.sadd(HERE + self.host_id, message["came"])
        elif "went" in message:
            pipeline.srem(HERE + self.host_id, message["went"])

    async def _drop_client(self) -> None:
        """Lines that were open when Redis went are dead, every one of them."""
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(PATIENCE):
                    await store.aclose()

    async def _say(self, message: Mapping[str, Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._presence_store().publish(CHANNEL, self.json.dumps({"host_id": self.host_id, **message}))

    def _presence_store(self) -> Any:
        # Not the connection that listens: that one is thrown away and made anew.
        if self._store is None:
            self._store = self.new_client()
        return self._store

    # Listening

    async def messages(self) -> AsyncIterator[Any]:
        """Yield what the other processes emit; pulses, presence and ended sessions are handled here."""
        async for message in self._received():
            if message["type"] != "message":
                continue
            result = msgspec.json.decode(message["data"])
            if not isinstance(result, dict):
                continue
            mine = result.get("host_id") == self.host_id
            if result.get("method") == "pulse":
                self._heard_pulse(mine)
            elif result.get("method") == "here":
                self._heard_of_people(result, mine)
            elif result.get("method") == "end":
                if not mine:
                    self._news.on_end(result.get("session"), result.get("user"), result.get("but"))
            else:
                yield result

    async def _received(self) -> AsyncIterator[Any]:
        while True:
            try:
                async with asyncio.timeout(2 * PATIENCE):
                    self.connect_to_redis()
                    await self.pubsub.subscribe(CHANNEL)
                began = time.monotonic()
                while time.monotonic() - max(began, self._pulse_heard) < DEAF:
                    message = await self.pubsub.get_message(ignore_subscribe_messages=True, timeout=PULSE)
                    if message is not None:
                        yield message
                log.warning("realtime_was_deaf")
            except Exception as error:
                log.warning("realtime_cannot_hear %s", type(error).__name__)
            self._pulse_heard = -math.inf
            with contextlib.suppress(Exception):
                async with asyncio.timeout(PATIENCE):
                    await self.pubsub.aclose()
                    await self.redis.aclose()
            await asyncio.sleep(PAUSE)

    def _heard_pulse(self, mine: bool) -> None:
        if mine:
            was_joined = self.is_joined
            self._pulse_heard = time.monotonic()
            if not was_joined:
                self._news.on_joined()

    # Presence

    def is_elsewhere(self, user_id: str) -> bool:
        """Return True if this person has a socket at another process, as far as Redis told us."""
        if time.monotonic() - self._read_at > FORGOTTEN:
            return False
        return any(user_id in people for people in self._elsewhere.values())

    def came(self, user_id: str) -> None:
        """Tell the others that a user opened the first socket here."""
        self.tell({"method": "here", "host_id": self.host_id, "came": user_id})

    def went(self, user_id: str) -> None:
        """Tell the others that a user closed the last socket here."""
        self.tell({"method": "here", "host_id": self.host_id, "went": user_id})

    def _heard_of_people(self, result: Mapping[str, Any], mine: bool) -> None:
        if mine:
            return
        self._heard_lately.append(result)
        people = self._elsewhere.setdefault(str(result.get("host_id")), set())
        if result.get("gone"):
            people.clear()
        elif "came" in result:
            people.add(result["came"])
        else:
            people.discard(result.get("went", ""))

    async def _keep_presence(self) -> None:
        """Write down who is here, and read who is elsewhere, so that what was said meanwhile is not missed for long."""
        while True:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(PATIENCE):
                    await self._write_presence()
                    await self._read_presence()
            await asyncio.sleep(FORGOTTEN / 5)

    async def _write_presence(self) -> None:
        key, people = HERE + self.host_id, self._news.people_here()
        pipeline = self._presence_store().pipeline(transaction=True)
        pipeline.delete(key)
        if people:
            pipeline.sadd(key, *people)
            pipeline.expire(key, FORGOTTEN)
        pipeline.zadd(NODES, {self.host_id: time.time()})
        pipeline.zremrangebyscore(NODES, 0, time.time() - FORGOTTEN)
        await pipeline.execute()

    async def _read_presence(self) -> None:
        store = self._presence_store()
        self._heard_lately.clear()
        nodes = [name.decode() for name in await store.zrange(NODES, 0, -1)]
        result = {
            node: {person.decode() for person in await store.smembers(HERE + node)}
            for node in nodes
            if node != self.host_id
        }
        before, self._elsewhere = self._elsewhere, result
        self._read_at = time.monotonic()
        for results in list(self._heard_lately):  # What was said while we read may be newer than what we read.
            self._heard_of_people(results, mine=False)
        gone = set().union(*(people for node, people in before.items() if node not in self._elsewhere))
        if gone:
            self._news.on_vanished(gone)
