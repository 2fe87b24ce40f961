"""The parent of several server processes: it accepts every connection and hands it to the process with the fewest.

It knows nothing of HTTP. Handing out by number of connections keeps the work even, which processes that accept for
themselves do not: the one that is awake first takes all. What waits in the listening socket belongs to no process, so it
survives the death of any of them (docs/decisions/0039-several-processes-behind-one-socket.md).
"""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from neural_threads.platform.process_board import ProcessBoard

log = structlog.get_logger(__name__)

CONNECTION, DRAINED = b"c", b"d"
READY, TAKEN, LEAVE = ord("r"), ord("t"), ord("d")
BACKLOG = 2048
AT_ONCE = 64
"""Connections that are accepted before anything else has its turn."""
PAUSE = 0.02
"""Seconds until the next try when no process can take a connection; they wait in the listening socket."""
READY_WITHIN = 120.0
SILENT = 30.0
"""Seconds without a sign of life after which a process is killed and replaced."""
STOPPED_WITHIN = 25.0
"""Seconds from SIGTERM to SIGKILL."""
SHORT_LIFE = 10.0
LONGEST_PAUSE = 30.0
"""Seconds between two starts of a process that dies at once; the pause doubles from one second."""


@dataclass(eq=False)
class Child:
    """One server process, as the parent sees it."""

    place: int
    process: asyncio.subprocess.Process
    channel: socket.socket
    began_at: float = field(default_factory=time.monotonic)
    passed: int = 0
    """Connections that were sent to it."""
    waiting: deque[socket.socket] = field(default_factory=deque)
    """Those of them that it has not taken yet: they go to another process if it dies before."""
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    is_leaving: bool = False
    has_successor: bool = False
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_serving(self) -> bool:
        """True if it may get connections."""
        return self.is_ready.is_set() and not self.is_leaving


