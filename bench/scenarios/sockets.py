"""What an open socket costs while nobody says anything."""

import json
import time

from bench.database import cloned
from bench.figures import at_most
from bench.processes import MB, resident
from bench.seats import all_seats, customer_token, maker_token
from bench.servers import HOST, app, generator
from bench.stage import Stage

FIRST = 50
"""Sockets that come and go before anything is counted: what is made once is not what one more costs."""
SETTLING = 3.0


def run(stage: Stage) -> None:
    """At most 50 KB of the server's memory for each of a thousand idle sockets."""
    report, idle = stage.report, stage.options.idle
    seats = all_seats()
    tokens = [customer_token(seat) for seat in seats] + [maker_token(seat) for seat in seats]
    size = stage.options.designers, stage.options.messages
    with cloned(stage.here, *size) as database, app(database.url, stage.here.folder) as server:
        at_start = resident(server.pid)
        _held(server.port, server.pid, tokens[:FIRST])
        before = resident(server.pid)
        opened, during = _held(server.port, server.pid, tokens[:idle])
        after = resident(server.pid)
    each = (during - before) * MB / 1024 / max(1, opened["connected"])
    print(
        f"\nserver: {at_start} MB at start, {before} MB before, {during} MB with {opened['connected']} sockets, {after} MB after"
    )
    report.facts |= {
        "rss_mb": {"at_start": at_start, "before": before, "with_sockets": during, "after": after},
        "connected": opened["connected"],
        "connecting_seconds": opened["seconds"],
    }
    report.promise(
        at_most(f"memory per idle socket ({opened['connected']} sockets)", 50, each, " KB"),
        at_most("sockets that could not connect", 0, min(idle, len(tokens)) - opened["connected"]),
    )


def _held(port: int, pid: int, tokens: list[str]) -> tuple[dict[str, float], float]:
    """Open these sockets, wait for things to settle, measure, close them; what the generator said, and the MB."""
    job = {"kind": "hold", "host": HOST, "port": port, "sockets": tokens, "warm": 0, "seconds": 0}
    with generator(job) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit("The sockets could not be opened; see above.")
        time.sleep(SETTLING)
        memory = resident(pid)
        process.stdin.close()
        process.wait(60)
    time.sleep(1)
    opened: dict[str, float] = json.loads(line)
    return opened, memory
