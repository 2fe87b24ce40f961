"""What a process has started, on a machine where any of it may end between being listed and being asked."""

import contextlib
import signal
from collections.abc import Iterable

import psutil


def children_of(pid: int, part: str, *, recursive: bool = True) -> list[psutil.Process]:
    """Return those processes below this one whose command line holds `part`; those that have ended are left out."""
    found = []
    for child in psutil.Process(pid).children(recursive=recursive):
        with contextlib.suppress(psutil.NoSuchProcess):  # ZombieProcess is one, too.
            if part in " ".join(child.cmdline()):
                found.append(child)
    return found


def runs(process: psutil.Process) -> bool:
    """Return False for a process that has ended, whether or not anybody has asked for its exit code."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def send(number: signal.Signals, processes: Iterable[psutil.Process]) -> None:
    """Send a signal to those that still are there."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
