"""At thirty thousand pieces every search reads an index: the newest off their order, the rare ones by word or price."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from neural_threads.features.catalog.designs.queries import BY_PRICE, BY_WORDS, DRESSED, FAR, LOOK, NEWEST, SCAN
from neural_threads.features.search_words.fuzzy import KNOWN
from neural_threads.platform.db import SESSION
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

EXPLAIN = "explain (format json) "

FILL = """
insert into media (public_id, content_type, width, height, bytes) values ('demo/piece', 'image/webp', 960, 1240, 1);
insert into users (id, email, password_hash, role, name)
select 'u' || i, 'u' || i || '@example.com', 'x', 'DESIGNER', 'Kavya Iyer' from generate_series(1, 300) i;
insert into designers (id, user_id, location, years_of_experience, design_niches, languages)
select 'd' || i, 'u' || i, 'MG_ROAD', 5, array['BRIDAL'], array['HINDI'] from generate_series(1, 300) i;
insert into portfolio_items (id, designer_id, image_id, description, budget_min, budget_max, category, created_at)
select 'p' || i, 'd' || 1 + i % 300, 'demo/piece', 'Lehenga with word' || i % 3000, i, i + 500, 'BRIDAL', now() - i * interval '1 second'
  from generate_series(1, 30000) i;
"""


@pytest.fixture(scope="module")
def crowd(ground: Ground) -> Iterator[psycopg.Connection[Any]]:
    """A database of its own, and the connection settings of the program."""
    url = ground.copy()
    with psycopg.connect(url, autocommit=True, options=SESSION) as connection:
        connection.execute("set statement_timeout = '60s'")
        connection.execute(FILL)
        connection.execute("vacuum analyze")
        yield connection
    ground.drop(url)


def plan(crowd: psycopg.Connection[Any], sql: str, **params: Any) -> str:
    """The plan for just these values."""
    nothing = dict.fromkeys(
        ("words", "but", "categories", "min_price", "max_price", "languages", "before_at", "before_id", "customer")
    )
    [[found]] = crowd.execute(EXPLAIN + sql, nothing | {"limit": 21} | params, prepare=False).fetchall()
    return str(found[0]["Plan"])


@pytest.mark.parametrize("more", [{}, {"before_at": "2030-01-01", "before_id": "x"}, {"words": "'lehenga'"}])
@pytest.mark.parametrize(("sql", "scan"), [(NEWEST, FAR), (LOOK, SCAN)], ids=["newest", "look"])
def test_the_newest_are_read_off_their_order(
    crowd: psycopg.Connection[Any], more: dict[str, Any], sql: dict[str, str], scan: int
) -> None:
    told = plan(crowd, sql["all"], scan=scan, **more)
    assert "portfolio_items_created_at_idx" in told
    assert "Seq Scan" not in told


def test_the_newest_of_a_category_are_read_off_its_order(crowd: psycopg.Connection[Any]) -> None:
    told = plan(crowd, NEWEST["of one category"], categories=["BRIDAL"], scan=FAR)
    assert "portfolio_items_category_idx" in told
    assert "Sort" not in told, "who has enough could not stop before the last"
    both = plan(crowd, NEWEST["of two categories"], categories=["BRIDAL", "FORMAL"], scan=FAR)
    assert "portfolio_items_category_idx" in both
    assert "Seq Scan" not in both


@pytest.mark.parametrize("words", [["'word77'"], ["('word77' | 'word78')"], ["'lehenga'", "'word77'"]])
def test_rare_words_have_an_index(crowd: psycopg.Connection[Any], words: list[str]) -> None:
    each = {f"word_{n}": word for n, word in enumerate(words)}
    told = plan(crowd, BY_WORDS[len(words)], **each, max_price=90_000, categories=["BRIDAL"])
    assert "portfolio_items_search_words_idx" in told
    assert "price_idx" not in told, "an index of what is common would be read to its end"
    assert "category_idx" not in told


def test_rare_prices_have_an_index(crowd: psycopg.Connection[Any]) -> None:
    told = plan(crowd, BY_PRICE, max_price=30, words="'lehenga'")
    assert "portfolio_items_price_idx" in told
    assert "search_words_idx" not in told


def test_words_and_cards_come_by_key(crowd: psycopg.Connection[Any]) -> None:
    told = plan(crowd, KNOWN, kind="PIECE", text="wrod77")
    assert "search_words_pkey" in told
    assert "search_words_alike_idx" in told
    assert "Seq Scan" not in plan(crowd, DRESSED, ids=["p1", "p2"])
