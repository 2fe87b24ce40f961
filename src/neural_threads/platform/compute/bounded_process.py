"""A child process for heavy or risky work: bounded in memory and time, replaced when it dies, killed at shutdown."""

import asyncio
import atexit
import contextlib
import os
import resource
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog

from neural_threads.platform.errors import Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

MEMORY = 512 * 1024 * 1024  # bytes
IDLE_SECONDS = 5.0
SHUTDOWN_GRACE = 3.0  # seconds
RETRY_AFTER = 5  # seconds
LOOK_EVERY = 0.5  # seconds

_processes: "weakref.WeakSet[BoundedProcess]" = weakref.WeakSet()


class ProcessDied(Exception):
    """The child was killed, crashed, hung or took too long over one call."""


class BoundedProcess:
    """One child process that runs one function at a time. A call during which it dies is the call that is blamed.

    `memory`: bytes of data (RLIMIT_DATA). `cpu_seconds`: CPU for each call (RLIMIT_CPU). `wall_seconds`: time for each
    call. `idle_seconds`: a child that sleeps or is stopped for so long without using any CPU counts as hanging.
    `patience`: seconds that a call waits for its turn. `prepare`: an importable function, called once in a new child.
    """

    def __init__(
        self,
        name: str,
        *,
        memory: int = MEMORY,
        cpu_seconds: int = 5,
        wall_seconds: float = 30.0,
        idle_seconds: float = IDLE_SECONDS,
        patience: float = 20.0,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.memory = memory
        self.cpu_seconds = cpu_seconds
        self.wall_seconds = wall_seconds
        self.idle_seconds = idle_seconds
        self.patience = patience
        self.prepare = prepare
        self._turn = asyncio.Lock()
        self._is_closing = False
        self._was_killed = False
        self._process: BaseProcess | None = None
        self._line: Connection[Any, Any] | None = None
        _processes.add(self)

    @property
    def pid(self) -> int | None:
        """The living child's process id."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call an importable function in the child and return its result.

        Raises what the function raises; ProcessDied when the child does not answer; Unavailable when the turn does not
        come within `patience`, or the server is shutting down.
        """
        await self._take_turn()
        # Shielded: a caller who goes away must not leave an answer in the pipe for the next one.
        return cast(T, await asyncio.shield(asyncio.ensure_future(self._call(function, arguments))))

    def kill(self) -> None:
        """End the child, whatever it is doing. The next call starts a new one."""
        self._was_killed = True
        process, line = self._process, self._line
        if process is not None:
            with contextlib.suppress(ValueError):
                process.kill()  # SIGTERM would wait for ever in a child that SIGSTOP has stopped
                process.join(1)
        if line is not None and not self._turn.locked():
            line.close()
            self._process = self._line = None

    async def close(self, grace: float = SHUTDOWN_GRACE) -> None:
        """Refuse whoever waits, let the call under way finish within `grace` seconds, then kill the child."""
        self._is_closing = True
        try:
            for seconds in (grace, 1):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._turn.acquire()
                    self._turn.release()
                self.kill()
        finally:
            self._is_closing = False

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self.patience):
                await self._turn.acquire()
        except TimeoutError:
            log.warning("bounded_process_busy", name=self.name, waited=self.patience)
            raise Unavailable(retry_after=RETRY_AFTER) from None
        if self._is_closing:
            self._turn.release()
            raise Unavailable(retry_after=RETRY_AFTER)

    async def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            is_good, answer = await self._exchange((function, arguments))
        finally:
            self._turn.release()
        if is_good:
            return answer
        raise answer

    async def _exchange(self, order: Any) -> tuple[bool, Any]:
        self._was_killed = False
        exchange = asyncio.ensure_future(asyncio.to_thread(self._send_and_receive, order))
        reason = await self._watch(exchange)
        try:
            return await exchange
        except (EOFError, OSError):
            reason = reason or "died"
        self._drop()
        log.warning("bounded_process_lost", name=self.name, reason=reason, function=order[0].__name__)
        return False, ProcessDied(f"The process for {self.name} {reason}.")

    async def _watch(self, exchange: "asyncio.Future[Any]") -> str | None:
        """Kill the child when it takes too long or hangs. Return why, or None when it answered or died by itself."""
        began = active_at = time.monotonic()
        activity = None
        while not (await asyncio.wait([exchange], timeout=min(LOOK_EVERY, self.wall_seconds)))[0]:
            now = time.monotonic()
            before, activity = activity, _activity_of(self.pid)
            if activity is None or activity != before:
                active_at = now
            reason = "took too long" if now - began >= self.wall_seconds else None
            if now - active_at >= self.idle_seconds:
                reason = "hung"
            if reason:
                self.kill()
                return reason
        return None

    def _send_and_receive(self, order: Any) -> tuple[bool, Any]:
        line = self._ready_line(order)
        return cast(tuple[bool, Any], line.recv())

    def _ready_line(self, order: Any) -> "Connection[Any, Any]":
        """Return the line to a child that has just taken this order. A child that died between two calls is replaced."""
        if self._line is not None and self.pid is not None:
            with contextlib.suppress(OSError):
                self._line.send(order)
                return self._line
            if self._was_killed:
                raise EOFError
        self._drop()
        context = get_context("spawn")
        line, theirs = context.Pipe()
        limits = (self.memory, self.cpu_seconds, self.prepare)
        process = context.Process(target=_serve, args=(theirs, *limits), name=self.name, daemon=True)
        process.start()
        self._process, self._line = process, line
        theirs.close()
        if self._was_killed:
            raise EOFError
        line.send(order)
        return line

    def _drop(self) -> None:
        process, self._process = self._process, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.join(1)


