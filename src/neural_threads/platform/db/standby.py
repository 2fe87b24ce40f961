"""Decide whether a standby may be read from: close behind the primary, and past every change this process knows of.

PostgreSQL's own replay time stands still while nothing is written, so it cannot tell an idle primary from a broken line.
Instead the primary is asked for its WAL position several times a second; once the standby has replayed that position, it
has everything that was committed before the question (docs/decisions/0040-pooler-and-replica.md).
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

LAG = 2.0
"""Seconds behind the primary from which on a standby is not read."""
EVERY = 0.2
"""Seconds between two looks."""
MOST_SAMPLES = 300


class StandbyWatch:
    """The state of a standby as this process knows it. Times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._positions: deque[tuple[float, int]] = deque(maxlen=MOST_SAMPLES)
        self._true_until = float("-inf")
        self._changed_at = float("-inf")
        self._is_used = False

    def is_current(self) -> bool:
        """Return True if the standby shows what a reader may expect to see now."""
        return self._true_until > self._changed_at and time.monotonic() - self._true_until < LAG

    def note_change(self) -> None:
        """Something that everybody sees was just changed: what the standby holds is old until it has that, too."""
        self._changed_at = time.monotonic()

    def distrust(self) -> None:
        """A read from it failed: ask it again first."""
        self._positions.clear()
        self._true_until = float("-inf")

    def note_positions(self, asked_at: float, primary: int, replayed: int) -> None:
        """Note the primary's WAL position, asked for at this time, and how far the standby has come since."""
        self._positions.append((asked_at, primary))
        while self._positions and self._positions[0][1] <= replayed:
            self._true_until = self._positions.popleft()[0]

    async def watch(self, primary: Callable[[], Awaitable[Any]], standby: Callable[[], Awaitable[Any]]) -> None:
        """Compare both positions for ever. `primary` and `standby` return them in bytes."""
        while True:
            try:
                asked_at = time.monotonic()
                position = int(await primary())
                self.note_positions(asked_at, position, int(await standby()))
            except Exception as error:  # Whatever is wrong with either, the standby is not known to be current.
                if self._is_used:
                    log.warning("standby_unknown", error=type(error).__name__)
                self.distrust()
            if self._is_used != self.is_current():
                self._is_used = not self._is_used
                log.info("standby_used" if self._is_used else "standby_not_used")
            await asyncio.sleep(EVERY)
