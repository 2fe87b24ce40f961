"""The cost of open sockets: idle, during a restart of the server, and when clients do not read."""

import asyncio
import json
import time
from pathlib import Path

from bench.context import Stage
from bench.database import cloned
from bench.figures import at_most
from bench.processes import MB, resident
from bench.reconnect_storm import Return, restarted
from bench.seed_users import Seat, all_seats, customer_token, provider_token
from bench.server_process import victim
from bench.servers import HOST, app, generator
from bench.slow_clients import EACH, Stuck, stuck_at

DEAF = 100
FIRST = 50
"""Sockets that come and go before anything is counted: what is made once is not what one more costs."""
SETTLING = 3.0


def run(stage: Stage) -> None:
    """At most 50 KB of memory for each of a thousand idle sockets; all back in 15 s; at most 1 MiB for one that reads nothing."""
    report, idle = stage.report, stage.options.idle
    seats = all_seats()
    tokens = [customer_token(seat) for seat in seats] + [provider_token(seat) for seat in seats]
    size = stage.options.designers, stage.options.messages
    with cloned(stage.here, *size) as database, app(database.url, stage.here.folder) as server:
        at_start = resident(server.pid)
        _held(server.port, server.pid, tokens[:FIRST])
        before = resident(server.pid)
        opened, during = _held(server.port, server.pid, tokens[:idle])
        after = resident(server.pid)
    with cloned(stage.here, *size) as database:
        came, stuck = asyncio.run(_hurt(database.url, stage.here.folder, seats[:idle]))
    each = (during - before) * MB / 1024 / max(1, opened["connected"])
    print(
        f"\nserver: {at_start} MB at start, {before} MB before, {during} MB with {opened['connected']} sockets, {after} MB after"
    )
    report.facts |= {
        "rss_mb": {"at_start": at_start, "before": before, "with_sockets": during, "after": after},
        "restart": came._asdict(),
        "stuck": stuck._asdict(),
        "connected": opened["connected"],
        "connecting_seconds": opened["seconds"],
    }
    report.promise(
        at_most(f"memory per idle socket ({opened['connected']} sockets)", 50, each, " KB"),
        at_most(f"restart under {came.sockets} sockets: all back with everything", 15, came.until_all, " s"),
        at_most("restart: sockets that missed something", 0, came.missing),
        at_most("restart: errors", 0, came.errors),
        at_most(f"memory for each of {stuck.clients} sockets that read nothing", 1024, stuck.each_kb, " KB"),
        at_most("the last of them is cut after", 30, stuck.cut_after, " s"),
        at_most(
            "slower than when they read, sends by the others: p99",
            20,
            100 * (stuck.p99_ms / stuck.p99_reading_ms - 1),
            " %",
        ),
        at_most("events that their partners did not hear meanwhile", 0, stuck.said - stuck.heard),
        at_most("sockets that could not connect", 0, min(idle, len(tokens)) - opened["connected"]),
    )


async def _hurt(url: str, folder: Path, seats: list[Seat]) -> tuple[Return, Stuck]:
    """A restart under a socket of each of these seats, and clients that read nothing."""
    async with victim(folder, DATABASE_URL=url) as server:
        return await restarted(server, seats), await stuck_at(server, seats[: DEAF // EACH])


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
