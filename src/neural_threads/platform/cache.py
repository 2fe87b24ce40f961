"""A cache of public answers of the catalogue. A change of the data removes the answers that it makes untrue at once.

Triggers of the database notify the channel `catalogue` of whatever changes: a word says which answers to forget (a
provider's id, `designers`, `tailors facets`, …; migration 26 has the list), no word means all. So nobody can forget to
tell, and every process hears of it. Each kept answer names the words that concern it. While a process cannot listen, it
keeps nothing.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, NamedTuple, cast
from uuid import uuid4

import psycopg
import structlog
from cachetools import LRUCache
from psycopg import AsyncConnection

from neural_threads.platform.db import Db, reading
from neural_threads.platform.db.public_reading import answer_counts, note_public_change
from neural_threads.platform.errors import Unavailable

log = structlog.get_logger(__name__)

CHANNEL = "catalogue"
ROOM = 16 * 1024 * 1024
"""Bytes of answers kept per process; the one unused for longest goes first."""
OLDEST = 600.0
"""Seconds: what no word concerns, such as who else is like a designer, is looked up again after so long."""
SILENCE = 5.0
"""Seconds without a word after which the listening connection is asked whether it still lives."""
HEARD_WITHIN = 0.5
"""Seconds that a writer waits until this process has heard of the change."""
ANY = "any word"
MOST_WORDS = 10_000


class _Kept(NamedTuple):
    answer: Any
    size: int
    words: frozenset[str]
    until: float


class _Answers(LRUCache[Hashable, _Kept]):
    """The answers, findable by the words that concern them."""

    def __init__(self, room: int) -> None:
        super().__init__(room, getsizeof=lambda kept: kept.size)
        self.by_word: defaultdict[str, set[Hashable]] = defaultdict(set)

    def __setitem__(self, key: Hashable, kept: _Kept, *more: Any) -> None:
        self.pop(key, None)
        super().__setitem__(key, kept, *more)
        for word in kept.words:
            self.by_word[word].add(key)

    def __delitem__(self, key: Hashable, *more: Any) -> None:
        for word in LRUCache.__getitem__(self, key).words:
            self.by_word[word].discard(key)
            if not self.by_word[word]:
                del self.by_word[word]
        super().__delitem__(key, *more)


class PublicCache:
    """Answers that are true as long as nothing of the catalogue changes that concerns them."""

    def __init__(self, room: int = ROOM) -> None:
        self._answers = _Answers(room)
        self._changes = 0
        self._all_changed = 0
        self._changed: dict[str, int] = {}
        """Word → the number of the last change that it was said of; since `_all_changed`."""
        self._listening = False
        self._awaited: dict[str, asyncio.Event] = {}

    @property
    def is_listening(self) -> bool:
        """True if we would hear of a change; if not, nothing may be kept."""
        return self._listening

    def kept(self, key: Hashable) -> Any | None:
        """The answer to `key`, if we have it."""
        result = self._found(key)
        if result is not None:
            answer_counts["memory"] += 1
        return result

    def _found(self, key: Hashable) -> Any | None:
        result = self._answers.get(key)
        if result is not None and result.until < time.monotonic():
            del self._answers[key]
            return None
        return result and result.answer

    async def remember(
        self,
        key: Hashable,
        find: Callable[[], Awaitable[Any]],
        size: Callable[[Any], int],
        words: Callable[[Any], Iterable[str]] = lambda _: (ANY,),
        *,
        is_part: bool = False,
    ) -> Any:
        """The kept answer to `key`, or what `find` finds, kept for the next who asks.

        `size` is in bytes; `words` are those at which the answer is forgotten, any word unless they are said. A part of
        answers, such as a count, is not counted among the answers of /metrics.
        """
        result = self._found(key) if is_part else self.kept(key)
        if result is None:
            if not is_part:
                answer_counts["missed"] += 1
            before = self._changes
            result = await find()
            self._keep(key, result, size(result), frozenset(words(result)), before)
        return result

    def drop(self) -> None:
        """Forget every answer."""
        note_public_change()
        self._changes += 1
        self._all_changed = self._changes
        self._changed.clear()
        self._answers.clear()
        self._answers.by_word.clear()

    def forget(self, word: str) -> None:
        """Forget the answers that this word concerns."""
        note_public_change()
        self._changes += 1
        for each in (word, ANY):
            self._changed[each] = self._changes
            for key in list(self._answers.by_word.get(each, ())):
                del self._answers[key]
        if len(self._changed) > MOST_WORDS:
            self._changed.clear()
            self._all_changed = self._changes

    def _keep(self, key: Hashable, answer: Any, size: int, words: frozenset[str], before: int) -> None:
        # A change may have come while we were reading; what we hold may then be older than it.
        last = max([self._all_changed, *(self._changed.get(word, 0) for word in words)])
        if self._listening and last <= before and size <= self._answers.maxsize // 8:
            self._answers[key] = _Kept(answer, size, words, time.monotonic() + OLDEST)

    async def catch_up(self) -> None:
        """Wait until this process has heard of everything that was committed before; forget all if that takes too long."""
        note_public_change()
        if not self._listening:
            return
        mark = f"={uuid4()}"
        heard = self._awaited[mark] = asyncio.Event()
        try:
            async with reading() as db:
                await db.value("select pg_notify(%(channel)s, %(mark)s)", channel=CHANNEL, mark=mark)
            async with asyncio.timeout(HEARD_WITHIN):
                await heard.wait()
        except (TimeoutError, Unavailable):
            self.drop()
        finally:
            del self._awaited[mark]

    async def listen(self, dsn: str) -> None:
        """Hear of every change until cancelled. Whenever the line breaks, nothing is kept until it stands again."""
        while True:
            try:
                await self._listen_once(dsn)
            except (OSError, psycopg.Error) as error:
                log.warning("catalogue_unheard", error=type(error).__name__)
            finally:
                self._listening = False
                self.drop()
            await asyncio.sleep(1)

    async def _listen_once(self, dsn: str) -> None:
        async with await AsyncConnection.connect(dsn, autocommit=True, connect_timeout=2) as line:
            await line.execute(cast(Any, f"listen {CHANNEL}"))
            self.drop()
            self._listening = True
            while True:
                async for notice in line.notifies(timeout=SILENCE):
                    self._hear(notice.payload)
                async with asyncio.timeout(2):
                    await line.execute("select 1")

    def _hear(self, word: str) -> None:
        if word.startswith("="):
            if word in self._awaited:
                self._awaited[word].set()
        elif word:
            self.forget(word)
        else:
            self.drop()


public_cache = PublicCache()


def public_data_changed(db: Db) -> None:
    """Forget what a change made untrue before the writer gets its answer; the others hear of it from the database."""
    db.after_commit(public_cache.catch_up)
