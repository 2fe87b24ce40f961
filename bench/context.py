"""What every scenario is given: options, a place for databases, a report, and short ways to measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import pgbench
from .database import Database, Place
from .report import Report
from .servers import HOST, Server, generate


@dataclass(frozen=True)
class Options:
    """How large and how long."""

    seconds: float = 5.0
    warm: float = 1.0
    lines: int = 16
    designers: int = 10_000
    messages: int = 200_000
    tailors: int = 100_000
    pieces: int = 5_000
    designs: int = 1_000_000
    chats: int = 1_000
    sockets: int = 500
    idle: int = 1_000
    rounds: int = 5
    clients: int = 200
    long: int = 100_000
    pollers: int = 1_000
    sends: int = 10_000
    kills: int = 20
    database_kills: int = 10
    seed: int = 0
    requests: int = 50_000
    frames: int = 20_000
    minutes: float = 120.0
    arrivals: float = 0.5
    processes: int = 2
    pictures: int = 240
    situations: str = ""
    work: str = ""
    tests: str = ""
    providers: str = ""
    """Sizes of the catalogue, separated by commas; empty: as the scenario promises."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes asked for."""
        return tuple(int(size) for size in self.providers.split(",") if size)


@dataclass
class Stage:
    """One run of one scenario."""

    options: Options
    here: Place
    report: Report

    def watching(self, database: Database, server: Server | None = None) -> dict[str, int]:
        """Whose CPU and memory are noted."""
        pids = {"server": server.pid if server else None, "postgres": database.postmaster}
        return {name: pid for name, pid in pids.items() if pid}

    def limit(self, database: Database, scripts: Sequence[str]) -> dict[str, Any]:
        """Return what pgbench makes of these scripts."""
        return pgbench.limit(database.url, scripts, self.options.seconds, self.watching(database), self.options.lines)

    def closed(self, server: Server, requests: Sequence[str], watch: dict[str, int], **more: Any) -> dict[str, Any]:
        """A closed loop of these requests."""
        return generate(self._job("closed", server, requests, watch) | more)

    def open(
        self, server: Server, requests: Sequence[str], watch: dict[str, int], rate: float, **more: Any
    ) -> dict[str, Any]:
        """An open loop: `rate` requests a second."""
        return generate(self._job("open", server, requests, watch) | {"rate": rate} | more)

    def _job(self, kind: str, server: Server, requests: Sequence[str], watch: dict[str, int]) -> dict[str, Any]:
        return {
            "kind": kind,
            "host": HOST,
            "port": server.port,
            "lines": self.options.lines,
            "warm": self.options.warm,
            "seconds": self.options.seconds,
            "requests": list(requests),
            "expect": [200, 201],
            "watch": watch,
        }
