"""What visitors may see of the catalogue, kept ready in memory and dropped the moment any of it changes.

Triggers of the database notify the channel `catalogue` whenever a designer, an item, a review or a name changes, so
nobody can forget to tell, and every process hears of it. While a process cannot listen, it keeps nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, cast

import psycopg
import structlog
from psycopg import AsyncConnection

from neural_threads.platform.db import Db
from neural_threads.platform.db.public_reading import note_public_change

log = structlog.get_logger(__name__)

CHANNEL = "catalogue"
ROOM = 16 * 1024 * 1024
"""Bytes of answers kept per process; the one unused for longest goes first."""
SILENCE = 5.0
"""Seconds without a word after which the listening connection is asked whether it still lives."""


class PublicCache:
    """Answers that are true as long as the catalogue does not change."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._edition = 0
        self._listening = False

    @property
    def is_listening(self) -> bool:
        """True if we would hear of a change; if not, nothing may be kept."""
        return self._listening

    def kept(self, key: Hashable) -> Any | None:
        """The answer to `key`, if we have it."""
        result = self._kept.get(key)
        if result is None:
            return None
        self._kept.move_to_end(key)
        return result[0]

    async def remember(self, key: Hashable, find: Callable[[], Awaitable[Any]], size: Callable[[Any], int]) -> Any:
        """The kept answer to `key`, or what `find` finds, kept for the next who asks. `size` is in bytes."""
        result = self.kept(key)
        if result is None:
            edition = self._edition
            result = await find()
            # A change may have come while we were reading; what we hold may then be older than it.
            if self._listening and edition == self._edition:
                self._keep(key, result, size(result))
        return result

    def drop(self) -> None:
        """The catalogue changed: forget every answer."""
        note_public_change()
        self._edition += 1
        self._kept.clear()
        self._size = 0

    def _keep(self, key: Hashable, answer: Any, size: int) -> None:
        if size > self._room // 8:
            return
        self._size += size - self._kept.pop(key, (None, 0))[1]
        self._kept[key] = (answer, size)
        while self._size > self._room:
            self._size -= self._kept.popitem(last=False)[1][1]

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
                async for _ in line.notifies(timeout=SILENCE):
                    self.drop()
                async with asyncio.timeout(2):
                    await line.execute("select 1")


public_cache = PublicCache()


def public_data_changed(db: Db) -> None:
    """Forget every answer in this process before the writer hears "done"; the others hear it from the database."""

    async def forget() -> None:
        public_cache.drop()

    db.after_commit(forget)
