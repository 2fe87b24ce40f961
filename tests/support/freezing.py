"""Freeze PostgreSQL: every process of a private cluster is stopped (SIGSTOP), and continued at the end of the test."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from neural_threads.local import postmaster


@contextmanager
def frozen_database(data_dir: Path) -> Iterator[None]:
    """Stop the processes of the cluster in this data directory; let them go on afterwards, whatever happens."""
    pids = list(postmaster._orphans((data_dir / "postgres").resolve() / "data"))
    assert pids, "no PostgreSQL runs there"
    _send(signal.SIGSTOP, pids)
    try:
        yield
    finally:
        _send(signal.SIGCONT, pids)


def _send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a backend may have ended since it was listed
            os.kill(pid, number)
