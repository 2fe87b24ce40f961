"""Finding the nearest tailor by every filter, from everywhere in the town: how long one waits, beside pgbench."""

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
PLACES = 200
A_SECOND = 20.0
LINES = 2


def run(stage: Stage) -> None:
    """95 of 100 answers within 30 ms, at 20 a second; pgbench with as many connections says what PostgreSQL needs of it."""
    with cloned_town(stage.here, stage.options.tailors) as database:
        seats = all_seats()
        stage.report.row("pgbench: session + list", _limit(stage, database, seats))
        with app(database.url, stage.here.folder) as server:
            watch = stage.watching(database, server)
            steady = stage.report.row("signed in, steady", stage.open(server, _requests(seats), watch, A_SECOND))
            full = stage.report.row(
                f"signed in, {LINES} at once", stage.closed(server, _requests(seats), watch, lines=LINES)
            )
    stage.report.promise(
        at_most("nearest first, any filter: p95", 30, steady["p95"], " ms"),
        at_most("errors", 0, steady["errors"] + full["errors"]),
    )
    stage.report.facts |= {"postgres": database.version, "tailors": stage.options.tailors}


def _paths() -> list[str]:
    """Every filter from each place, well mixed and the same each time."""
    chance = random.Random(1)
    places = [(chance.gauss(12.979, 0.04), chance.gauss(77.607, 0.04)) for _ in range(PLACES)]
    paths = [f"/api/tailors?latitude={y:.4f}&longitude={x:.4f}&{more}" for y, x in places for more in FILTERS]
    chance.shuffle(paths)
    return paths


def _requests(seats: list[Seat]) -> list[str]:
    tokens = [customer_token(seat) for seat in seats]
    return [
        request("GET", path.replace(" ", "%20"), authorization=f"Bearer {tokens[i % len(tokens)]}")
        for i, path in enumerate(_paths())
    ]


def _limit(stage: Stage, database: Database, seats: list[Seat]) -> dict[str, Any]:
    """Return what each filter asks of PostgreSQL from one place, with the look-up of the session, as pgbench runs it."""
    tries: list[dict[str, Any]] = []
    somebody = iter(seats)
    for more in FILTERS:
        path = f"/api/tailors?latitude=12.9789&longitude=77.6066&{more}".replace(" ", "%20")
        for _ in range(3):  # the first counts, which is then remembered
            token = customer_token(next(somebody))
            tries.append({"method": "GET", "path": path, "headers": {"authorization": f"Bearer {token}"}})
    recorded = pgbench.statements_of(tries, database.url, stage.here.folder)
    known, variables = known_values(seats[: len(tries)]), [rf"\set n random(1, {len(seats)})"]
    pairs = [(recorded[i + 1], recorded[i + 2]) for i in range(0, len(recorded), 3)]
    scripts = [pgbench.script(once, again, known, variables) for once, again in pairs]
    watch = stage.watching(database)
    return pgbench.limit(database.url, scripts, stage.options.seconds, watch, LINES)