def memory_of_processes() -> Iterator[tuple[str, int]]:
    """Name and resident memory in bytes of each child that lives, where the system tells it."""
    for process in list(_processes):
        with contextlib.suppress(OSError):
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
            yield process.name, pages * os.sysconf("SC_PAGE_SIZE")


async def close_all(grace: float = SHUTDOWN_GRACE) -> None:
    """Close every bounded process of this server, all at once."""
    await asyncio.gather(*(process.close(grace) for process in list(_processes)))


@atexit.register
def _kill_all() -> None:
    # Before multiprocessing's own farewell, which sends SIGTERM and would wait for ever for a stopped child.
    for process in list(_processes):
        process.kill()


def follow_parent() -> None:
    """Leave Ctrl-C to the parent, and exit within two seconds when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_without, args=(os.getppid(),), daemon=True).start()


def _exit_without(parent: int) -> None:
    # A server that is killed cannot tell us to stop; then we become somebody else's child.
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(0)


def _activity_of(pid: int | None) -> tuple[str, ...] | None:
    """Return CPU ticks and the kind of waiting of a process that sleeps or is stopped; None for any other or unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # proc(5): state is the third field, utime and stime the 14th and 15th
    return (fields[11], fields[12]) if fields[0] in "STt" else None


def _serve(line: "Connection[Any, Any]", memory: int, cpu_seconds: int, prepare: Callable[[], None] | None) -> None:
    """The child: run what is asked, one call after the other, until the line is cut."""
    follow_parent()
    if prepare is not None:
        prepare()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    while True:
        try:
            function, arguments = line.recv()
        except (EOFError, OSError):
            return
        _allow_cpu(cpu_seconds)
        try:
            answer = True, function(*arguments)
        except Exception as error:
            answer = False, _plain(error)
        line.send(answer)


def _plain(error: Exception) -> Exception:
    """An error that the server can read without loading the library it comes from."""
    if type(error).__module__.startswith(("builtins", "neural_threads")):
        error.__traceback__ = error.__cause__ = error.__context__ = None
        return error
    return ValueError(f"{type(error).__name__}: {error}")


def _allow_cpu(seconds: int) -> None:
    """So many more seconds of CPU; the kernel ends whoever takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
