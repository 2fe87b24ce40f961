"""At ten thousand designers every filter in every order takes PostgreSQL at most 15 ms, and comes from an index."""

import math
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest

from neural_threads.features.catalog.counts import FACETS, SCAN, Kind
from neural_threads.features.catalog.designers.queries import (
    COUNT,
    LIST,
    OF_THESE,
    ORDERS,
    PROFILE,
    SCANNED,
    SCANNED_SOON,
    SORTED,
)
from neural_threads.features.catalog.designers.shapes import DesignerSearch, SortBy, SortOrder
from neural_threads.platform.db import SESSION
from neural_threads.platform.serialization.decode import decode_query
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

LIMIT_MS = 15.0
ROUNDS = 8
PATIENCE = 25
EXPLAIN = "explain (analyze, timing off, format json) "

FILL = """
insert into media (public_id, content_type, width, height, bytes) values ('demo/piece', 'image/webp', 960, 1240, 1);
insert into users (id, email, password_hash, role, name)
select 'u' || i, 'u' || i || '@example.com', 'x', 'DESIGNER',
       (array['Dina','Ishaan','Kavya','Meera','Rohan','Sanya','Zoë','José','Priya','Arjun','Lakshmi','Vikram'])[1 + i % 12] || ' ' ||
       (array['Rao','Shetty','Iyer','Gowda','Patil','Nair','Hegde','Müller','Bhat','Kulkarni','Reddy'])[1 + i % 11] || ' ' || i
  from generate_series(1, 10000) i;
insert into designers (id, user_id, bio, location, years_of_experience, design_niches, languages, rating_sum, review_count)
select 'd' || i, 'u' || i, repeat('Cut on the bias, sewn by hand. ', 8),
       (array['MG_ROAD','COMMERCIAL_STREET'])[1 + i % 2], hashint4(i) & 31,
       (array['BRIDAL','CASUAL','FORMAL','ETHNIC','WESTERN','FUSION','SPORTSWEAR'])[1 + i % 6 : 1 + i % 6 + (i / 7) % 2],
       (array['ENGLISH','HINDI','KANNADA','TAMIL','TELUGU'])[1 + i % 4 : 1 + i % 4 + (i / 5) % 2],
       many * 3 + (hashint4(i + 7) & 1023) * many / 512, many
  from (select i, hashint4(i + 3) & 255 as many from generate_series(1, 10000) i) n;
insert into portfolio_items (id, designer_id, image_id, description, budget_min, budget_max, category)
select 'p' || i || '_' || j, 'd' || i, 'demo/piece', 'Lehenga with a zari border', least, least + (hashint4(i - j) & 16383), 'BRIDAL'
  from generate_series(1, 10000) i, generate_series(1, 2) j, lateral (select hashint4(i * 5 + j) & 65535 as least) prices;
insert into users (id, email, password_hash, role, name) values ('cora', 'cora@example.com', 'x', 'CUSTOMER', 'Cora');
insert into customers (id, user_id) values ('cora', 'cora');
insert into saved_designers (customer_id, designer_id) select 'cora', 'd' || i * 97 from generate_series(1, 100) i;
"""

FILTERS = [
    "",
    "search=rao",
    "search=z",
    "search=dina rao 12",
    "search=nobody at all",
    "niche=BRIDAL",
    "niche=BRIDAL,ETHNIC,FUSION",
    "language=KANNADA",
    "location=MG_ROAD",
    "minExperience=10&maxExperience=12",
    "minExperience=31",
    "minBudget=1000&maxBudget=1200",
    "maxBudget=20",
    "minBudget=80000",
    "search=a&niche=BRIDAL&language=TAMIL&location=MG_ROAD&minExperience=5&maxExperience=20&minBudget=5000&maxBudget=9000",
    "page=800",
]


@pytest.fixture(scope="module")
def crowd(ground: Ground) -> Iterator[psycopg.Connection[Any]]:
    """A database of its own with ten thousand designers, and the connection settings of the program."""
    url = ground.copy()
    with psycopg.connect(url, autocommit=True, options=SESSION) as connection:
        connection.execute("set statement_timeout = '60s'")
        connection.execute(FILL)
        connection.execute("vacuum analyze")
        yield connection
    ground.drop(url)


def index_of(by: SortBy, order: SortOrder) -> str:
    """Return the index of an order; those of ratings also hold the names."""
    if by is SortBy.RATING:
        return "designers_rated_names_idx" if order is SortOrder.DESC else "designers_low_rated_names_idx"
    return f"designers_{by}_{order}_idx"


def wanted_by(query: str) -> DesignerSearch:
    return decode_query([tuple(pair.split("=")) for pair in query.split("&") if pair], DesignerSearch)


def plan(crowd: psycopg.Connection[Any], sql: str, **params: Any) -> tuple[float, str]:
    """Milliseconds of planning and running (only the slowest of the rounds takes longer), and the plan.

    A machine busy with other things is slow for everybody; so the rounds are repeated until a set of them is quick.
    """
    best, told = math.inf, ""
    for _ in range(PATIENCE):
        times = []
        for _ in range(ROUNDS):
            [[found]] = crowd.execute(EXPLAIN + sql, params, prepare=False).fetchall()
            times.append(found[0]["Planning Time"] + found[0]["Execution Time"])
            told = str(found[0]["Plan"])
        best = min(best, sorted(times)[-2])
        if best <= LIMIT_MS:
            break
    return best, told


