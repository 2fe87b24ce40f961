"""The home page of customers with many orders, chats and items."""

import psycopg

from bench import pgbench
from bench.context import Stage
from bench.database import cloned
from bench.figures import at_most
from bench.http_client import request
from bench.servers import app
from neural_threads.platform.security.tokens import access_token

RATE = 20.0
GUESTS = 300
PAGE = {"accept": "text/html"}

# The busiest customers, each with a session, sixty notifications, twelve alterations, a full shelf and a full wardrobe.
FILL = """
create temporary table guests as
select k.id as customer, k.user_id as "user", 'hs' || k.id as session
  from customers k join chats c on c.customer_id = k.id
 group by k.id order by sum(c.last_seq) desc, k.id limit %(guests)s;

insert into sessions (id, user_id, refresh_hash)
select session, "user", sha256(convert_to(session, 'UTF8')) from guests;

insert into notifications (id, user_id, type, title, message, created_at)
select 'hn' || n || customer, "user", 'ORDER_UPDATE', 'Alteration request', '%%(who)s left you a note.', now() - n * interval '1 hour'
  from guests, generate_series(1, 60) n;

insert into alteration_requests (id, customer_id, tailor_id, description, created_at)
select 'ha' || n || customer, customer, (select id from tailors order by id limit 1), 'Hem', now() - n * interval '3 hours'
  from guests, generate_series(1, 12) n;

insert into saved_designers (customer_id, designer_id)
select customer, d.id from guests, (select id from designers order by id limit 40) d on conflict do nothing;

insert into media (public_id, owner_id, visibility, content_type, width, height, bytes)
select 'hm/' || customer, "user", 'private', 'image/jpeg', 8, 10, 1000 from guests;

insert into wardrobe_items (id, customer_id, image_id, category)
select 'hw' || n || customer, customer, 'hm/' || customer, 'DRESS' from guests, generate_series(1, 80) n;

analyze;
"""


def run(stage: Stage) -> None:
    """p95 <= 25 ms; the page asks PostgreSQL at most four times."""
    options, report = stage.options, stage.report
    with cloned(stage.here, options.designers, options.messages) as database:
        tokens = _guests(database.url)
        with app(database.url, stage.here.folder) as server:
            watch = stage.watching(database, server)
            pages = [request("GET", "/customer", authorization=f"Bearer {token}", **PAGE) for token in tokens]
            seen = report.row(f"open loop, {RATE:.0f}/s", stage.open(server, pages, watch, RATE))
        tries = [
            {"method": "GET", "path": "/customer", "headers": {"authorization": f"Bearer {token}", **PAGE}}
            for token in tokens[:2]
        ]
        asked = pgbench.statements_of(tries, database.url, stage.here.folder)[1]
    own = [statement for statement in asked if "sessions" not in statement["sql"]]
    report.promise(
        at_most("p95", 25, seen["p95"], " ms"),
        at_most("statements beside the session's", 4, len(own)),
        at_most("errors", 0, seen["errors"]),
    )
    report.facts |= {"postgres": database.version}


def _guests(url: str) -> list[str]:
    """Fill their houses; answers an access token for each."""
    with psycopg.connect(url) as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                wants = {"guests": GUESTS} if "%(guests)s" in statement else None
                connection.execute(statement if wants else statement.replace("%%", "%"), wants)
        found = connection.execute('select "user", session from guests').fetchall()
    return [access_token(user, session) for user, session in found]
