"""A process of its own for images: bounded in memory and time, replaced when it dies, blamed for what it was doing."""

import asyncio
import contextlib
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar, cast

import structlog

from .images import resize

log = structlog.get_logger(__name__)

T = TypeVar("T")

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
WALL_SECONDS = 30.0  # for a child that waits instead of working; a busy machine may take long over five seconds of CPU


class WorkerDied(Exception):
    """The child was killed, crashed or took too long over what it was asked."""


@dataclass
class Worker:
    """One child that does one thing at a time. Whoever asks while it dies knows that it was about their picture."""

    memory: int = MEMORY
    cpu_seconds: int = CPU_SECONDS
    wall_seconds: float = WALL_SECONDS
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _process: BaseProcess | None = None
    _line: "Connection[Any, Any] | None" = None

    async def ask(self, task: Callable[..., T], *arguments: Any) -> T:
        """Call a function of a module in the child. Raises what it raises; WorkerDied when the child does not answer."""
        # Shielded: who asked may go away, but the line must stay in step with the answers.
        return cast(T, await asyncio.shield(asyncio.ensure_future(self._in_turn(task, arguments))))

    def close(self) -> None:
        """Send the child home, whatever it is doing."""
        process, self._process = self._process, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            process.join(1)

    async def _in_turn(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        async with self._turn:
            is_good, answer = await asyncio.to_thread(self._ask, task, arguments)
        if is_good:
            return answer
        raise answer

    def _ask(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        line = self._ready_line((task, arguments))
        try:
            if line.poll(self.wall_seconds):
                return cast(tuple[bool, Any], line.recv())
            reason = "took too long"
        except (EOFError, OSError):
            reason = "died"
        log.warning("picture_worker_lost", reason=reason, task=task.__name__)
        self.close()
        return False, WorkerDied(f"The picture worker {reason}.")

    def _ready_line(self, order: Any) -> "Connection[Any, Any]":
        """The line to a child that has just taken this order. One that died in its sleep is replaced."""
        if self._line is not None and self._process is not None and self._process.is_alive():
            with contextlib.suppress(OSError):
                self._line.send(order)
                return self._line
        self.close()
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.memory, self.cpu_seconds), name="pictures", daemon=True
        )
        self._process.start()
        theirs.close()
        self._line.send(order)
        return self._line


def _serve(line: "Connection[Any, Any]", memory: int, cpu_seconds: int) -> None:
    """The child: what it is asked, one after the other, until the line is cut."""
    os.environ["VIPS_BLOCK_UNTRUSTED"] = "1"  # no loader that libvips itself calls unfit for strangers' files
    resize.prepare()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    while True:
        try:
            task, arguments = line.recv()
        except (EOFError, OSError):
            return
        _allow_cpu(cpu_seconds)
        try:
            answer = True, task(*arguments)
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