class Parent:
    """`code = await Parent(listener, 2).run()`: serves until SIGTERM; SIGHUP replaces the processes one by one."""

    def __init__(self, listener: socket.socket, processes: int) -> None:
        self._listener, self._processes = listener, processes
        self._board = ProcessBoard(2 * processes)  # While they are replaced there may be twice as many.
        self._folder = Path(tempfile.mkdtemp(prefix="neural-threads-"))
        self._children: list[Child] = []
        self._stopping = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_listening = False
        self._short_lives = 0
        self._code = 0

    async def run(self) -> int:
        """Serve until told to stop. Returns the exit code: 1 when no process ever became ready."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._soon(self._reload()))
        try:
            for _ in range(self._processes):
                await self._start_child()
            self._soon(self._watch_silence())
            await self._stopping.wait()
        finally:
            await self._stop()
        return self._code

    # Connections

    def _listen(self) -> None:
        """From here on connections are accepted; before, with nobody to answer, they are refused."""
        if not self._is_listening:
            self._is_listening = True
            self._listener.setblocking(False)
            self._listener.listen(BACKLOG)
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            order = self._by_load()
            if not order:
                self._pause()
                return
            try:
                connection, _address = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # No descriptor is free: somebody must hang up first.
                log.warning("connection_not_accepted", error=error.strerror)
                self._pause()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not any(self._pass(connection, child) for child in order):
                log.warning("connection_dropped")
                connection.close()

    def _by_load(self) -> list[Child]:
        """Return the processes that may take a connection, the one with the fewest first."""
        loads = []
        for child in self._children:
            standing = self._board.standing(child.place)
            if child.is_serving and standing.is_serving:
                load = standing.connections + len(child.waiting)
                loads.append((load, child.passed, child.place, child))
        return [child for *_order, child in sorted(loads, key=lambda load: load[:3])]

    def _pass(self, connection: socket.socket, child: Child) -> bool:
        try:
            socket.send_fds(child.channel, [CONNECTION], [connection.fileno()])
        except OSError:  # Its channel is full, or it has just died.
            return False
        child.passed += 1
        child.waiting.append(connection)
        return True

    def _pause(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener)
        if not self._stopping.is_set():
            loop.call_later(PAUSE, self._resume)

    def _resume(self) -> None:
        if not self._stopping.is_set():
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    # Processes

    async def _start_child(self) -> Child:
        place = next(p for p in range(self._board.places) if p not in [child.place for child in self._children])
        self._board.clear(place)
        channel, theirs = socket.socketpair()
        channel.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *self._command(place, theirs.fileno()),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), self._board.descriptor),
            )
        child = Child(place, process, channel)
        self._children.append(child)
        asyncio.get_running_loop().add_reader(channel, self._hear, child)
        self._soon(self._bury(child))
        log.info("process_started", place=place + 1, child=process.pid)
        return child

    def _command(self, place: int, channel: int) -> Sequence[str]:
        facts = {"channel": channel, "board": self._board.descriptor, "places": self._board.places, "place": place}
        facts |= {"processes": self._processes}
        words = [word for name, value in facts.items() for word in (f"--{name}", str(value))]
        return [sys.executable, "-P", "-m", "neural_threads.web.child_process", *words, "--folder", str(self._folder)]

    def _hear(self, child: Child) -> None:
        try:
            words = child.channel.recv(256)
        except BlockingIOError:
            return
        except OSError:
            words = b""
        if not words:  # It is dying, and _bury will hear of it.
            asyncio.get_running_loop().remove_reader(child.channel)
            child.is_leaving = True
        for word in words:
            if word == READY:
                self._became_ready(child)
            elif word == TAKEN:
                child.waiting.popleft().close()
            elif word == LEAVE:
                self._wants_to_leave(child)

    def _became_ready(self, child: Child) -> None:
        child.is_ready.set()
        self._short_lives = 0
        log.info("process_ready", place=child.place + 1, seconds=round(time.monotonic() - child.began_at, 2))
        self._listen()

    def _wants_to_leave(self, child: Child) -> None:
        """Say that no more connections will come, and see that somebody takes its place."""
        child.is_leaving = True
        with suppress(OSError):
            child.channel.send(DRAINED)
        self._replace(child)

    def _replace(self, child: Child) -> None:
        if not child.has_successor and not self._stopping.is_set():
            child.has_successor = True
            self._soon(self._start_again(child))

    async def _start_again(self, child: Child) -> None:
        if time.monotonic() - child.began_at < SHORT_LIFE:
            self._short_lives += 1
            await asyncio.sleep(min(LONGEST_PAUSE, 2.0 ** (self._short_lives - 1)) if self._short_lives > 1 else 0)
        if not self._stopping.is_set():
            await self._start_child()

    async def _bury(self, child: Child) -> None:
        code = await child.process.wait()
        with suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(child.channel)
        child.channel.close()
        self._children.remove(child)
        self._board.clear(child.place)
        child.is_over.set()
        for connection in child.waiting:
            if not any(self._pass(connection, other) for other in self._by_load()):
                connection.close()
        if self._stopping.is_set() or child.has_successor:
            return
        if not self._is_listening:
            log.error("process_could_not_start", code=code)
            self._code = 1
            self._stopping.set()
            return
        log.warning("process_died", place=child.place + 1, child=child.process.pid, code=code)
        self._replace(child)

    async def _watch_silence(self) -> None:
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for child in list(self._children):
                beat_at = self._board.standing(child.place).beat_at
                allowed = SILENT if child.is_ready.is_set() else READY_WITHIN
                if now - max(child.began_at, beat_at) > allowed:
                    log.error("process_silent", place=child.place + 1, child=child.process.pid)
                    _kill(child)

    # Reload and stop

    async def _reload(self) -> None:
        """Start a successor for each process, and let the old one go once the new one is ready."""
        async with self._reloading:
            for child in [child for child in self._children if child.is_serving]:
                if self._stopping.is_set() or child.is_leaving:
                    continue
                child.has_successor = True
                successor = await self._start_child()
                successor.has_successor = True  # Until it is ready: when it dies before, the old one stays.
                if not await _first(successor.is_ready, successor.is_over):
                    child.has_successor = False
                    log.error("reload_given_up", remedy="the processes that served go on; see the log above")
                    return
                successor.has_successor = False
                await _end(child)
            log.info("reloaded")

    async def _stop(self) -> None:
        self._stopping.set()
        with suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        while self._children:
            await asyncio.gather(*(_end(child) for child in list(self._children)))
        for task in self._tasks:
            task.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._board.descriptor)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _first(good: asyncio.Event, bad: asyncio.Event) -> bool:
    """Wait for either; True if it was the first."""
    waits = [asyncio.ensure_future(event.wait()) for event in (good, bad)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    return good.is_set() and not bad.is_set()


async def _end(child: Child) -> None:
    """SIGTERM, and SIGKILL for whoever has not gone in time."""
    with suppress(ProcessLookupError):
        child.process.terminate()
    try:
        await asyncio.wait_for(child.is_over.wait(), STOPPED_WITHIN)
    except TimeoutError:
        _kill(child)
        await child.is_over.wait()


def _kill(child: Child) -> None:
    with suppress(ProcessLookupError):
        child.process.kill()
