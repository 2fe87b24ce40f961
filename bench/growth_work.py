"""The requests of the growth scenario: every list, and sending a message, each by a user who may."""

import json
import random
from typing import Any, NamedTuple

import psycopg

from neural_threads.platform.security.tokens import access_token

from .generate import ANY_ID
from .http_client import request

GUESTS = 500

# People of chats from all over the table, with a session, and with things of their own. In a multiplied world they are copies
# of those in the small one, each another copy, so that both ask about makers and chats of the same size.
_FILL = """
create temporary table guests as
select *, row_number() over (order by md5(origin)) as n
  from (select distinct on (left(c.id, 25)) left(c.id, 25) as origin, c.id as chat, k.id as customer, k.user_id as "user",
               d.id as designer, d.user_id as maker, c.last_seq
          from chats c join customers k on k.id = c.customer_id join designers d on d.id = c.designer_id
         where c.last_seq >= 20 order by left(c.id, 25), md5(c.id)) c
 order by n limit %(guests)s;

insert into sessions (id, user_id, refresh_hash)
select 'gs' || who, who, sha256(convert_to('gs' || who, 'UTF8'))
  from (select "user" from guests union select maker from guests) people (who);

insert into notifications (id, user_id, type, title, message, created_at)
select 'gn' || n || '-' || i, "user", 'ORDER_UPDATE', 'Alteration request', '%%(who)s left you a note.', now() - i * interval '1 hour'
  from guests, generate_series(1, 40) i;

insert into alteration_requests (id, customer_id, tailor_id, description, created_at)
select 'ga' || n || '-' || i, customer, (select id from tailors order by id limit 1), 'Hem', now() - i * interval '3 hours'
  from guests, generate_series(1, 12) i;

insert into design_requests (id, customer_id, designer_id, description, created_at)
select 'gd' || n || '-' || i, customer, designer, 'A blouse', now() - i * interval '5 hours'
  from guests, generate_series(1, 12) i;

insert into saved_designers (customer_id, designer_id)
select customer, d.id from guests, (select id from designers order by md5(id) limit 30) d on conflict do nothing;

insert into wardrobe_items (id, customer_id, image_id, category)
select 'gw' || n || '-' || i, customer, (select min(public_id) from media), 'DRESS' from guests, generate_series(1, 20) i;

analyze sessions, wardrobe_items, notifications, alteration_requests, design_requests, saved_designers
"""
_FEW = """
select (select count(*) from designers), (select count(*) from tailors), (select count(*) from portfolio_items),
       (select count(*) from reviews), (select count(*) from chats), (select count(*) from messages)
"""
DESIGNERS = [f"sortBy={by}&page={page}{more}" for by in ("rating", "experience", "reviews") for page in (1, 3, 12)
             for more in ("", "&location=MG_ROAD", "&niche=BRIDAL")]  # fmt: skip
NAMES = ("search=kavya", "search=kavia", "search=ra", "search=Iyer", "search=q", "search=nobodyatall")
DESIGNS = (
    "",
    "category=BRIDAL",
    "search=lehnga",
    "search=made to measure",
    "category=CASUAL&maxPrice=3000",
    "minPrice=40000",
)
TAILORS = ("", "skills=HEMMING", "location=MG_ROAD", "minExperience=35", "search=rao", "maxDistance=2",
           "maxDistance=10&minExperience=38", "page=20")  # fmt: skip
PAGE = {"accept": "text/html"}


class Work(NamedTuple):
    """Requests of one world."""

    requests: dict[str, list[str]]
    tries: dict[str, list[dict[str, Any]]]
    """Some requests of each kind, to be recorded."""
    counts: dict[str, int]


def work_in(url: str, tries: int) -> Work:
    """Make the guests at home in this database, and say what they ask."""
    with psycopg.connect(url, options="-c statement_timeout=0") as connection:
        for statement in _FILL.split(";\n\n"):
            given = {"guests": GUESTS} if "%(guests)s" in statement else None
            connection.execute(statement if given else statement.replace("%%", "%"), given)
        guests = connection.execute('select chat, "user", maker, designer, last_seq from guests order by n').fetchall()
        counted = connection.execute(_FEW).fetchone()
    assert counted is not None
    names = ("designers", "tailors", "items", "reviews", "chats", "messages")
    asked = {kind: [_of(guest, kind, number) for number, guest in enumerate(guests * 4)] for kind in KINDS}
    return Work(
        {kind: [_as_request(one) for one in each] for kind, each in asked.items()},
        {kind: each[:tries] for kind, each in asked.items()},
        dict(zip(names, counted, strict=True)),
    )


def _as_request(one: dict[str, Any]) -> str:
    headers = {name.replace("-", "_"): text for name, text in one["headers"].items() if name != "content-type"}
    return request(one["method"], one["path"], one.get("body", "").encode(), **headers)


KINDS = {
    "designers": lambda guest, n: f"/api/designers?{DESIGNERS[n % len(DESIGNERS)]}",
    "designers by name": lambda guest, n: f"/api/designers?{NAMES[n % len(NAMES)]}",
    "a designer": lambda guest, n: f"/api/designers/{guest[3]}",
    "reviews of a designer": lambda guest, n: f"/api/reviews?designerId={guest[3]}",
    "designs": lambda guest, n: f"/api/designs?{DESIGNS[n % len(DESIGNS)]}".replace(" ", "%20"),
    "nearest tailors": lambda guest, n: f"/api/tailors?{_somewhere(n)}&{TAILORS[n % len(TAILORS)]}",
    "saved designers": lambda guest, n: "/api/designers?saved=true",
    "chats": lambda guest, n: "/api/chat?limit=20",
    "newest messages": lambda guest, n: f"/api/chat/messages?chatId={guest[0]}&limit=20",
    "messages after": lambda guest, n: f"/api/chat/messages?chatId={guest[0]}&after={guest[4] - 3}",
    "message search": lambda guest, n: f"/api/chat/search?search={('border', 'eleven', 'zebra')[n % 3]}",
    "notifications": lambda guest, n: "/api/notifications",
    "alterations": lambda guest, n: "/api/alterations",
    "design requests": lambda guest, n: "/api/design-requests",
    "home": lambda guest, n: "/customer",
    "chats of a designer": lambda guest, n: "/api/chat?limit=20",
    "home of a designer": lambda guest, n: "/designer",
    "send": lambda guest, n: "/api/chat/messages",
}


def _somewhere(number: int) -> str:
    chance = random.Random(number)
    return f"latitude={chance.gauss(12.979, 0.04):.6f}&longitude={chance.gauss(77.607, 0.04):.6f}"


def _of(guest: tuple[Any, ...], kind: str, number: int) -> dict[str, Any]:
    """One request of this kind by this guest."""
    who = guest[2] if kind.endswith("of a designer") and kind != "reviews of a designer" else guest[1]
    headers = {"authorization": f"Bearer {access_token(who, f'gs{who}')}"} | (PAGE if kind.startswith("home") else {})
    asked: dict[str, Any] = {"method": "GET", "path": KINDS[kind](guest, number), "headers": headers}
    if kind == "send":
        body = {"chatId": guest[0], "content": "Is Saturday fine?", "clientId": ANY_ID.decode()}
        asked |= {"method": "POST", "headers": headers | {"content-type": "application/json"}, "body": json.dumps(body)}
    return asked
