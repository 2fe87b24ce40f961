"""What a visitor waits for while providers edit and customers review, and how often the answer was still in memory."""

import random
import re
import threading
import urllib.request
from typing import Any

import psycopg

from bench.context import Stage
from bench.database import cloned
from bench.figures import at_least, at_most
from bench.http_client import request
from bench.servers import Server, app
from neural_threads.platform.ids import new_id

EDITS_A_MINUTE = 10
VISITS_A_SECOND = 20.0
LISTS = [
    f"/api/designers?{more}"
    for more in (
        *("", "page=2", "page=3", "sortBy=reviews", "sortBy=experience", "maxBudget=25000", "minExperience=10"),
        *(f"niche={niche}" for niche in ("BRIDAL", "ETHNIC", "CASUAL", "FORMAL", "FUSION", "WESTERN")),
        *(
            f"location={place}&niche={niche}"
            for place in ("MG_ROAD", "COMMERCIAL_STREET")
            for niche in ("BRIDAL", "ETHNIC")
        ),
        *(f"language={language}" for language in ("KANNADA", "HINDI", "TAMIL")),
    )
] + ["/api/tailors", "/api/designs", "/api/designs?category=BRIDAL", "/api/reviews"]
PROFILES = 300
"""So many of the best rated are looked at, the first most often."""
SECONDS = 60.0

# Four of ten edits are reviews, three are of an item, two of a profile, one moves a provider to other filters.
CHANGES = (
    *["review"] * 4,
    *["update portfolio_items set description = description || '.' where designer_id = %(id)s"] * 3,
    *["update designers set bio = left(bio || ' New.', 500) where id = %(id)s"] * 2,
    "update designers set years_of_experience = (years_of_experience + 1) %% 40 where id = %(id)s",
)
REVIEW = """
with author as (select id from customers c
                 where not exists (select from reviews r where r.customer_id = c.id and r.designer_id = %(id)s) limit 1),
     written as (insert into reviews (id, customer_id, designer_id, rating) select %(new)s, id, %(id)s, 4 from author)
update designers set rating_sum = rating_sum + 4, review_count = review_count + 1 where id = %(id)s
"""


def run(stage: Stage) -> None:
    """Most answers come from memory, and those that do not are no slower than any."""
    with (
        cloned(stage.here, stage.options.designers, stage.options.messages) as database,
        psycopg.connect(database.url, autocommit=True) as connection,
        app(database.url, stage.here.folder) as server,
    ):
        best = "select id from designers order by rating desc, review_count desc, id"
        ids = [id for (id,) in connection.execute(best).fetchall()]
        stop = threading.Event()
        editing = threading.Thread(target=_edit, args=(connection, ids, stop))
        watch = stage.watching(database, server)
        stage.closed(server, _visits(ids), watch)  # A shop that has been open for a while.
        before = _found(server)
        editing.start()
        seconds = max(SECONDS, stage.options.seconds) if stage.options.seconds > 1 else stage.options.seconds
        visits = stage.open(server, _visits(ids), watch, VISITS_A_SECOND, seconds=seconds)
        row = stage.report.row(f"visitors, {EDITS_A_MINUTE} edits a minute", visits)
        stop.set()
        editing.join()
        after = _found(server)
    hits, misses = (after[place] - before[place] for place in ("memory", "missed"))
    kept = 100 * hits / max(1, hits + misses)
    stage.report.facts |= {"hits": hits, "misses": misses, "postgres": database.version}
    stage.report.promise(
        at_least("answers from memory", 80, kept, " %"),
        at_most("p99", 30, row["p99"], " ms"),
        at_most("errors", 0, row["errors"]),
    )


def _visits(ids: list[str]) -> list[str]:
    """Lists and profiles in turn; some are asked for far more often than others."""
    chance = random.Random(1)

    def path() -> str:
        if chance.random() < 0.5:
            return LISTS[int(len(LISTS) * chance.random() ** 2)]
        return f"/api/designers/{ids[int(min(PROFILES, len(ids)) * chance.random() ** 3)]}"

    return [request("GET", path()) for _ in range(4000)]


def _edit(connection: psycopg.Connection[Any], ids: list[str], stop: threading.Event) -> None:
    """Somebody among the best rated thousand changes something, every few seconds."""
    chance = random.Random(2)
    while not stop.wait(chance.expovariate(EDITS_A_MINUTE / 60)):
        change = chance.choice(CHANGES)
        connection.execute(REVIEW if change == "review" else change, {"id": chance.choice(ids[:1000]), "new": new_id()})


def _found(server: Server) -> dict[str, float]:
    text = urllib.request.urlopen(f"http://{server.address}/metrics").read().decode()
    return {place: float(many) for place, many in re.findall(r'threads_public_answers\{place="(\w+)"\} (\S+)', text)}
