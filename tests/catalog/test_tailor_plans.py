"""At ten thousand tailors the nearest come off the GiST index, and no filter makes the answer slow."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from neural_threads.features.catalog.counts import MOST_COUNTED
from neural_threads.features.catalog.tailors.queries import count_tailors, find_tailors, read_tailors
from neural_threads.features.catalog.tailors.shapes import Spot, TailorSearch
from neural_threads.features.catalog.tailors.statements import (
    COUNT_WITHIN,
    NEAREST,
    NEAREST_NARROWED,
    NEAREST_OF_FEW,
    NEAREST_OF_THESE,
    NEAREST_SOON,
    OF_THESE,
    ORDERS,
    PROFILE,
    SCANNED,
    SCANNED_SOON,
    WIDE,
)
from neural_threads.platform.db import SESSION, Db, configure
from neural_threads.platform.db.prepared_statements import StatementConnection
from neural_threads.platform.serialization.decode import decode_query
from tests.catalog.test_plans import LIMIT_MS, kept_plan, plan
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

FILL = """
insert into users (id, email, password_hash, role, name)
select 't' || i, 't' || i || '@example.com', 'x', 'TAILOR', (array['Tariq','Selvi','Gulab','Zoë'])[1 + i % 4] || ' ' || i
  from generate_series(1, 10000) i;
insert into tailors (id, user_id, location, years_of_experience, skills, rating_sum, review_count, position)
select 't' || i, 't' || i, (array['MG_ROAD','COMMERCIAL_STREET'])[1 + i % 2], hashint4(i) & 31,
       (array['ALTERATIONS','STITCHING','EMBROIDERY','BUTTON_WORK','HEMMING'])[1 + i % 4 : 1 + i % 4 + (i / 7) % 2],
       4 * (i % 30), i % 30, st_setsrid(st_makepoint(77.5 + (hashint4(i) & 65535) / 327680.0, 12.9 + (hashint4(i + 9) & 65535) / 327680.0), 4326)
  from generate_series(1, 10000) i;
