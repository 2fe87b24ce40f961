"""In a wardrobe of five thousand pieces among ninety thousand others a page is read off the index, newest first."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from neural_threads.features.wardrobe.queries import COUNTS, PAGE, _filters
from neural_threads.features.wardrobe.shapes import EVERYTHING
from neural_threads.platform.db import SESSION
from neural_threads.platform.db.keyset_paging import FIRST_PAGE
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

FILL = """
insert into media (public_id, content_type, width, height, bytes) values ('demo/piece', 'image/webp', 960, 1240, 1);
insert into users (id, email, password_hash, role, name)
select 'u' || i, 'u' || i || '@example.com', 'x', 'CUSTOMER', 'Cora' from generate_series(1, 19) i;
insert into customers (id, user_id) select 'k' || i, 'u' || i from generate_series(1, 19) i;
insert into wardrobe_items (id, customer_id, image_id, category, subcategory, name, created_at)
select 'w' || c || 'x' || i, 'k' || c, 'demo/piece', (array['DRESS', 'BAG', 'SHOES'])[1 + i % 3], 'ETHNIC', 'Saree ' || i,
       now() - i * interval '1 second'
  from generate_series(1, 19) c, generate_series(1, 5000) i;
"""


@pytest.fixture(scope="module")
def full(ground: Ground) -> Iterator[psycopg.Connection[Any]]:
    """A database of its own, and the connection settings of the program."""
    url = ground.copy()
    with psycopg.connect(url, autocommit=True, options=SESSION) as connection:
        connection.execute("set statement_timeout = '60s'")
        connection.execute(FILL)
        connection.execute("vacuum analyze")
        yield connection
    ground.drop(url)


def plan(full: psycopg.Connection[Any], sql: str, **params: Any) -> str:
    nothing = _filters(EVERYTHING) | FIRST_PAGE
    values = nothing | {"me": "k7", "limit": 25} | params
    [[found]] = full.execute("explain (format json) " + sql, values, prepare=False).fetchall()
    return str(without_subplans(found[0]["Plan"]))


def without_subplans(node: dict[str, Any]) -> dict[str, Any]:
    """Return what is looked up for each row of the page is not part of finding the page."""
    inner = [each for each in node.get("Plans", []) if each["Parent Relationship"] not in ("SubPlan", "InitPlan")]
    return node | {"Plans": [without_subplans(each) for each in inner]}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"category": ["BAG"], "subcategory": ["ETHNIC"]},
        {"search": "saree"},
        {"cursor_at": 1_900_000_000_000_000, "cursor_id": "w"},
    ],
)
def test_the_newest_are_read_off_their_order(full: psycopg.Connection[Any], more: dict[str, Any]) -> None:
    told = plan(full, PAGE, **more)
    assert "wardrobe_items_customer_id_idx" in told
    assert "Seq Scan" not in told
    assert "'Sort'" not in told


@pytest.mark.parametrize("search", [None, "saree 12"])
def test_chips_count_only_ones_own(full: psycopg.Connection[Any], search: str | None) -> None:
    told = plan(full, COUNTS, search=search)
    assert "Index Only Scan" in told
    assert "wardrobe_items_kinds_idx" in told
