"""Search a million designs and the names of their designers: thirty searches from rare to common, each beside pgbench."""

import random
from typing import Any
from urllib.parse import quote, unquote

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned_wall
from bench.figures import at_most
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token, known_values
from bench.servers import app

# From what nobody shows to what nearly everybody does; several are misspelled, as people spell.
DESIGNS = (
    "search=spacesuit",
    "search=chidazo",
    "search=lehnga chidazo",
    "search=chidzzo",
    "search=vrevregho yshi",
    "search=chidazo lehenga&category=BRIDAL",
    "search=sherwani shibori sage hem dina",
    "search=kavia iyer",
    "search=Gurpreet Kaur phulkari",
    "search=ghag&maxPrice=2000",
    "search=lungi gown",
    "search=aubergne achkan",
    "search=ಖಾದಿ",
    "search=ರೇಷ್ಮೆ lehenga zari",
    "search=kasuti&category=WESTERN&minPrice=50000",
    "search=palazo&language=TAMIL",
    "search=turquoise velvet&maxPrice=1500",
    "search=leh",
    "search=sari",
    "search=b",
    "search=lehnga",
    "search=red silk lehenga with zari border",
    "search=bridal lehenga&minPrice=20000&maxPrice=40000",
    "search=lehenga",
    "search=with",
)
DESIGNERS = ("search=kavya", "search=kavia", "search=Iyer", "search=ra", "search=nobodyatall")
A_SECOND = 20.0
ROUNDS = 3


def run(stage: Stage) -> None:
    """95 of 100 answers within 30 ms at 20 a second; then each wish alone, and what pgbench makes of its statements."""
    options, report = stage.options, stage.report
    with cloned_wall(stage.here, options.designers, options.designs) as database:
        seats = all_seats()
        with app(database.url, stage.here.folder) as server:
            watch = stage.watching(database, server)
            # Each is asked twice before: the database was copied just now, and nothing of it is in PostgreSQL's memory.
            once = len(_paths()) / A_SECOND
            every = stage.open(server, _requests(_mixed(), seats), watch, A_SECOND, warm=2 * once, seconds=8 * once)
            mixed = report.row("all thirty, steady", every)
            alone = {
                path: report.row(_said(path), stage.closed(server, _requests([path], seats), watch, lines=1))
                for path in _paths()
            }
        for path, limit in _limits(stage, database, seats).items():
            report.row(f"pgbench: {_said(path)}", limit)
    report.promise(
        at_most("search, all thirty: p95", 30, mixed["p95"], " ms"),
        at_most("errors", 0, mixed["errors"] + sum(row["errors"] for row in alone.values())),
    )
    slowest = max(alone, key=lambda path: alone[path]["p95"])
    report.facts |= {"slowest_alone": {_said(slowest): alone[slowest]["p95"]}}
    report.facts |= {"postgres": database.version, "designs": options.designs, "designers": options.designers}


def _paths() -> list[str]:
    found = [f"/api/designs?{wish}" for wish in DESIGNS] + [f"/api/designers?{wish}" for wish in DESIGNERS]
    return [quote(path, safe="/?&=") for path in found]


def _mixed() -> list[str]:
    """Each once in every round, well mixed and the same each time."""
    order = random.Random(1)
    return [path for _ in range(20) for path in order.sample(_paths(), len(_paths()))]


def _said(path: str) -> str:
    return unquote(path).removeprefix("/api/").replace("?search=", ": ")[:60]


def _requests(paths: list[str], seats: list[Seat]) -> list[str]:
    """These in turn, asked by as many customers as there are: nobody is remembered from a moment ago."""
    count = max(len(paths), len(seats))
    return [
        request("GET", paths[i % len(paths)], authorization=f"Bearer {customer_token(seats[i % len(seats)])}")
        for i in range(count)
    ]


def _limits(stage: Stage, database: Database, seats: list[Seat]) -> dict[str, dict[str, Any]]:
    """Return what each wish asks of PostgreSQL, with the look-up of the session, as pgbench runs it on one connection."""
    somebody, tries = iter(seats), list[dict[str, Any]]()
    for path in _paths():
        for _ in range(ROUNDS):  # the first counts designers, which is then remembered
            token = customer_token(next(somebody))
            tries.append({"method": "GET", "path": path, "headers": {"authorization": f"Bearer {token}"}})
    recorded = pgbench.statements_of(tries, database.url, stage.here.folder)
    known, variables = known_values(seats[: len(tries)]), [rf"\set n random(1, {len(seats)})"]
    watch, found = stage.watching(database), dict[str, dict[str, Any]]()
    for number, path in enumerate(_paths()):
        once, again = recorded[number * ROUNDS + 1], recorded[number * ROUNDS + 2]
        text = pgbench.script(once, again, known, variables)
        found[path] = pgbench.limit(database.url, [text], min(stage.options.seconds, 2), watch, 1)
    return found