insert into media (public_id, content_type, width, height, bytes) values ('demo/work', 'image/webp', 960, 1240, 1);
insert into sample_works (id, tailor_id, image_id) select 'w' || i, 't' || i, 'demo/work' from generate_series(1, 10000) i;
"""
HERE = {"latitude": 12.9756, "longitude": 77.6050}
USUAL = {"knows": True, "limit": 12, "offset": 0, "seen": 12, "unplaced": 0, "passed": 0, "metres": None}


@pytest.fixture(scope="module")
def crowd(ground: Ground) -> Iterator[psycopg.Connection[Any]]:
    """A database of its own with ten thousand tailors, and the connection settings of the program."""
    url = ground.copy()
    with psycopg.connect(url, autocommit=True, options=SESSION) as connection:
        connection.execute("set statement_timeout = '60s'")
        connection.execute(FILL)
        connection.execute("vacuum analyze")
        yield connection
    ground.drop(url)


def parameters(query: str, **more: Any) -> dict[str, Any]:
    wanted = decode_query([tuple(pair.split("=")) for pair in query.split("&") if pair], TailorSearch)
    return {**HERE, **USUAL, **wanted.filters, **more}


@pytest.mark.parametrize(
    ("query", "index"),
    {
        "": "tailors_position_idx",
        "skills=HEMMING": "tailors_position_idx",
        "skills=EMBROIDERY,STITCHING&minExperience=5": "tailors_position_idx",
        "location=COMMERCIAL_STREET": "tailors_position_commercial_street_idx",
    }.items(),
)
def test_the_nearest_are_read_off_the_map(crowd: psycopg.Connection[Any], query: str, index: str) -> None:
    milliseconds, told = plan(crowd, NEAREST, **parameters(query))
    assert index in told, told
    assert "<->" in told
    assert "Seq Scan" not in told
    assert milliseconds <= LIMIT_MS


@pytest.mark.parametrize("query", ["", "skills=HEMMING", "skills=EMBROIDERY,STITCHING&minExperience=5"])
def test_plans_that_are_kept_do_for_every_filter(crowd: psycopg.Connection[Any], query: str) -> None:
    milliseconds, told = kept_plan(crowd, NEAREST_SOON, **parameters(query))
    assert "tailors_position_idx" in told, told
    assert "Seq Scan" not in told
    assert milliseconds <= LIMIT_MS
    for (by, order), sql in SCANNED_SOON.items():
        milliseconds, told = kept_plan(crowd, sql, **parameters(query))
        assert f"tailors_{by}_{order}_idx" in told, told
        assert milliseconds <= LIMIT_MS


NARROWED = ("search=tariq", "search=selvi&minExperience=20", "maxExperience=2&skills=HEMMING", "minExperience=30")


@pytest.mark.parametrize("query", NARROWED)
def test_who_does_not_fit_is_passed_over_in_the_index(crowd: psycopg.Connection[Any], query: str) -> None:
    milliseconds, told = plan(crowd, NEAREST_NARROWED, **parameters(query))
    assert "tailors_narrowed_idx" in told, told
    assert "Seq Scan" not in told
    assert milliseconds <= LIMIT_MS


@pytest.mark.parametrize("query", NARROWED)
def test_the_narrowed_are_those_who_are_met_one_by_one(crowd: psycopg.Connection[Any], query: str) -> None:
    for page in ({"offset": 0, "seen": 12}, {"offset": 24, "seen": 36}, {"metres": 900}):
        near, narrowed = (
            crowd.execute(sql, parameters(query, **page)).fetchall() for sql in (NEAREST, NEAREST_NARROWED)
        )
        assert near == narrowed
        assert near[0][0] is not None


def test_plans_of_known_ids_are_kept(crowd: psycopg.Connection[Any]) -> None:
    ids = [f"t{i}" for i in range(1, 241)]
    for sql in (NEAREST_OF_THESE, *OF_THESE.values()):
        milliseconds, told = kept_plan(crowd, sql, **parameters("", ids=ids))
        assert "tailors_pkey" in told, told
        assert milliseconds <= LIMIT_MS
    milliseconds, told = kept_plan(crowd, PROFILE, id="t77", customer=None, knows=True, **HERE)
    assert "tailors_pkey" in told, told
    assert milliseconds <= LIMIT_MS


def test_who_is_rare_is_found_by_name_and_then_measured(crowd: psycopg.Connection[Any]) -> None:
    milliseconds, told = plan(crowd, NEAREST_OF_FEW, **parameters("search=tariq 123"))
    assert "tailors_search_name_idx" in told, told
    assert milliseconds <= LIMIT_MS


def test_counting_in_a_wide_circle_stops_early(crowd: psycopg.Connection[Any]) -> None:
    milliseconds, told = plan(crowd, COUNT_WITHIN, **parameters("", metres=12_000))
    assert "Seq Scan" not in told
    assert milliseconds <= LIMIT_MS
    [[counted]] = crowd.execute(COUNT_WITHIN, parameters("", metres=12_000)).fetchall()
    assert counted == MOST_COUNTED + 1


async def test_a_wide_circle_has_more_than_a_thousand_of_which_a_thousand_are_shown(
    crowd: psycopg.Connection[Any],
) -> None:
    spot = Spot(**HERE)
    async with await StatementConnection.connect(crowd.info.dsn, autocommit=True, options=SESSION) as connection:
        await configure(connection)
        db = Db(connection)
        for query, is_least in (("maxDistance=12", True), ("maxDistance=1", False)):
            for by in ("distance", "rating", "experience"):
                pairs = [tuple(pair.split("=")) for pair in f"{query}&sortBy={by}&limit=50&page=20".split("&")]
                wanted = decode_query(pairs, TailorSearch)
                tally = await count_tailors(db, wanted, spot)
                found = read_tailors(await find_tailors(db, wanted, spot, tally, knows=False))
                assert tally.is_least is is_least
                assert len(found) == (50 if is_least else 0)
                assert tally.total == MOST_COUNTED if is_least else 0 < tally.total < MOST_COUNTED
                assert all(tailor.distance is not None and tailor.distance <= 12 for tailor in found)


def test_every_other_order_is_read_off_its_index(crowd: psycopg.Connection[Any]) -> None:
    for by, order in ORDERS:
        for sql, more in ((SCANNED, {}), (WIDE, {"metres": 8000})):
            milliseconds, told = plan(crowd, sql[by, order], **parameters("", **more))
            assert f"tailors_{by}_{order}_idx" in told, told
            assert milliseconds <= LIMIT_MS
