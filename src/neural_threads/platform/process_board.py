"""A page of shared memory in which the processes of `neural-threads serve --processes N` publish their state to each other.

Each process has a place on it and alone writes there; the parent reads all places to give the next connection to the
process with the fewest, and to find one that has stopped answering.
"""

import mmap
import os
import struct
import tempfile
import time
from typing import NamedTuple

_PLACE = struct.Struct("=qqqd")
_BYTES = 64
"""Bytes per place: one cache line, so that two processes never write into the same one."""

EMPTY, STARTING, SERVING, LEAVING = range(4)
FRESH = 2.0
"""Seconds without a beat after which a process gets no new connections."""


class Standing(NamedTuple):
    """The last report of one process. `connections`: those open; `beat_at`: by the monotonic clock, in seconds."""

    state: int
    pid: int
    connections: int
    beat_at: float

    @property
    def is_serving(self) -> bool:
        """True if it takes connections and has said so within the last two seconds."""
        return self.state == SERVING and time.monotonic() - self.beat_at < FRESH


class ProcessBoard:
    """The shared page. `descriptor` can be handed to a child process."""

    def __init__(self, places: int, descriptor: int | None = None) -> None:
        self.places = places
        if descriptor is None:
            with tempfile.TemporaryFile() as file:
                file.truncate(places * _BYTES)
                descriptor = os.dup(file.fileno())
            os.set_inheritable(descriptor, True)
        self.descriptor = descriptor
        self._page = mmap.mmap(descriptor, places * _BYTES)

    def standing(self, place: int) -> Standing:
        """Return what the process at this place wrote."""
        return Standing(*_PLACE.unpack_from(self._page, place * _BYTES))

    def write(self, place: int, standing: Standing) -> None:
        """Write one place."""
        _PLACE.pack_into(self._page, place * _BYTES, *standing)

    def clear(self, place: int) -> None:
        """Mark this place as free."""
        self.write(place, Standing(EMPTY, 0, 0, 0.0))

    def serving(self) -> list[int]:
        """Return the places whose processes serve."""
        return [place for place in range(self.places) if self.standing(place).is_serving]


class OwnPlace:
    """The place of this process on the board."""

    def __init__(self, board: ProcessBoard, place: int, processes: int) -> None:
        self.board, self.place, self.processes = board, place, processes
        self._state, self._connections, self._beat_at = STARTING, 0, time.monotonic()
        self._arriving = 0
        self._write()

    def become(self, state: int) -> None:
        """Say in which state this process is."""
        self._state = state
        self.beat()

    def beat(self) -> None:
        """Say that this process lives."""
        self._beat_at = time.monotonic()
        self._write()

    def count_arriving(self, number: int) -> None:
        """So many connections were taken and are not yet open; without them whoever takes fastest would seem to have fewest."""
        self._arriving = number
        self._write()

    def count_connections(self, number: int) -> None:
        """Write the number of open connections."""
        self._connections = number
        self._write()

    def _write(self) -> None:
        connections = self._connections + self._arriving
        self.board.write(self.place, Standing(self._state, os.getpid(), connections, self._beat_at))


_own: OwnPlace | None = None


def install_place(place: OwnPlace) -> None:
    """Make this the place of the process."""
    global _own
    _own = place


def own_place() -> OwnPlace | None:
    """Return the place of this process; None where it serves alone."""
    return _own
