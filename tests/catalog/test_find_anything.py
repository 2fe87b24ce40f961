"""Whatever is asked for, GET /api/designers finds exactly those whom reading everybody would find."""

import math
import random
import unicodedata
from typing import Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalog.conftest import Studio, settle
from tests.support.server import Server

NICHES = ["BRIDAL", "CASUAL", "FORMAL", "ETHNIC", "WESTERN", "FUSION", "SPORTSWEAR"]
LANGUAGES = ["ENGLISH", "HINDI", "KANNADA", "TAMIL", "TELUGU"]
PLACES = ["MG_ROAD", "COMMERCIAL_STREET"]
WORDS = ["Dina", "Zoë", "José", "RAO", "Müller", "100%", "a_b", "back\\slash", "ಕಾವ್ಯಾ", "o'Neil", "Jose\u0301", "x"]


@pytest.fixture(scope="module")
def everybody(desk: psycopg.Connection[Any]) -> list[Studio]:
    """Forty studios of all kinds beside whoever is there already."""
    chance = random.Random(20261122)
    for _ in range(40):
        settle(desk, some_studio(chance))
    rows = desk.execute(
        """select d.id, d.user_id, u.name, d.location, d.years_of_experience, d.design_niches, d.languages,
                  array(select array[budget_min, budget_max] from portfolio_items where designer_id = d.id),
                  d.rating_sum::int, d.review_count
             from designers d join users u on u.id = d.user_id where u.deleted_at is null"""
    ).fetchall()
    return [
        Studio(name, place, years, tuple(niches), tuple(spoken), tuple(map(tuple, items)), total, many, None, id, user)
        for id, user, name, place, years, niches, spoken, items, total, many in rows
    ]


def some_studio(chance: random.Random) -> Studio:
    def price() -> int | None:
        return chance.choice([None, *range(0, 100, 10)])

    pairs = [(price(), price()) for _ in range(chance.randint(0, 4))]
    items = tuple((a, b) if a is None or b is None or a <= b else (b, a) for a, b in pairs)
    reviews = chance.randint(0, 3)
    return Studio(
        name=" ".join(chance.choices(WORDS, k=2)),
        location=chance.choice(PLACES),
        years=chance.randint(0, 6),
        niches=tuple(chance.sample(NICHES, chance.randint(1, 3))),
        languages=tuple(chance.sample(LANGUAGES, chance.randint(1, 2))),
        pieces=items,
        rating_sum=sum(chance.randint(1, 5) for _ in range(reviews)),
        reviews=reviews,
    )


def ranges(least: int, most: int) -> st.SearchStrategy[tuple[int | None, int | None]]:
    ends = st.none() | st.integers(least, most)
    return st.tuples(ends, ends).map(lambda pair: pair if None in pair else (min(pair), max(pair)))  # type: ignore[type-var]


questions = st.fixed_dictionaries(
    {
        "search": st.sampled_from(["", *WORDS, "o", "e r", "OE", "mull", "100%", "%", "_", "\\", "ss", "nobody"]),
        "niche": st.lists(st.sampled_from(NICHES), max_size=3),
        "language": st.lists(st.sampled_from(LANGUAGES), max_size=2),
        "location": st.sampled_from(["", "", *PLACES]),
        "years": ranges(0, 7),
        "budget": ranges(0, 110),
        "sortBy": st.sampled_from(["rating", "experience", "reviews"]),
        "sortOrder": st.sampled_from(["asc", "desc"]),
        "limit": st.sampled_from([1, 3, 12, 50]),
        "page": st.integers(1, 3),
        "commas": st.booleans(),
    }
)


def plain(text: str) -> str:
    """Without case and accents."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(c for c in letters if not "\u0300" <= c <= "\u036f").lower()


def fits(studio: Studio, asked: dict[str, Any]) -> bool:
    (young, old), (least, most) = asked["years"], asked["budget"]
    return (
        plain(asked["search"]) in plain(studio.name)
        and (not asked["niche"] or bool({*asked["niche"]} & {*studio.niches}))
        and (not asked["language"] or bool({*asked["language"]} & {*studio.languages}))
        and asked["location"] in ("", studio.location)
        and (young is None or studio.years >= young)
        and (old is None or studio.years <= old)
        and ((least is None and most is None) or any(touches(item, least, most) for item in studio.pieces))
    )


def touches(item: tuple[Any, Any], least: int | None, most: int | None) -> bool:
    low, high = item
    if low is None and high is None:
        return False
    return (most is None or low is None or low <= most) and (least is None or high is None or high >= least)


def order(asked: dict[str, Any]) -> Any:
    up = 1 if asked["sortOrder"] == "asc" else -1
    first = {"rating": lambda s: s.rating, "experience": lambda s: s.years, "reviews": lambda s: s.reviews}[
        asked["sortBy"]
    ]
    return lambda studio: (up * first(studio), -studio.reviews, studio.id)


def query_of(asked: dict[str, Any]) -> str:
    pairs = [(name, asked[name]) for name in ("search", "location", "sortBy", "sortOrder", "limit", "page")]
    for name in ("niche", "language"):
        pairs += [(name, ",".join(asked[name]))] if asked["commas"] else [(name, value) for value in asked[name]]
    for names, values in (
        (("minExperience", "maxExperience"), asked["years"]),
        (("minBudget", "maxBudget"), asked["budget"]),
    ):
        pairs += [(name, value) for name, value in zip(names, values, strict=True) if value is not None]
    return urlencode(pairs)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions)
def test_the_answer_is_that_of_somebody_who_reads_everything(
    server: Server, everybody: list[Studio], asked: dict[str, Any]
) -> None:
    answer = httpx.get(f"{server.url}/api/designers?{query_of(asked)}", trust_env=False, verify=False).json()
    found = sorted((studio for studio in everybody if fits(studio, asked)), key=order(asked))
    start = (asked["page"] - 1) * asked["limit"]
    assert [designer["id"] for designer in answer["data"]] == [s.id for s in found[start : start + asked["limit"]]]
    assert answer["pagination"]["total"] == len(found)
    assert answer["pagination"]["totalPages"] == math.ceil(len(found) / asked["limit"])
