"""A bulkhead: work on one key takes a bounded share of what all keys have in common.

The pattern is from M. Nygard, Release It! (2nd ed. 2018), chapter 5. Here the keys are rows of the database and what
is shared is the connection pool: whoever waits for a row that another transaction holds keeps a connection meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from .errors import Unavailable

LONGEST_WAIT = 1.5
"""Seconds that one waits for a turn; an answer must have left after two."""
STUCK_AFTER = 1.0
"""Seconds without anybody finishing after which a key counts as stuck, and newcomers are refused at once."""


@dataclass
class _Key:
    turns: asyncio.Semaphore
    users: int = 0
    """Those inside and those who wait."""
    inside: int = 0
    last_progress: float = field(default=0.0)


class Bulkhead:
    """At most `per_key` at a time for one key; the rest wait here, where they hold nothing."""

    def __init__(self, per_key: int) -> None:
        self._per_key = per_key
        self._keys: dict[Hashable, _Key] = {}

    @asynccontextmanager
    async def entered(self, key: Hashable) -> AsyncIterator[None]:
        """One turn for this key. Raises Unavailable when none came in time, or at once while the key is stuck."""
        entry = self._keys.setdefault(key, _Key(asyncio.Semaphore(self._per_key)))
        entry.users += 1
        try:
            await self._wait_for_turn(entry)
            try:
                yield
            finally:
                entry.inside -= 1
                entry.last_progress = _now()
                entry.turns.release()
        finally:
            entry.users -= 1
            if not entry.users:
                del self._keys[key]

    async def _wait_for_turn(self, entry: _Key) -> None:
        if entry.inside >= self._per_key and _now() - entry.last_progress > STUCK_AFTER:
            raise Unavailable(retry_after=2)
        if entry.turns.locked():
            try:
                await asyncio.wait_for(entry.turns.acquire(), LONGEST_WAIT)
            except TimeoutError:
                raise Unavailable(retry_after=2) from None
        else:
            await entry.turns.acquire()
        if not entry.inside:
            entry.last_progress = _now()
        entry.inside += 1


def _now() -> float:
    return asyncio.get_running_loop().time()
