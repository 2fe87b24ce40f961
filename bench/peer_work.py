"""What ours and the peers are asked for, side by side, and how their answers are compared.

People, chats, places and names do not repeat within seconds, so that nobody is served from what was remembered.
"""

import asyncio
import json
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote

from . import pgbench
from .context import Stage
from .database import Database
from .generate import ANY_ID
from .http_client import WholeLine, request
from .seed_users import Seat, all_seats, customer_token, known_values, provider_token
from .servers import HOST

COMPARED = 40
"""Requests of each kind of which all answers are compared, field by field."""
WORDS = "The blouse is ready for a first fitting on Thursday, shall I keep the zari border?"
NICHES = ("BRIDAL", "CASUAL", "FORMAL", "ETHNIC", "WESTERN", "FUSION")
SKILLS = ("HEMMING", "STITCHING", "EMBROIDERY", "ZIPPER_REPAIR")
TOWN = (12.979, 77.607)
"""Latitude and longitude of the middle of Bengaluru, as the tailors of the bench lie around it."""


@dataclass(frozen=True)
class Work:
    """One kind of request."""

    name: str
    make: Callable[[list[Seat]], list[str]]
    own: frozenset[str] = frozenset()
    """JSON fields whose values each side makes by itself."""
    share_of_limit: float | None = None
    """Percent of pgbench's rate that are promised."""
    variables: tuple[str, ...] = ()
    """What the pgbench script draws by lot, beside the seat `n`."""
    known: tuple[tuple[str, str], ...] = ()
    """Parameters of the statements → the SQL that takes what was drawn."""


def _messages(seats: list[Seat]) -> list[str]:
    """The newest messages of each seat's chat, as both of them see it."""
    people = [(seat, token(seat)) for token in (customer_token, provider_token) for seat in seats]
    return [_get(f"/api/chat/messages?chatId={seat.chat}&limit=20", token) for seat, token in people]


def _sends(seats: list[Seat]) -> list[str]:
    return [
        request(
            "POST",
            "/api/chat/messages",
            json.dumps({"chatId": seat.chat, "content": WORDS, "clientId": ANY_ID.decode()}).encode(),
            authorization=f"Bearer {customer_token(seat)}",
        )
        for seat in seats
    ]


def _designers(seats: list[Seat]) -> list[str]:
    """Every order, some with filters, on many pages."""
    orders = product(("rating", "experience", "reviews"), ("desc", "asc"))
    filters = ("", "&location=MG_ROAD", "&niche=BRIDAL", "&language=KANNADA&minExperience=10")
    kinds = [f"/api/designers?sortBy={by}&sortOrder={order}{more}" for (by, order), more in product(orders, filters)]
    return _asked(seats, [f"{kind}&page={page}" for kind in kinds for page in range(1, 41)])


def _names(seats: list[Seat]) -> list[str]:
    """First names and the beginnings of last ones: everybody is called so only in part."""
    firsts = ("kavya", "meera", "rohan", "divya", "arjun", "lakshmi", "farhan", "anita", "joseph", "zoya")
    lasts = ("", " rao", " iyer", " k", " s", " re", " pa", " g", " na", " kh")
    names = [first + last for first, last in product(firsts, lasts)]
    return _asked(seats, [f"/api/designers?search={quote(name)}&page={page}" for name in names for page in (1, 2, 3)])


def _near(seats: list[Seat]) -> list[str]:
    """From four thousand places of the town, half of them with a filter."""
    chance = random.Random(2)
    places = [(chance.gauss(TOWN[0], 0.04), chance.gauss(TOWN[1], 0.04)) for _ in range(4_000)]
    wishes = ["", *(f"&skills={skill}" for skill in SKILLS), "", "&location=MG_ROAD", "&minExperience=10"]
    return _asked(
        seats,
        [f"/api/tailors?latitude={y:.5f}&longitude={x:.5f}{chance.choice(wishes)}" for y, x in places],
    )


def _asked(seats: list[Seat], paths: list[str]) -> list[str]:
    """These paths, well mixed and the same each time, each asked by the next customer."""
    random.Random(1).shuffle(paths)
    count = max(len(paths), len(seats))
    return [_get(paths[i % len(paths)], customer_token(seats[i % len(seats)])) for i in range(count)]


def _get(path: str, token: str) -> str:
    return request("GET", path, authorization=f"Bearer {token}")


