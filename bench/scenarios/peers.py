"""Side by side with peers: the same rows, the same PostgreSQL, the same answers, in turns; and pgbench as the limit."""

from contextlib import ExitStack
from statistics import median
from typing import Any

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned_market
from bench.figures import at_least, at_most, share
from bench.peer_servers import installed, peer_names
from bench.peer_work import Work, chosen, differences, scripts
from bench.seed_users import all_seats
from bench.servers import Server, app

OURS, LIMIT = "ours", "pgbench"
LIMITS = {"THREADS_RATE_LIMITS": "on", "THREADS_LIMITS": "messages=1000000/minute;contacts=100000000/hour"}
"""Limits count, as they do for everybody, but let this much through."""
Rows = dict[str, list[dict[str, Any]]]


def run(stage: Stage) -> None:
    """Not slower than Fastify with postgres.js by CPU; messages at least 30 %, sends 45 % of pgbench; under load at most 200 MB."""
    options = stage.options
    with (
        cloned_market(stage.here, options.designers, options.messages, options.tailors) as database,
        ExitStack() as stack,
    ):
        servers = {OURS: stack.enter_context(app(database.url, stage.here.folder, **LIMITS))}
        for name in peer_names():
            start, why_not = installed(name, stage.here.folder)
            if start:
                servers[name] = stack.enter_context(start(database.url))
            else:
                print(f"{name}: not measured, {why_not}.")
                stage.report.facts[name] = why_not
        medians = {work.name: _measured(stage, database, work, servers) for work in chosen(options.work)}
    memory = max((row["processes"]["server"]["rss_mb"] for row in stage.report.rows if OURS in row["what"]), default=0)
    stage.report.promise(at_most("memory of our process under this load", 200, memory, " MB"))
    stage.report.facts |= {"medians": medians, "postgres": database.version}


def _measured(stage: Stage, database: Database, work: Work, servers: dict[str, Server]) -> dict[str, Any]:
    """Everybody in turn, as often as there are rounds; the medians."""
    differing = differences(work, {name: server.port for name, server in servers.items()})
    for line in differing[:5]:
        print(f"    differs: {line}")
    requests, limit = work.make(all_seats()), scripts(stage, database, work)
    rows: Rows = {name: [] for name in [*servers, LIMIT]}
    for number in range(1, stage.options.rounds + 1):
        for name, server in servers.items():
            watch = stage.watching(database, server)
            measured = stage.closed(server, requests, watch)
            rows[name].append(stage.report.row(f"{work.name}: {name} {number}", measured))
        watch = stage.watching(database)
        measured = pgbench.limit(database.url, limit, stage.options.seconds, watch, stage.options.lines)
        rows[LIMIT].append(stage.report.row(f"{work.name}: {LIMIT} {number}", measured))
    _promise(stage, work, rows)
    errors = sum(row.get("errors", 0) for several in rows.values() for row in several)
    stage.report.promise(at_most(f"{work.name}: differing answers and errors", 0, len(differing) + errors))
    return {name: _median(several) for name, several in rows.items()}


def _median(rows: list[dict[str, Any]]) -> dict[str, float]:
    server = [row["cpu_ms"].get("server", 0.0) for row in rows]
    postgres = [row["cpu_ms"].get("postgres", 0.0) for row in rows]
    return {
        "rate": median(row["rate"] for row in rows),
        "cpu_ms.server": round(median(server), 3),
        "cpu_ms.postgres": round(median(postgres), 3),
        "cpu_ms": round(median(map(sum, zip(server, postgres, strict=True))), 3),
    }


def _promise(stage: Stage, work: Work, rows: Rows) -> None:
    """Turns next to each other met the same machine, so their shares are compared and not their rates."""
    if "fastify" in rows:
        by_cpu = median(_cpu(theirs) / _cpu(ours) for ours, theirs in zip(rows[OURS], rows["fastify"], strict=True))
        by_rate = median(
            ours["rate"] / theirs["rate"] for ours, theirs in zip(rows[OURS], rows["fastify"], strict=True)
        )
        stage.report.promise(at_least(f"{work.name}: of Fastify's, by CPU", 1.0, by_cpu, "x"))
        stage.report.facts.setdefault("rate_by_fastify", {})[work.name] = round(by_rate, 2)
    if work.share_of_limit:
        shares = [share(ours, limit) for ours, limit in zip(rows[OURS], rows[LIMIT], strict=True)]
        measured, by_cpu = (median(column) for column in zip(*shares, strict=True))
        stage.report.promise(at_least(f"{work.name}: of pgbench's rate", work.share_of_limit, measured, " %", by_cpu))


def _cpu(row: dict[str, Any]) -> float:
    """Milliseconds of server and PostgreSQL for each request."""
    return float(row["cpu_ms"].get("server", 0.0)) + float(row["cpu_ms"].get("postgres", 0.0)) or 0.001
