"""Finding a designer by name, among many: common and rare names, two letters to twenty, misspelled; nothing asked twice."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import psycopg

from bench.context import Stage
from bench.database import cloned_names
from bench.figures import at_most
from bench.http_client import request
from bench.many_names import FIRSTS, LASTS
from bench.seed_users import all_seats, customer_token
from bench.servers import app

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 300
A_SECOND = 20.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def run(stage: Stage) -> None:
    """95 of 100 answers within 30 ms at 20 a second, and hardly later among ten times as many names."""
    report, tokens = stage.report, [customer_token(seat) for seat in all_seats()]
    steady: dict[int, dict[str, Any]] = {}
    errors = 0
    for providers in stage.options.sizes or SIZES:
        with cloned_names(stage.here, providers) as database:
            names = _names(database.url)
            with app(database.url, stage.here.folder) as server:
                watch = stage.watching(database, server)
                paths = _paths(names, KINDS)
                steady[providers] = report.row(
                    f"all kinds, steady, {providers:,}", stage.open(server, _requests(paths, tokens), watch, A_SECOND)
                )
                errors += steady[providers]["errors"]
                for kind, typed in KINDS.items():
                    alone = _requests(_paths(names, {kind: typed}), tokens)
                    row = report.row(
                        f"{kind}, {providers:,}", stage.closed(server, alone, watch, lines=1, seconds=2, warm=0.5)
                    )
                    errors += row["errors"]
            report.facts["postgres"] = database.version
    sizes = sorted(steady)
    report.promise(
        *(at_most(f"name search, {size:,}: p95", 30, steady[size]["p95"], " ms") for size in sizes),
        *(
            at_most(f"p95 from {low:,} to {high:,}: times", 1.5, steady[high]["p95"] / steady[low]["p95"])
            for low, high in pairwise(sizes)
        ),
        at_most("errors", 0, errors),
    )


def _names(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        sample = (
            "select search_name from designers tablesample bernoulli (%s) repeatable (1) where search_name is not null"
        )
        [[many]] = connection.execute("select count(*) from designers").fetchall()
        return [name for (name,) in connection.execute(sample, [min(100, 600_000 / many)]).fetchall()]


def _misspelled(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(word) - 1))
    other = chance.choice(LETTERS)
    return chance.choice(
        [word[:at] + word[at + 1 :], word[:at] + other + word[at + 1 :], word[:at] + other + word[at:]]
    )


def _part(name: str, length: int, chance: random.Random) -> str:
    at = chance.randrange(max(1, len(name) - length))
    return name[at : at + length].strip()


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "a common first name": lambda _, chance: chance.choice(FIRSTS),
    "a common full name": lambda _, chance: f"{chance.choice(FIRSTS)} {chance.choice(LASTS)}",
    "a first name": lambda name, _: name.split()[0],
    "a full name": lambda name, _: name,
    "two letters": lambda name, chance: _part(name, 2, chance),
    "two rare letters": lambda _, chance: chance.choice("qwxzfbgj") + chance.choice("qwxzfbgj"),
    "three letters": lambda name, chance: _part(name, 3, chance),
    "four to twenty letters": lambda name, chance: _part(name, chance.randint(4, 20), chance),
    "a misspelled first name": lambda name, chance: _misspelled(name.split()[0], chance),
    "a misspelled common name": lambda _, chance: _misspelled(chance.choice(FIRSTS), chance),
    "a misspelled full name": _misspelled,
    "nobody": lambda _, chance: "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(9)),
}


def _paths(names: list[str], kinds: dict[str, Callable[[str, random.Random], str]]) -> list[str]:
    chance = random.Random(1)
    searches = [typed(chance.choice(names), chance) for _ in range(ROUNDS) for typed in kinds.values()]
    chance.shuffle(searches)
    return [f"/api/designers?search={quote(search)}" for search in searches]


def _requests(paths: list[str], tokens: list[str]) -> list[str]:
    """These in turn, asked by as many customers as there are."""
    return [
        request("GET", path, authorization=f"Bearer {tokens[i % len(tokens)]}")
        for i, path in enumerate(paths * (1 + len(tokens) // len(paths)))
    ]
