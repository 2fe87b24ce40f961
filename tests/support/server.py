"""A real server process for tests: started, asked, restarted, killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from neural_threads.platform.db.migrations import ROOT

from .cluster import clean_environment
from .preloaded import ForkedProcess

_READY_WITHIN = 180.0
_STOPPED_WITHIN = 120.0


class Server:
    """`neural-threads serve` (or `realtime`) on a free port, with a database and a data directory of its own.

    `is_forked`: from a process that has imported the program; for tests of what a server does, not of how it starts.
    """

    def __init__(
        self,
        dsn: str,
        data_dir: Path,
        *,
        sockets_only: bool = False,
        draws_demo: bool = False,
        is_forked: bool = False,
        **env: str,
    ) -> None:
        self._sockets_only = sockets_only
        self._draws_demo = draws_demo
        self._is_forked = is_forked
        self.dsn = dsn
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / ("realtime.log" if sockets_only else "server.log")
        # The network costs half a second of CPU for each piece that any test hangs up; its own tests switch it on.
        usual = {"THREADS_RATE_LIMITS": "off", "THREADS_ENV": "development", "THREADS_MASK_MODEL": "off"}
        self._env = usual | {"THREADS_MAP_TILES": "off"} | env
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """True if the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_usual(self) -> bool:
        """True if its keys come from its data directory and its cookies have their plain names."""
        return self._env["THREADS_ENV"] == "development" and "THREADS_SECRET_KEY" not in self._env

    def set(self, name: str, value: str) -> None:
        """One more setting, from the next start on."""
        self._env[name] = value

    async def start(self) -> "Server":
        """Start it and wait until /ready says 200."""
        self._process = self._spawn()
        await self._until_ready()
        return self

    async def stop(self) -> float:
        """End it politely; answers how many seconds it took."""
        began = time.monotonic()
        if self.is_running:
            self.signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self._wait, _STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server ignored SIGTERM for {_STOPPED_WITHIN} s\n{self.log_tail()}") from None
        return time.monotonic() - began

    def kill(self) -> None:
        """kill -9, as the kernel does when memory runs out."""
        if self.is_running:
            self.signal(signal.SIGKILL)
            self._wait(5)

    def signal(self, number: int) -> None:
        """Send a signal to the server's process."""
        os.kill(self.pid, number)

    async def restart(self) -> None:
        """Stop it politely and start it on the same port with the same data."""
        await self.stop()
        await self.start()

    def log_tail(self, lines: int = 40, since: int = 0) -> str:
        """The last lines that the server said."""
        try:
            with self.log.open("rb") as log:
                log.seek(since)
                said = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            said = []
        return "\n".join(said[-lines:])

    @property
    def outbox(self) -> Path:
        """Where its mails lie, as .eml files."""
        return self.data_dir / "outbox"

    def _spawn(self) -> subprocess.Popen[bytes] | ForkedProcess:
        settings = {"DATABASE_URL": self.dsn, "THREADS_DATA_DIR": str(self.data_dir), "PORT": str(self.port)}
        command = (
            ["realtime", "--port", str(self.port)]
            if self._sockets_only
            else ["serve", *(["--demo"] if self._draws_demo else [])]
        )
        if self._sockets_only:
            del settings["PORT"]
        env = clean_environment() | settings | self._env
        if self._is_forked:
            return ForkedProcess(command, env, self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "neural_threads", *command],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _wait(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        answer: Any = "no answer"
        async with http_client(self.url, timeout=10) as client:
            while time.monotonic() < deadline:
                if not self.is_running:
                    break
                try:
                    answer = await client.get("/ready")
                    if answer.status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        ended = "" if self.is_running else " (the process ended)"
        self.kill()
        raise AssertionError(f"the server did not become ready{ended}: {answer}\n{self.log_tail()}")


def http_client(url: str, **options: Any) -> httpx.AsyncClient:
    """An HTTP client of one server of ours. A TLS context, which none of them needs, would take 45 ms to make."""
    return httpx.AsyncClient(base_url=url, **{"verify": False, "trust_env": False, "timeout": 30} | options)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
