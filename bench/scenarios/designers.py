"""Finding designers: signed in (never kept), visitors' uncached and cached answers; beside pgbench and bare HTTP."""

import random
from itertools import product
from typing import Any

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import at_least, at_most, share
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token, known_values
from bench.servers import app, bare

ORDERS = [(by, order) for by in ("rating", "experience", "reviews") for order in ("desc", "asc")]
PLACES = ("", "&location=MG_ROAD", "&location=COMMERCIAL_STREET")
KINDS = [f"/api/designers?sortBy={by}&sortOrder={order}{place}" for (by, order), place in product(ORDERS, PLACES)]
PAGES = 100
"""With 18 kinds these are more answers than the server keeps, so a visitor who reads them in turn never meets a kept one."""
PAGE_SIZE = 12


def run(stage: Stage) -> None:
    """Uncached at least 45 % of pgbench's rate with the same statements; cached at least 4,000 a second."""
    options, report = stage.options, stage.report
    with cloned(stage.here, options.designers, options.messages) as database:
        seats = all_seats()
        scripts = _scripts(stage, database, seats)
        limits = {name: report.row(f"pgbench: {name}", stage.limit(database, some)) for name, some in scripts.items()}
        with app(database.url, stage.here.folder) as server:
            watch = stage.watching(database, server)
            signed_in = report.row("signed in", stage.closed(server, signed_in_requests(seats), watch))
            first = report.row(
                "visitor, first look", stage.closed(server, [request("GET", p) for p in _pages()], watch)
            )
            one = [request("GET", "/api/designers")]
            later = report.row("visitor, later looks (kept answer)", stage.closed(server, one, watch))
        with bare(later["bytes_each"], stage.here.folder) as server:
            least = report.row("bare ASGI, as many bytes", stage.closed(server, one, stage.watching(database, server)))
    uncached, anonymous = share(signed_in, limits["session + list"]), share(first, limits["list"])
    report.promise(
        at_least("uncached list, signed in: of pgbench's rate", 45, uncached[0], " %", uncached[1]),
        at_least("uncached list, visitor: of pgbench's rate", 45, anonymous[0], " %", anonymous[1]),
        at_least("cached list: requests a second", 4000, later["rate"], "", later.get("rate_if_alone")),
        at_most("errors", 0, signed_in["errors"] + first["errors"] + later["errors"]),
    )
    report.facts |= {"postgres": database.version, "cached_share_of_bare": round(later["rate"] / least["rate"], 2)}


def _pages() -> list[str]:
    """Every kind of list, pages 1 to PAGES, well mixed and the same each time."""
    pages = [f"{kind}&page={page}" for kind in KINDS for page in range(1, PAGES + 1)]
    random.Random(1).shuffle(pages)
    return pages


def signed_in_requests(seats: list[Seat]) -> list[str]:
    """The same pages, asked by two thousand customers in turn: nobody is remembered from a moment ago."""
    pages, tokens = _pages(), [customer_token(seat) for seat in seats]
    count = max(len(pages), len(tokens))
    return [
        request("GET", pages[i % len(pages)], authorization=f"Bearer {tokens[i % len(tokens)]}") for i in range(count)
    ]


def _scripts(stage: Stage, database: Database, seats: list[Seat]) -> dict[str, list[str]]:
    """Return what each kind of list asks of PostgreSQL, with and without the look-up of a session."""
    somebody = iter(seats)
    tries: list[dict[str, Any]] = []
    for kind in KINDS:
        # The first of each kind also counts all pages, which is then remembered; the next two show what is usual.
        for page in (1, 2, 3):
            token = customer_token(next(somebody))
            tries.append(
                {"method": "GET", "path": f"{kind}&page={page}", "headers": {"authorization": f"Bearer {token}"}}
            )
    recorded = pgbench.statements_of(tries, database.url, stage.here.folder)
    known = known_values(seats[: len(tries)]) | {"offset": f"((:page - 1) * {PAGE_SIZE})"}
    variables = [rf"\set n random(1, {len(seats)})", rf"\set page random(1, {PAGES})"]
    pairs = [(recorded[i + 1], recorded[i + 2]) for i in range(0, len(recorded), 3)]
    return {
        "session + list": [pgbench.script(once, again, known, variables) for once, again in pairs],
        "list": [pgbench.script(_lists(once), _lists(again), known, variables) for once, again in pairs],
    }


def _lists(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        statement for statement in statements if "designers" in statement["sql"] and "sessions" not in statement["sql"]
    ]
