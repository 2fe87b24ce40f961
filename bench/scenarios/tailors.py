"""Finding the nearest tailor by every filter, from positions all over the city, beside pgbench; no position is used twice."""

import random
from typing import Any

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned_town
from bench.figures import at_most
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token, known_values
from bench.servers import app

FILTERS = (
    "",
    "skills=HEMMING",
    "skills=BRIDAL_WORK,EMBROIDERY",
    "location=MG_ROAD",
    "location=COMMERCIAL_STREET&skills=STITCHING",
    "minExperience=10",
    "minExperience=35",
    "minExperience=39&skills=EMBROIDERY&location=COMMERCIAL_STREET",
    "search=rao",
    "search=zoya",
    "search=nobody at all",
    "maxDistance=1",
    "maxDistance=2",
    "maxDistance=2&skills=HEMMING&minExperience=20",
    "maxDistance=5",
    "maxDistance=10",
    "maxDistance=10&minExperience=38",
    "maxDistance=25",
    "maxDistance=100&skills=ZIPPER_REPAIR",
    "page=20",
)
SIZES = (10_000, 100_000)
PLACES = 1000
"""With twenty filters, more requests than a run of a minute sends."""
MIDDLE = (12.979, 77.607)
A_SECOND = 20.0
LINES = 2


def run(stage: Stage) -> None:
    """95 of 100 answers within 30 ms, at 20 a second, and hardly later among ten times as many tailors."""
    report, seats = stage.report, all_seats()
    steady: dict[int, dict[str, Any]] = {}
    errors = 0
    for tailors in stage.options.sizes or SIZES:
        with cloned_town(stage.here, tailors) as database:
            report.row(f"pgbench: session + list, {tailors:,}", _limit(stage, database, seats))
            with app(database.url, stage.here.folder) as server:
                watch = stage.watching(database, server)
                steady[tailors] = report.row(
                    f"steady, {tailors:,}", stage.open(server, _requests(seats, 1), watch, A_SECOND)
                )
                full = report.row(
                    f"{LINES} at once, {tailors:,}", stage.closed(server, _requests(seats, 2), watch, lines=LINES)
                )
            errors += steady[tailors]["errors"] + full["errors"]
            report.facts["postgres"] = database.version
    least, most = min(steady), max(steady)
    report.promise(
        at_most(f"nearest first, any filter, {most:,}: p95", 30, steady[most]["p95"], " ms"),
        at_most(f"p95 from {least:,} to {most:,}: times", 1.5, steady[most]["p95"] / steady[least]["p95"]),
        at_most("errors", 0, errors),
    )


def _paths(seed: int) -> list[str]:
    """Every filter, each time from another place, well mixed and the same in each run."""
    chance = random.Random(seed)
    paths = []
    for _ in range(PLACES):
        for more in chance.sample(FILTERS, len(FILTERS)):
            y, x = (chance.gauss(middle, 0.04) for middle in MIDDLE)
            paths.append(f"/api/tailors?latitude={y:.6f}&longitude={x:.6f}&{more}")
    return paths


def _requests(seats: list[Seat], seed: int) -> list[str]:
    tokens = [customer_token(seat) for seat in seats]
    return [
        request("GET", path.replace(" ", "%20"), authorization=f"Bearer {tokens[i % len(tokens)]}")
        for i, path in enumerate(_paths(seed))
    ]


def _limit(stage: Stage, database: Database, seats: list[Seat]) -> dict[str, Any]:
    """Return what each filter asks of PostgreSQL from random places, with the look-up of the session, as pgbench runs it."""
    tries: list[dict[str, Any]] = []
    somebody = iter(seats)
    y, x = MIDDLE
    for more in FILTERS:
        path = f"/api/tailors?latitude={y}&longitude={x}&{more}".replace(" ", "%20")
        for _ in range(2):
            token = customer_token(next(somebody))
            tries.append({"method": "GET", "path": path, "headers": {"authorization": f"Bearer {token}"}})
    recorded = pgbench.statements_of(tries, database.url, stage.here.folder)
    known = known_values(seats[: len(tries)]) | {
        str(y): f"({y} + :north / 1000000.0)",
        str(x): f"({x} + :east / 1000000.0)",
    }
    variables = [
        rf"\set n random(1, {len(seats)})",
        r"\set north random_gaussian(-120000, 120000, 3)",
        r"\set east random_gaussian(-120000, 120000, 3)",
    ]
    scripts = [
        pgbench.script(once, again, known, variables)
        for once, again in zip(recorded[::2], recorded[1::2], strict=True)
        if [s["sql"] for s in once] == [s["sql"] for s in again]
    ]
    watch = stage.watching(database)
    return pgbench.limit(database.url, scripts, stage.options.seconds, watch, LINES)
