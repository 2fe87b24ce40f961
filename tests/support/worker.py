"""A real worker process for tests: `neural-threads worker`, started, stopped, killed."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from neural_threads.platform.db.migrations import ROOT

from .cluster import clean_environment
from .server import Server

_KNOWN_WITHIN = 60.0


class Worker(Server):
    """Works the jobs of the database `dsn` in a process of its own."""

    def __init__(self, dsn: str, data_dir: Path, **env: str) -> None:
        super().__init__(dsn, data_dir, **env)
        self.log = data_dir / "worker.log"

    async def start(self) -> "Worker":
        """Start it and wait until it says which jobs it knows."""
        self._process = self._spawn()
        deadline = time.monotonic() + _KNOWN_WITHIN
        while not said(self.log, "jobs_known"):
            assert self.is_running, f"the worker ended\n{self.log_tail()}"
            assert time.monotonic() < deadline, f"the worker says nothing\n{self.log_tail()}"
            await asyncio.sleep(0.05)
        return self

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {"DATABASE_URL": self.dsn, "THREADS_DATA_DIR": str(self.data_dir)}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "neural_threads", "worker"],
                cwd=ROOT,
                env=clean_environment() | settings | self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def said(log: Path, event: str) -> list[dict[str, Any]]:
    """The lines of this event in a process's log."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return [json.loads(line) for line in lines if line.startswith("{") and f'"event": "{event}"' in line]
