"""Time limits that hold on a machine which is busy with other things, too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The block takes so many seconds at most; on a machine that others keep busy, as much longer as anything does."""
    before = slowness()
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    allowed = seconds * max(before, slowness())
    assert took <= allowed, f"it took {took:.1f} s, not {allowed:.1f} s at most"


def slowness() -> float:
    """How many seconds pass for one second of work: 1 on a machine with a core to spare."""
    wall, work = time.monotonic(), time.process_time()
    while time.process_time() - work < 0.05:
        pass
    return max(1.0, (time.monotonic() - wall) / 0.05)
