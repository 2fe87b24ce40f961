"""Search in messages by a user with five hundred chats: in all of them, and in the longest."""

from urllib.parse import urlencode

import psycopg

from bench.context import Stage
from bench.database import cloned
from bench.figures import at_most
from bench.http_client import request
from bench.seed_users import all_seats, customer_token
from bench.servers import app

CHATS = 500
RATE = 5.0
PATH = "/api/chat/search"

# One customer for as many chats as there are designers to chat with.
GATHER = """
update chats set customer_id = %(customer)s
 where id in (select distinct on (designer_id) id from chats where designer_id is not null and last_seq > 0
               order by designer_id, last_seq desc limit %(chats)s)
"""
LONGEST = "select id from chats where customer_id = %(customer)s order by last_seq desc, id limit 1"
OWNED = "select count(*) from messages m join chats c on c.id = m.chat_id where c.customer_id = %(customer)s"
SAID = """
select distinct word from (select content from messages order by id limit 500) m, regexp_split_to_table(lower(content), '\\W+') word
 where length(word) > 2 order by word limit 80
"""
NEVER_SAID = [f"unheard{number}" for number in range(20)]


def run(stage: Stage) -> None:
    """Over all chats p95 <= 250 ms, in one p95 <= 50 ms; words that many messages hold, that few do, and that none does."""
    options, report = stage.options, stage.report
    with cloned(stage.here, options.designers, options.messages) as database:
        seat = all_seats()[0]
        words, longest, owned = _gathered(database.url, seat.customer)
        asked = [{"search": word} for word in words]
        with app(database.url, stage.here.folder) as server:
            watch, token = stage.watching(database, server), f"Bearer {customer_token(seat)}"
            everywhere = [request("GET", f"{PATH}?{urlencode(query)}", authorization=token) for query in asked]
            in_all = report.row(
                f"all chats, {owned} messages, {RATE:.0f}/s", stage.open(server, everywhere, watch, RATE)
            )
            there = [
                request("GET", f"{PATH}?{urlencode(query | {'chatId': longest})}", authorization=token)
                for query in asked
            ]
            in_one = report.row("the longest chat", stage.open(server, there, watch, RATE))
    report.promise(
        at_most("all chats: p95", 250, in_all["p95"], " ms"),
        at_most("one chat: p95", 50, in_one["p95"], " ms"),
        at_most("errors", 0, in_all["errors"] + in_one["errors"]),
    )
    report.facts |= {"postgres": database.version, "messages_of_one": owned}


def _gathered(url: str, customer: str) -> tuple[list[str], str, int]:
    """Words to look for, the longest chat, and how many messages this customer now has."""
    with psycopg.connect(url) as connection:
        connection.execute(GATHER, {"customer": customer, "chats": CHATS})
        words = [word for (word,) in connection.execute(SAID).fetchall()]
        longest = connection.execute(LONGEST, {"customer": customer}).fetchone()
        owned = connection.execute(OWNED, {"customer": customer}).fetchone()
    assert longest is not None
    assert owned is not None
    return words + NEVER_SAID, longest[0], owned[0]
