"""A bulkhead: work on one key (a chat, an order) takes a bounded share of the connections.

The pattern is from M. Nygard, Release It! (2nd ed. 2018), chapter 5. Here the keys are rows of the database and what
is shared is the connection pool: whoever waits for a row that another transaction holds keeps a connection meanwhile.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from .errors import Unavailable

STUCK_WAIT = 1.5
"""Seconds that one waits for a turn while nobody finishes; an answer must have left after two."""
LONGEST_WAIT = 6.0
"""Seconds that one waits for a turn in a line that moves."""
STUCK_AFTER = 1.0
"""Seconds without anybody finishing after which a key counts as stuck, and newcomers are refused at once."""

CHECKED_EVERY = 0.25
"""Seconds between two looks at whether the line moves."""


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

    async def enter(self, key: Hashable) -> None:
        """Take a turn for this key, to be given back with `leave`; see `Turns`.

        Raises Unavailable when none came in time, or at once while the key is stuck.
        """
        entry = self._keys.get(key)
        if entry is None:
            entry = self._keys[key] = _Key(asyncio.Semaphore(self._per_key))
        entry.users += 1
        try:
            await self._wait_for_turn(entry)
        except BaseException:
            self._forget_user(key, entry)
            raise

    def leave(self, key: Hashable) -> None:
        """Give a turn back."""
        entry = self._keys[key]
        entry.inside -= 1
        entry.last_progress = _now()
        entry.turns.release()
        self._forget_user(key, entry)

    def _forget_user(self, key: Hashable, entry: _Key) -> None:
        entry.users -= 1
        if not entry.users:
            del self._keys[key]

    async def _wait_for_turn(self, entry: _Key) -> None:
        if entry.inside >= self._per_key and _now() - entry.last_progress > STUCK_AFTER:
            raise Unavailable(retry_after=2)
        if entry.turns.locked():
            await _turn_in(entry)
        else:
            await entry.turns.acquire()
        if not entry.inside:
            entry.last_progress = _now()
        entry.inside += 1


class Turns:
    """`async with Turns((bulkhead, key), …)`: a turn in each, taken in this order. Raises Unavailable as `Bulkhead.enter` does.

    A class, because every write enters one: contextlib's generators and exit stacks took 4 % of a sent message.
    """

    __slots__ = ("_taken", "_wanted")

    def __init__(self, *wanted: tuple[Bulkhead, Hashable]) -> None:
        self._wanted = wanted
        self._taken: list[tuple[Bulkhead, Hashable]] = []

    async def __aenter__(self) -> None:
        try:
            for bulkhead, key in self._wanted:
                await bulkhead.enter(key)
                self._taken.append((bulkhead, key))
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._leave()

    def _leave(self) -> None:
        while self._taken:
            bulkhead, key = self._taken.pop()
            bulkhead.leave(key)


async def _turn_in(entry: _Key) -> None:
    """Wait in line, whose order stays; Unavailable when it has not moved, or after LONGEST_WAIT."""
    begun = _now()
    turn = asyncio.ensure_future(entry.turns.acquire())
    try:
        while not turn.done():
            waited = _now() - begun
            is_stuck = waited >= STUCK_WAIT and _now() - entry.last_progress > STUCK_AFTER
            if is_stuck or waited >= LONGEST_WAIT:
                raise Unavailable(retry_after=2)
            await asyncio.wait({turn}, timeout=STUCK_WAIT - waited if waited < STUCK_WAIT else CHECKED_EVERY)
    except BaseException:
        if turn.done():
            entry.turns.release()
        turn.cancel()
        raise


def _now() -> float:
    return asyncio.get_running_loop().time()
