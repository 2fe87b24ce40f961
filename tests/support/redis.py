"""A Redis of one's own for tests: started, killed, frozen, emptied."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from neural_threads.local.system_packages import find_redis

from .server import free_port


class Redis:
    """Debian's redis-server on a free port, keeping nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> "Redis":
        """Start it and wait until it answers."""
        program = find_redis()
        assert program, "redis-server is missing; bin/setup test installs it"
        options = f"--port {self.port} --bind 127.0.0.1 --save '' --appendonly no --dir {self.folder}"
        self._process = subprocess.Popen(
            [program, *options.replace("''", "").split(), "--loglevel", "warning"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                with redis.Redis.from_url(self.url) as line:
                    line.ping()
                    return self
            except redis.ConnectionError:
                time.sleep(0.02)
        raise AssertionError("Redis did not answer within 4 s")

    def subscribers(self, channel: str) -> int:
        """Return how many processes listen to this channel."""
        with redis.Redis.from_url(self.url) as line:
            return int(line.pubsub_numsub(channel)[0][1])

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, signal.SIGKILL)
            self._process.wait(5)

    def freeze(self) -> None:
        """It lives, and says nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
