"""How often the stylist answers well, by intent, language and script, beside three baselines; and how fast it answers.

bench/run stylist --situations FILE takes another set; without it the one in bench/stylist is used.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from bench.context import Stage
from bench.database import Database, cloned, demo_world
from bench.figures import Verdict, at_least, at_most, spread
from bench.seed_users import all_seats
from bench.stylist_catalogue import DemoCatalogue
from bench.stylist_over_http import measure
from bench.stylist_scoring import SET, judge, shares, situations, wardrobes
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.candidates import MarketplaceCatalogue
from neural_threads.features.stylist.shapes import OwnedItem, Profile, Reply, Said, TextSegment, Turn
from neural_threads.platform.db import close_pool, open_pool
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.serialization.encode import encode

NOW = datetime(2026, 11, 28, 12, tzinfo=HOME_ZONE)
ITEMS = 500
GOALS = {"all": 0.80, "English": 0.75, "Indian scripts": 0.75, "romanised or mixed": 0.75}
BASELINE = 0.35
Answerer = Callable[[Turn], Awaitable[Reply]]


def run(stage: Stage) -> None:
    """Print the shares that hold for ours and the baselines, and the times with 500 items and 10,000 designers."""
    path = Path(stage.options.situations) if stage.options.situations else SET / "situations.jsonl"
    rows = situations(path)
    with demo_world(stage.here) as database:
        asyncio.run(_with_pool(database, lambda: _score(stage, rows)))
    with cloned(stage.here, stage.options.designers, stage.options.messages) as database:
        asyncio.run(_with_pool(database, lambda: _time(stage, rows)))
    stage.report.promise(*measure(stage, rows))
    stage.report.facts |= {"situations": len(rows), "set": path.name}


async def _with_pool(database: Database, work: Callable[[], Awaitable[None]]) -> None:
    await open_pool(database.url, size=2)
    try:
        await work()
    finally:
        await close_pool()


def somebody() -> Person:
    """Return the customer of the first seat."""
    seat = all_seats()[0]
    return cast(Person, msgspec.convert({"id": seat.user, "customerId": seat.customer}, _Seat))


class _Seat(msgspec.Struct, rename="camel"):
    """As much of a person as the catalogue asks for."""

    id: str
    customer_id: str


def turn_of(row: dict[str, Any], clothes: dict[str, list[dict[str, Any]]]) -> Turn:
    """Return the turn of a situation."""
    items = clothes[row["wardrobe"]] if row["wardrobe"] else []
    fields = ("category", "subcategory", "name", "color")
    wardrobe = [
        {"id": f"item-{number}"} | {field: item[field] for field in fields} for number, item in enumerate(items)
    ]
    return Turn(
        message=row["text"],
        history=tuple(Said(**each) for each in row["history"]),
        profile=msgspec.convert(row["profile"], Profile, strict=False),
        wardrobe=tuple(msgspec.convert(item, OwnedItem, strict=False) for item in wardrobe),
        now=NOW,
    )


async def _score(stage: Stage, rows: Sequence[dict[str, Any]]) -> None:
    clothes = wardrobes()
    turns = [turn_of(row, clothes) for row in rows]
    catalogue = MarketplaceCatalogue(somebody())
    replies = [await answer(turn, catalogue) for turn in turns]
    rng = random.Random(stage.options.seed)
    answers: dict[str, list[Sequence[Any]]] = {
        "ours": [reply.segments for reply in replies],
        "random": [rng.choice(replies).segments for _ in turns],
        "popularity": [(await answer(_popular(turn), catalogue)).segments for turn in turns],
        "echo": [(TextSegment(text=turn.message),) for turn in turns],
    }
    exists = DemoCatalogue().has
    verdicts: list[Verdict] = []
    for name, listed in answers.items():
        judged = [
            judge(row, msgspec.json.decode(encode(tuple(segments))), exists)
            for row, segments in zip(rows, listed, strict=True)
        ]
        counted = shares(rows, judged)
        yielded = sum(one.yielded for one in judged)
        print(f"\n{name}: {yielded} conditions yielded")
        for key, (share, many) in counted.items() if name == "ours" else list(counted.items())[:1]:
            print(f"  {key:28} {share:6.3f}  of {many}")
        if name == "ours":
            verdicts += [
                at_least(f"{key}: share that holds", goal, counted[key][0])
                for key, goal in GOALS.items()
                if key in counted
            ]
        else:
            verdicts.append(at_most(f"{name}: share that holds", BASELINE, counted["all"][0]))
        stage.report.facts[f"shares of {name}"] = {
            key: [round(share, 3), many] for key, (share, many) in counted.items()
        }
    stage.report.promise(*verdicts)


def _popular(turn: Turn) -> Turn:
    """Return the turn with what most people ask, whatever was asked."""
    return msgspec.structs.replace(turn, message="what should i wear", history=())


async def _time(stage: Stage, rows: Sequence[dict[str, Any]]) -> None:
    """Time whole answers, one after the other, after the first."""
    clothes = wardrobes()
    many = [item for listed in clothes.values() for item in listed]
    wide = {"wide": [many[number % len(many)] for number in range(ITEMS)]}
    catalogue = MarketplaceCatalogue(somebody())
    turns = [turn_of(row | {"wardrobe": "wide"}, wide) for row in rows]
    seconds = []
    began = time.perf_counter()
    await answer(turns[0], catalogue)
    first = time.perf_counter() - began
    for turn in turns:
        began = time.perf_counter()
        await answer(turn, catalogue)
        seconds.append(time.perf_counter() - began)
    figures = spread(seconds)
    print(
        f"\nwhole answers, {ITEMS} items, {stage.options.designers:,} designers: {figures}, the first {first * 1000:.0f} ms"
    )
    stage.report.facts["milliseconds"] = figures | {"first": round(first * 1000, 1)}
    stage.report.promise(at_most("whole answer: p95", 300, figures["p95"], " ms"))