def kept_plan(crowd: psycopg.Connection[Any], sql: str, **params: Any) -> tuple[float, str]:
    """Milliseconds of running by the plan that PostgreSQL keeps for any values, and that plan."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    text = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", sql).replace("%%", "%")
    values = psycopg.ClientCursor(crowd).mogrify(", ".join(["%s"] * len(names)), [params[name] for name in names])
    crowd.execute("set plan_cache_mode = force_generic_plan")
    crowd.execute(f"prepare kept as {text}".encode())
    try:
        best, told = math.inf, ""
        for _ in range(PATIENCE):
            [[found]] = crowd.execute(f"{EXPLAIN} execute kept({values})".encode()).fetchall()
            best, told = min(best, found[0]["Execution Time"]), str(found[0]["Plan"])
            if best <= LIMIT_MS:
                break
        return best, told
    finally:
        crowd.execute("deallocate kept")
        crowd.execute("reset plan_cache_mode")


def parameters(query: str, **more: Any) -> dict[str, Any]:
    wanted = wanted_by(query)
    place = {"limit": wanted.page_size, "offset": (wanted.page - 1) * wanted.page_size}
    return {**wanted.filters, **place, "saved_by": None, "customer": None, **more}


def test_a_name_is_looked_for_in_the_order_of_ratings_by_the_index_alone(crowd: psycopg.Connection[Any]) -> None:
    _, told = plan(crowd, SCANNED[SortBy.RATING, SortOrder.DESC], **parameters("search=nobody at all"))
    assert "designers_rated_names_idx" in told
    assert "'Node Type': 'Index Only Scan', 'Parent Relationship': 'Outer'" in told, told


@pytest.mark.parametrize("query", FILTERS)
def test_every_filter_in_every_order(crowd: psycopg.Connection[Any], query: str) -> None:
    slow = {
        key: ms for key in LIST if (ms := plan(crowd, LIST[key], **parameters(query, customer="cora"))[0]) > LIMIT_MS
    }
    assert not slow
    assert plan(crowd, COUNT, **parameters(query))[0] <= LIMIT_MS


@pytest.mark.parametrize(("by", "order"), list(product(SortBy, SortOrder)))
def test_a_page_is_read_off_the_index_of_its_order(
    crowd: psycopg.Connection[Any], by: SortBy, order: SortOrder
) -> None:
    for query in ("", "niche=BRIDAL", "location=MG_ROAD&language=HINDI"):
        _, told = plan(crowd, LIST[by, order], **parameters(query))
        assert index_of(by, order) in told, f"{query}: {told}"
        assert "Seq Scan" not in told


def test_rare_filters_use_their_own_index(crowd: psycopg.Connection[Any]) -> None:
    for query, index in {
        "search=dina rao 12": "designers_search_name_idx",
        "maxBudget=20": "designers_budgets_idx",
    }.items():
        _, told = plan(crowd, LIST[SortBy.RATING, SortOrder.DESC], **parameters(query))
        assert index in told, told


def test_two_letters_are_read_off_their_index(crowd: psycopg.Connection[Any]) -> None:
    for letters in ("zq", "xu"):
        given = parameters(f"search={letters}", by_letters=True)
        for sql in (COUNT, SORTED[SortBy.RATING, SortOrder.DESC]):
            milliseconds, told = plan(crowd, sql, **given)
            assert "designers_letter_pairs_idx" in told, told
            assert milliseconds <= LIMIT_MS


def test_no_scan_passes_more_than_five_thousand(crowd: psycopg.Connection[Any]) -> None:
    for key, sql in SCANNED.items():
        for query in ("", "search=rao", "search=dina rao 12", "minExperience=31&niche=BRIDAL"):
            _, told = plan(crowd, sql, **parameters(query))
            scan = rf"'Index Name': '{index_of(*key)}'.*?'Actual Rows': (\d+)"
            assert int(re.findall(scan, told)[0]) <= SCAN, told


@pytest.mark.parametrize("query", ["", "search=rao", "niche=BRIDAL&language=KANNADA", "location=MG_ROAD&page=100"])
def test_plans_that_are_kept_do_for_every_filter(crowd: psycopg.Connection[Any], query: str) -> None:
    for (by, order), sql in SCANNED_SOON.items():
        milliseconds, told = kept_plan(crowd, sql, **parameters(query, customer="cora"))
        assert index_of(by, order) in told, told
        assert milliseconds <= LIMIT_MS


def test_plans_of_known_ids_are_kept(crowd: psycopg.Connection[Any]) -> None:
    for many in (1, 240):
        ids = [f"d{i}" for i in range(1, many + 1)]
        for sql in OF_THESE.values():
            milliseconds, told = kept_plan(crowd, sql, **parameters("", customer="cora", ids=ids))
            assert "designers_pkey" in told, told
            assert milliseconds <= LIMIT_MS
    milliseconds, told = kept_plan(crowd, PROFILE, id="d77", customer="cora", knows=True)
    assert "designers_pkey" in told, told
    assert milliseconds <= LIMIT_MS


def test_saved_ones_profiles_and_counts(crowd: psycopg.Connection[Any]) -> None:
    saved = parameters("", saved_by="cora", customer="cora")
    assert plan(crowd, LIST[SortBy.RATING, SortOrder.DESC], **saved)[0] <= LIMIT_MS
    assert plan(crowd, PROFILE, id="d77", customer=None, knows=False)[0] <= LIMIT_MS
    assert plan(crowd, FACETS[Kind.DESIGNER])[0] <= 10 * LIMIT_MS, "counted once per change of the catalogue"


def test_no_order_is_a_case(crowd: psycopg.Connection[Any]) -> None:
    assert all("case" not in order.lower() for order in ORDERS.values())
