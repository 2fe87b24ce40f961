"""A wardrobe of five thousand items, by every filter: the time of the page, beside pgbench."""

from typing import Any

import psycopg

from bench import pgbench
from bench.context import Stage
from bench.database import Database, cloned
from bench.figures import at_most
from bench.http_client import request
from bench.seed_users import Seat, all_seats, customer_token, known_values
from bench.servers import app

PATH = "/customer/wardrobe"
PAGE = {"accept": "text/html"}
FILTERS = (
    "",
    "category=DRESS",
    "category=SHOES&subcategory=BRIDAL",
    "subcategory=ETHNIC",
    "category=BAG&subcategory=CASUAL",
    "search=saree",
    "search=anokhi",
    "search=piece%204999",
    "search=nothing%20like%20it",
    "search=indigo&category=JACKET",
)
GUESTS = 30
A_SECOND = 20.0
LINES = 2

FILL = """
create temporary table guests as
select id as customer, user_id as "user" from customers where id = any(%(guests)s);

insert into media (public_id, owner_id, visibility, content_type, width, height, bytes)
select 'wm/' || n || customer, "user", 'private', 'image/webp', 8, 10, 1000 from guests, generate_series(0, 9) n;

insert into wardrobe_items (id, customer_id, image_id, category, subcategory, name, color, brand, created_at)
select 'w' || n || customer, customer, 'wm/' || n %% 10 || customer,
       (array['UPPERWEAR', 'BOTTOMWEAR', 'DRESS', 'DRESS', 'DRESS', 'JACKET', 'SHOES', 'BAG', 'ACCESSORIES'])[1 + n %% 9],
       (array['BRIDAL', 'CASUAL', 'FORMAL', 'ETHNIC', 'WESTERN', 'FUSION', null])[1 + n %% 7],
       (array['Saree', 'Kurta', 'Gown', 'Bandi', 'Juttis'])[1 + n %% 5] || ' piece ' || n,
       (array['indigo', 'rani', 'haldi', 'neem'])[1 + n %% 4], (array['Anokhi', null, 'Fabindia'])[1 + n %% 3],
       now() - n * interval '1 minute'
  from guests, generate_series(1, %(pieces)s) n;
"""


def run(stage: Stage) -> None:
    """95 of 100 pages within 30 ms, at 20 a second; pgbench with as many connections says what PostgreSQL needs of it."""
    options, report = stage.options, stage.report
    seats = all_seats()[:GUESTS]
    with cloned(stage.here, options.designers, options.messages) as database:
        _fill(database.url, seats, options.pieces)
        report.row("pgbench: session + page", _limit(stage, database, seats))
        with app(database.url, stage.here.folder) as server:
            watch = stage.watching(database, server)
            steady = report.row("page, steady", stage.open(server, _requests(seats), watch, A_SECOND))
            full = report.row(f"page, {LINES} at once", stage.closed(server, _requests(seats), watch, lines=LINES))
    report.promise(
        at_most(f"{options.pieces:,} pieces, any filter: p95", 30, steady["p95"], " ms"),
        at_most("errors", 0, steady["errors"] + full["errors"]),
    )
    report.facts |= {"postgres": database.version, "pieces": options.pieces}


def _fill(url: str, seats: list[Seat], items: int) -> None:
    with psycopg.connect(url, options="-c statement_timeout=0") as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                wanted = {"guests": [seat.customer for seat in seats], "pieces": items}
                connection.execute(statement, wanted if "%(" in statement or "%%" in statement else None)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum (analyze)")


def _requests(seats: list[Seat]) -> list[str]:
    """Every filter in every wardrobe."""
    tokens = [customer_token(seat) for seat in seats]
    return [
        request("GET", f"{PATH}?{query}", authorization=f"Bearer {token}", **PAGE)
        for query in FILTERS
        for token in tokens
    ]


def _limit(stage: Stage, database: Database, seats: list[Seat]) -> dict[str, Any]:
    """Return what each filter asks of PostgreSQL, with the look-up of the session, as pgbench runs it."""
    tries: list[dict[str, Any]] = []
    somebody = iter(seats)
    for query in FILTERS:
        for seat in (next(somebody), next(somebody)):
            headers = {"authorization": f"Bearer {customer_token(seat)}", **PAGE}
            tries.append({"method": "GET", "path": f"{PATH}?{query}", "headers": headers})
    recorded = pgbench.statements_of(tries, database.url, stage.here.folder)
    known, variables = known_values(seats), [rf"\set n random(1, {len(seats)})"]
    scripts = [
        pgbench.script(once, again, known, variables) for once, again in zip(recorded[::2], recorded[1::2], strict=True)
    ]
    return pgbench.limit(database.url, scripts, stage.options.seconds, stage.watching(database), LINES)
