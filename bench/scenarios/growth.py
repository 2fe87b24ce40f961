"""A hundred times the providers and fifty times the messages: every list and sending, alternately on both databases, with plans."""

from contextlib import ExitStack
from statistics import median
from typing import Any, NamedTuple

import psycopg

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned_growth
from bench.figures import Verdict, at_most, percentile, said
from bench.growth_work import Work, work_in
from bench.plan_shapes import asking, pages, shapes
from bench.servers import Server, app

SIZES = (10_000, 1_000_000)
NOISE_MS = 2.0
"""What the p95 of one line differs by from turn to turn on a machine that others use; less is no growth."""
TRIES = 24
FEW = 30.0
"""Pages: a request that touches fewer in the small world is compared with these; one level of an index more is no growth."""
SETTINGS = {"THREADS_POSTGRES_PAGE_MEMORY": "4GB"}
"""In both worlds: a quarter of a machine's 16 GB, as PostgreSQL's manual advises (19.4.1)."""
IN_MEMORY = ("users", "customers", "designers", "tailors", "portfolio_items", "sample_works", "chats")
"""What a machine that has run for a day holds in memory, with its indexes: a few gigabytes. Reviews and messages are more than
it has, so of these each world reads what it needs from disk."""
_READ = """
select sum(pg_prewarm(relation, 'buffer'))
  from (select indrelid::regclass from pg_index where indrelid = any(%(tables)s::regclass[])
        union select indexrelid::regclass from pg_index where indrelid = any(%(tables)s::regclass[])) as each (relation)
"""
Turns = dict[tuple[str, int], list[dict[str, Any]]]


def run(stage: Stage) -> None:
    """p95 of the large world at most 1.5 times that of the small one (medians of interleaved turns), and the same plans."""
    options, report = stage.options, stage.report
    small, large = sorted(options.sizes or SIZES)
    turns: Turns = {}
    with ExitStack() as stack:
        databases = {
            size: stack.enter_context(cloned_growth(stage.here, small, options.messages, size // small))
            for size in (small, large)
        }
        work = {size: work_in(database.url, TRIES) for size, database in databases.items()}
        recorded = {size: _recorded(stage, databases[size], work[size]) for size in databases}
        report.facts["pages_read_before"] = {size: _read_into_memory(databases[size].url) for size in databases}
        folders = {size: stage.here.folder / f"growth-{size}" for size in databases}
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        servers = {size: stack.enter_context(app(database.url, folders[size])) for size, database in databases.items()}
        for turn in range(options.rounds):
            for kind in work[small].requests:
                for size in (small, large) if turn % 2 else (large, small):
                    row = _turn(stage, databases[size], servers[size], work[size].requests[kind])
                    turns.setdefault((kind, size), []).append(row)
        report.facts["rows_of"] = {size: work[size].counts for size in work}
        report.facts["postgres"] = databases[small].version
        report.facts["page_memory"] = _page_memory(databases[small].url)
    for kind in work[small].requests:
        _compare(stage, turns, kind, small, large)
    for kind in work[small].requests:
        before, after = (percentile(recorded[size].pages[kind], 0.95) for size in (small, large))
        report.promise(at_most(f"{kind}: pages touched, p95, times", 1.5, round(after / max(before, FEW), 2)))
    report.facts["pages"] = {
        size: {kind: [median(each), percentile(each, 0.95)] for kind, each in recorded[size].pages.items()}
        for size in recorded
    }
    report.facts["other_plans"] = others = _other_plans(recorded[small], recorded[large])
    report.promise(
        at_most("statements whose plan is another", 0, sum(len(found) for found in others.values())),
        at_most("errors", 0, sum(row["errors"] for rows in turns.values() for row in rows)),
    )


def _read_into_memory(url: str) -> int:
    with psycopg.connect(url, autocommit=True, options="-c statement_timeout=0") as connection:
        connection.execute("create extension if not exists pg_prewarm")
        row = connection.execute(_READ, {"tables": list(IN_MEMORY)}).fetchone()
        assert row is not None
        return int(row[0])


def _page_memory(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str(connection.execute("show shared_buffers").fetchall()[0][0])


def _turn(stage: Stage, database: Database, server: Server, requests: list[str]) -> dict[str, Any]:
    seconds = min(stage.options.seconds, 2.0)
    return stage.closed(server, requests, stage.watching(database, server), lines=1, warm=0.3, seconds=seconds)


def _compare(stage: Stage, turns: Turns, kind: str, small: int, large: int) -> None:
    """Two rows, and whether the second is within 1.5 times the first."""
    found = {}
    for size in (small, large):
        rows = turns[kind, size]
        middle = sorted(rows, key=lambda row: row["p95"])[len(rows) // 2]
        cpu = round(median(row.get("cpu_ms", {}).get("postgres", 0.0) for row in rows), 2)
        found[size] = stage.report.row(f"{kind}, {size:,}", middle) | {"postgres_ms": cpu}
        stage.report.rows[-1] |= {"p95_of_turns": [row["p95"] for row in rows], "postgres_ms_median": cpu}
    before, after = (found[size] for size in (small, large))
    factor = after["p95"] / (before["p95"] or 1)
    spent = after["postgres_ms"] / (before["postgres_ms"] or 1)
    stage.report.promise(
        Verdict(
            f"{kind}: p95, times",
            "<= 1.5",
            f"{said(factor)} ({said(before['p95'])} to {said(after['p95'])} ms; PostgreSQL's CPU {said(spent)})",
            factor <= 1.5 or after["p95"] - before["p95"] <= NOISE_MS,
        )
    )


class Recorded(NamedTuple):
    """What PostgreSQL does for each kind of request in one world."""

    plans: dict[str, list[tuple[str, str]]]
    """Kind → statements with their plans' shapes."""
    pages: dict[str, list[int]]
    """Kind → pages touched by each request, in order."""


def _recorded(stage: Stage, database: Database, work: Work) -> Recorded:
    tries = [(kind, one) for kind, several in work.tries.items() for one in several]
    statements = pgbench.statements_of([one for _, one in tries], database.url, stage.here.folder)
    by_kind: dict[str, list[list[dict[str, Any]]]] = {}
    for (kind, _), each in zip(tries, statements, strict=True):
        by_kind.setdefault(kind, []).append(each)
    plans = {}
    for kind, several in by_kind.items():
        once = {one["sql"]: one for each in several for one in asking(each)}
        plans[kind] = list(zip(once, shapes(database.url, list(once.values())), strict=True))
    return Recorded(plans, {kind: sorted(pages(database.url, several)) for kind, several in by_kind.items()})


def _other_plans(small: Recorded, large: Recorded) -> dict[str, list[dict[str, str]]]:
    """Kind → statements that both worlds ask and the large one plans otherwise, with both shapes."""
    other: dict[str, list[dict[str, str]]] = {}
    for kind, plans in small.plans.items():
        there = dict(large.plans[kind])
        for text, shape in plans:
            if there.get(text, shape) != shape:
                other.setdefault(kind, []).append({"sql": text, "small": shape, "large": there[text]})
    return other