_PAGE = ((r"\set page random(1, 40)",), (("offset", "((:page - 1) * 12)"),))
COUNTS = frozenset({"total", "totalPages", "totalIsLeast"})
"""Ours says "more than 240" where it would have to count the whole table; the peer counts it at every request."""
WORKS = (
    Work("newest messages of a chat", _messages, frozenset({"nextCursor"}), 30),
    Work("send a message", _sends, frozenset({"id", "createdAt", "seq", "clientId"}), 45),
    Work("list designers, filters", _designers, COUNTS, variables=_PAGE[0], known=_PAGE[1]),
    Work("search designers by name", _names, COUNTS),
    Work(
        "tailors by distance, random places",
        _near,
        COUNTS | {"nextCursor"},
        variables=(r"\set y random(1290000, 1306000)", r"\set x random(7752000, 7769000)"),
        known=(("latitude", "(:y / 100000.0)"), ("longitude", "(:x / 100000.0)")),
    ),
)


def chosen(names: str) -> list[Work]:
    """The kinds whose names begin with one of these words, separated by commas; all of them when there are none."""
    beginnings = tuple(name.strip() for name in names.split(",") if name.strip())
    return [work for work in WORKS if not beginnings or work.name.startswith(beginnings)]


# The limit

KINDS_OF_LIMIT = 8
"""Different requests of a kind whose statements pgbench runs, each as often as the others."""


def scripts(stage: Stage, database: Database, work: Work) -> list[str]:
    """pgbench scripts of what ours asks of PostgreSQL for this kind of work; counting that it remembers is left out."""
    seats = all_seats()
    texts = [text for text in work.make(seats[:1]) if ANY_ID.decode() not in text]
    if not texts or len(set(map(_path, texts))) <= 2:
        pairs = [work.make(seats[:2])[:2]]
    else:
        step = max(1, len(texts) // KINDS_OF_LIMIT)
        pairs = [[text] * 3 for text in texts[::step][:KINDS_OF_LIMIT]]
    somebody = iter(seats)
    tries = [_as_try(text, None if len(pair) == 2 else next(somebody)) for pair in pairs for text in pair]
    found = iter(pgbench.statements_of(tries, database.url, stage.here.folder))
    recorded = [[next(found) for _ in pair] for pair in pairs]
    known = known_values(seats[: len(tries)]) | dict(work.known)
    variables = [rf"\set n random(1, {len(seats)})", *work.variables]
    return [pgbench.script(several[-2], several[-1], known, variables) for several in recorded]


def _path(text: str) -> str:
    return text.split(" ", 2)[1]


def _as_try(text: str, seat: Seat | None) -> dict[str, Any]:
    """A request as recording.py takes it; asked by the customer of this seat, if one is given."""
    head, _, body = text.partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    if seat:
        headers["authorization"] = f"Bearer {customer_token(seat)}"
    fresh = body.replace(ANY_ID.decode(), str(uuid.uuid4()))
    return {"method": lines[0].split()[0], "path": _path(text), "headers": headers, "body": fresh}


# Comparing


def differences(work: Work, ports: dict[str, int]) -> list[str]:
    """Where the answers of these servers differ from those of the first, each said in a line."""
    texts = work.make(all_seats())
    asked = texts[:: max(1, len(texts) // COMPARED)][:COMPARED]
    answers = {name: asyncio.run(_answers(port, asked)) for name, port in ports.items()}
    first, *others = answers
    return [
        f"{other}, {_path(text)}: {difference}"
        for other in others
        for text, one, two in zip(asked, answers[first], answers[other], strict=True)
        for difference in _compared(*_counted_alike(one, two), work.own)
    ]


async def _answers(port: int, texts: Sequence[str]) -> list[tuple[int, Any]]:
    line = await WholeLine.open(HOST, port)
    found = []
    for text in texts:
        raw = text.replace(ANY_ID.decode(), str(uuid.uuid4())).encode("latin-1")
        answer = await line.ask(raw)
        found.append((answer.status, json.loads(answer.text)))
    line.close()
    return found


def _counted_alike(one: tuple[int, Any], other: tuple[int, Any]) -> tuple[tuple[int, Any], tuple[int, Any]]:
    """Both without the total where ours says that there are more than it counted; the peers count them all."""
    (status, ours), (other_status, theirs) = one, other
    if not isinstance(ours, dict) or "totalIsLeast" not in ours or not isinstance(theirs, dict):
        return one, other
    left_out = {"totalIsLeast", *(["pagination"] if ours["totalIsLeast"] else [])}
    ours, theirs = ({key: value for key, value in answer.items() if key not in left_out} for answer in (ours, theirs))
    return (status, ours), (other_status, theirs)


def _compared(one: Any, other: Any, own: frozenset[str], at: str = "") -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if key not in own:
                yield from _compared(one.get(key, "missing"), other.get(key, "missing"), own, f"{at}.{key}")
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _compared(mine, theirs, own, f"{at}[{number}]")
    elif one != other:
        yield f"{at}: {one!r} is {other!r}"
