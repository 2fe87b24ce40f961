"""Restart the private PostgreSQL when it was killed."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from neural_threads.platform.config import Settings

from . import postmaster
from .postgres_binaries import CannotStart
from .postgres_cluster import ensure, release

log = logging.getLogger("neural_threads.cluster")

EVERY = 0.5
"""Seconds between two looks at its process."""


@contextmanager
def revived(settings: Settings) -> Iterator[None]:
    """Start a private cluster again whenever its postmaster is gone, as long as the block lasts."""
    if settings.database_url:
        yield
        return
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(settings, over), name="private-cluster", daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join(30)


def _watch(settings: Settings, over: threading.Event) -> None:
    data = (settings.data_dir.absolute() / "postgres").resolve() / "data"
    while not over.wait(EVERY):
        if postmaster.pid_of(data):
            continue
        log.warning("private_cluster_gone")
        try:
            ensure(settings)
            release(settings)
            log.warning("private_cluster_back")
        except CannotStart as reason:
            log.error("private_cluster_not_back %s", reason)
            over.wait(2)
