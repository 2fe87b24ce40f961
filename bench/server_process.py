"""A server that is there to be stopped, killed and started again."""

import asyncio
import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from neural_threads.platform.config import get_settings

from .servers import HOST, ROOT, SECRET, clean_environment, free_port, until_answering

STARTED_WITHIN = 120.0


class Victim:
    """`neural-threads serve` on one port: started, killed, started again. Without DATABASE_URL it has a private cluster."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.port = free_port()
        self._log = folder / "victim.log"
        self._env = {"THREADS_DATA_DIR": str(folder), "THREADS_SECRET_KEY": SECRET, "THREADS_RATE_LIMITS": "off"} | env
        self._process: subprocess.Popen[bytes] | None = None
        self._ready_at = math.inf

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> float:
        """Until it is ready; how many seconds that took."""
        begun = time.monotonic()
        self._ready_at = math.inf
        self._process = self._spawn()
        ready = f"http://{HOST}:{self.port}/ready"
        await asyncio.to_thread(until_answering, ready, self._process, self._log, STARTED_WITHIN)
        self._ready_at = time.monotonic()
        return self._ready_at - begun

    def was_starting(self, seconds: float) -> bool:
        """Return True if it was not ready at some time in the last seconds; connections may wait in its queue meanwhile."""
        return time.monotonic() - self._ready_at < seconds

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "neural_threads", "serve"],
                cwd=ROOT,
                env=clean_environment() | self._env | {"PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def kill(self) -> None:
        """kill -9, as the kernel does when memory runs out."""
        assert self._process is not None
        self._ready_at = math.inf
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """End it politely."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)


@contextlib.asynccontextmanager
async def victim(folder: Path, **env: str) -> AsyncIterator[Victim]:
    """A server that may be killed, running; stopped afterwards."""
    server = Victim(folder, **env)
    await server.start()
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


@contextlib.contextmanager
def signing() -> Iterator[None]:
    """Tokens that are made meanwhile are good at servers of the bench."""
    before = os.environ.get("THREADS_SECRET_KEY")
    os.environ["THREADS_SECRET_KEY"] = SECRET
    get_settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("THREADS_SECRET_KEY")
        if before is not None:
            os.environ["THREADS_SECRET_KEY"] = before
        get_settings.cache_clear()
