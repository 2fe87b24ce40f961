"""One server process against two behind one listening socket: CPU per request, rate, memory, and how evenly the work is spread."""

import re
import time
import urllib.request
from collections import Counter
from statistics import median
from typing import Any

from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import at_least, at_most
from bench.http_client import request
from bench.processes import together
from bench.scenarios.designers import signed_in_requests
from bench.seed_users import all_seats
from bench.servers import Server, app

_COUNT = re.compile(r'^threads_requests_total\{process="(\d+)".*\} (\S+)$', re.MULTILINE)


def run(stage: Stage) -> None:
    """Medians of interleaved turns. On two cores that PostgreSQL and the generator share, two processes can win little."""
    report = stage.report
    rows: dict[tuple[str, int], list[dict[str, Any]]] = {}
    spread: list[float] = []
    memory: dict[int, float] = {}
    with cloned(stage.here, stage.options.designers, stage.options.messages) as database:
        work = {"/health": [request("GET", "/health")], "designers, signed in": signed_in_requests(all_seats())}
        for turn in range(stage.options.rounds):
            for processes in (1, 2) if turn % 2 else (2, 1):
                with app(database.url, stage.here.folder, pinned=False, THREADS_PROCESSES=str(processes)) as server:
                    until_all_serve(server, processes)
                    for what, requests in work.items():
                        row = _turn(stage, database, server, f"{what}, {processes} process(es)", requests)
                        rows.setdefault((what, processes), []).append(row)
                    if processes == 2:
                        spread.append(_unevenness(server))
                    memory[processes] = together(server.pid)
    for what in work:
        one, two = (_medians(rows[what, processes]) for processes in (1, 2))
        report.promise(
            at_most(f"{what}: CPU per request, of one process", 1.1, round(two["cpu"] / one["cpu"], 3)),
            at_least(f"{what}: rate, of one process", 0.95, round(two["rate"] / one["rate"], 3)),
        )
    report.promise(at_most("most work of a process over the least", 1.2, round(max(spread), 3)))
    report.facts |= {"memory_mb": memory, "postgres": database.version}


def _turn(stage: Stage, database: Database, server: Server, what: str, requests: list[str]) -> dict[str, Any]:
    return stage.report.row(what, stage.closed(server, requests, stage.watching(database, server)))


def until_all_serve(server: Server, processes: int) -> None:
    """Wait for all of them: the server answers as soon as one is ready."""
    deadline = time.monotonic() + 60
    while processes > 1 and time.monotonic() < deadline:
        if f'"processes":"{processes} of {processes}"' in _asked(server, "/ready"):
            return
        time.sleep(0.1)


def _asked(server: Server, path: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{server.address}{path}", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def _medians(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {"cpu": median(row["cpu_ms"]["server"] for row in rows), "rate": median(row["rate"] for row in rows)}


def _unevenness(server: Server) -> float:
    """Return the requests of the busier process over those of the other."""
    counts: Counter[str] = Counter()
    for place, value in _COUNT.findall(_asked(server, "/metrics")):
        counts[place] += int(float(value))
    return max(counts.values()) / min(counts.values())
