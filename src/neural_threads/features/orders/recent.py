"""Who could have known: which requests moved a moment ago, so that a decision made before that counts as one of a race.

Only what this process moved is remembered, by its own clock; the conditional UPDATE decides in any case.
"""

import time
from collections import OrderedDict

KEPT = 60.0
MOST = 10_000

_moved: OrderedDict[str, float] = OrderedDict()


def note_move(id: str) -> None:
    """This request has just moved, and the move is stored. Nobody has heard of it yet."""
    now = time.perf_counter()
    _moved[id] = now
    _moved.move_to_end(id)
    while len(_moved) > MOST or next(iter(_moved.values())) < now - KEPT:
        _moved.popitem(last=False)


def moved_since(id: str, decided_at: float | None) -> bool:
    """Return True if it moved after this was decided (by `time.perf_counter`): then the decider cannot have known."""
    return decided_at is not None and _moved.get(id, 0.0) > decided_at
