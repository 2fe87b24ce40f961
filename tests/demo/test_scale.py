"""A large world is consistent too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neural_threads.demo import scale
from neural_threads.platform.config import Settings
from tests.support.cluster import Ground

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def db(ground: Ground, own_folder: Path) -> Iterator[psycopg.Connection[Any]]:
    url = ground.copy()
    settings = Settings(database_url=url, data_dir=own_folder, media_store=str(ground.demo_media))
    scale(settings, designers=300, messages=4000, tailors=200)
    scale(settings, designers=300, messages=4000, tailors=200)
    with psycopg.connect(url) as connection:
        yield connection
    ground.drop(url)


def test_it_holds_what_was_asked_for_once(db: psycopg.Connection[Any]) -> None:
    counts = "select (select count(*) from designers), (select count(*) from portfolio_items), (select count(*) from messages)"
    assert db.execute(counts).fetchone() == (300, 900, 4000)


def test_seq_has_no_gap_and_chats_know_their_last(db: psycopg.Connection[Any]) -> None:
    wrong = db.execute("""
        select c.id from chats c left join messages m on m.chat_id = c.id
         group by c.id
        having count(m.id) <> c.last_seq or coalesce(max(m.seq), 0) <> c.last_seq or coalesce(min(m.seq), 1) <> 1
    """).fetchall()
    assert wrong == []


def test_ratings_equal_a_recount(db: psycopg.Connection[Any]) -> None:
    wrong = db.execute("""
        select d.id from designers d left join reviews r on r.designer_id = d.id
         group by d.id having d.rating_sum <> coalesce(sum(r.rating), 0) or d.review_count <> count(r.id)
    """).fetchall()
    assert wrong == []


def test_tailors_are_on_the_map_and_their_ratings_equal_a_recount(db: psycopg.Connection[Any]) -> None:
    counts = "select count(*), count(position), (select count(*) from sample_works) from tailors"
    assert db.execute(counts).fetchone() == (200, 200, 600)
    wrong = db.execute("""
        select t.id from tailors t left join reviews r on r.tailor_id = t.id
         group by t.id having t.rating_sum <> coalesce(sum(r.rating), 0) or t.review_count <> count(r.id)
    """).fetchall()
    assert wrong == []


def test_no_message_was_read_by_its_sender(db: psycopg.Connection[Any]) -> None:
    assert db.execute("select count(*) from messages where read_by = sender_id").fetchone() == (0,)
