"""Find orders that changed a moment ago, so that a decision made on the earlier state is answered as a race.

Only what this process moved is remembered, by its own clock; the conditional UPDATE decides in any case.
"""

import time

from cachetools import TTLCache

KEPT = 60.0
MOST = 10_000

_moved: TTLCache[str, float] = TTLCache(MOST, KEPT, timer=time.perf_counter)


def note_move(id: str) -> None:
    """This request has just moved, and the move is stored. Nobody has heard of it yet."""
    _moved[id] = time.perf_counter()


def moved_since(id: str, decided_at: float | None) -> bool:
    """Return True if it moved after this was decided (by `time.perf_counter`): then the decider cannot have known."""
    return decided_at is not None and _moved.get(id, 0.0) > decided_at
