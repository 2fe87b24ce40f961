"""Time limits that hold on a machine which is busy with other things, too."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import mean

LOOK_EVERY = 0.15  # seconds


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The block takes so many seconds at most; on a machine that others keep busy meanwhile, as much longer as anything does."""
    seen, is_over = [slowness()], threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK_EVERY):
            seen.append(slowness(0.01))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - began
        is_over.set()
        watcher.join()
    allowed = seconds * mean([*seen, slowness()])
    assert took <= allowed, f"it took {took:.1f} s, not {allowed:.1f} s at most"


def slowness(work: float = 0.05) -> float:
    """Return how many seconds pass for one second of work: 1 on a machine with a core to spare."""
    began, done = time.monotonic(), time.thread_time()
    while time.thread_time() - done < work:
        pass
    return max(1.0, (time.monotonic() - began) / work)
