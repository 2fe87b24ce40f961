"""What the machine bears and how it ages: endurance, growth, the break point, and messages in partitions."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bench.graph import Curve, draw
from bench.multiplying import multiply
from bench.partitioning import PARTITIONS, Naming, partition_messages
from bench.plan_shapes import pages, shapes
from bench.scenarios.breakpoint import bottleneck
from bench.scenarios.soak import Sample, growth
from bench.seed_users import SAID, SEATS, Seat, seat_people, seats_talk
from neural_threads.platform.db.migrations import ROOT
from tests.support.cluster import Ground

SMALL = ["--designers", "150", "--messages", "200", "--tailors", "100", "--seconds", "1", "--warm", "0.3"]


def bench(ground: Ground, folder: Path, scenario: str, *options: str) -> tuple[str, dict]:
    """Return what bench/run printed, and the file that it wrote."""
    argv = [sys.executable, "-m", "bench", scenario, *SMALL, "--into", str(folder), *options]
    env = os.environ | {
        "DATABASE_URL": ground.url,
        "THREADS_DATA_DIR": str(folder),
        "THREADS_MEDIA_STORE": str(ground.demo_media),
    }
    told = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900, check=False)
    assert told.returncode == 0, f"{told.stdout[-3000:]}\n{told.stderr[-3000:]}"
    return told.stdout, json.loads((folder / f"{scenario}.json").read_text())


@pytest.mark.long
def test_people_come_and_go_and_nothing_is_left_open(ground: Ground, tmp_path: Path) -> None:
    _, written = bench(ground, tmp_path, "soak", "--minutes", "0.4", "--arrivals", "0.5")
    visits = written["rows"][-1]
    assert visits["visits"] > 0
    assert visits["errors"] == 0, visits["first_error"]
    assert visits["said"] == visits["heard"] > 0
    kept = {verdict["figure"]: verdict["is_met"] for verdict in written["verdicts"]}
    assert kept["tasks of the event loop, more than before"]
    assert (tmp_path / "soak.svg").read_text().count("<polyline") == 3


@pytest.mark.long
def test_two_worlds_are_compared_by_plans_and_pages(ground: Ground, tmp_path: Path) -> None:
    options = ["--providers", "300,600", "--messages", "2000", "--rounds", "1"]
    _, written = bench(ground, tmp_path, "growth", *options)
    assert written["rows_of"]["600"]["designers"] == 2 * written["rows_of"]["300"]["designers"]
    assert {"send", "chats", "nearest tailors"} <= set(written["pages"]["600"])
    assert all(row["errors"] == 0 for row in written["rows"])


@pytest.mark.long
def test_a_ramp_has_an_end_or_says_so(ground: Ground, tmp_path: Path) -> None:
    _, written = bench(ground, tmp_path, "breakpoint", "--processes", "1")
    [found] = written["break_point"].values()
    assert found["bottleneck"]
    assert written["rows"][0]["requests"] > 0


@pytest.mark.long
def test_chats_are_tried_on_partitions(ground: Ground, tmp_path: Path) -> None:
    options = ["--work", "in chat", "--tests", "tests/chat/test_react.py"]
    _, written = bench(ground, tmp_path, "partitioned", *options)
    assert written["in_chat"]["hold"] > 5
    assert written["in_chat"]["broken"] == {}


@pytest.fixture
def talked(ground: Ground):
    """A database in which every seat has talked."""
    url = ground.copy()
    seat_people(url)
    seats_talk(url)
    yield url
    ground.drop(url)


@pytest.mark.long
@pytest.mark.parametrize("naming", Naming)
def test_partitions_hold_what_was_said_and_each_name_once(talked: str, naming: Naming) -> None:
    partition_messages(talked, naming)
    seat, name = Seat(1), uuid4()
    say = "insert into messages (id, chat_id, seq, client_id, sender_id) values (%s, %s, %s, %s, %s) on conflict do nothing"
    with psycopg.connect(talked) as db:
        counted = db.execute("select count(*), count(distinct tableoid) from messages").fetchone()
        assert counted == (SEATS * SAID, PARTITIONS)
        assert db.execute("select count(*) from message_reactions").fetchone() == (SEATS,)
        first = db.execute(say, ["a", seat.chat, SAID + 1, name, seat.user])
        again = db.execute(say, ["b", seat.chat, SAID + 2, name, seat.user])
        elsewhere = db.execute(say, ["c", Seat(2).chat, SAID + 1, name, seat.user])
        assert (first.rowcount, again.rowcount) == (1, 0)
        assert elsewhere.rowcount == (0 if naming is Naming.EVERYWHERE else 1)
        with pytest.raises(psycopg.errors.InvalidColumnReference), db.transaction():
            db.execute(
                say.replace("on conflict", "on conflict (sender_id, client_id)"), ["d", seat.chat, 99, name, seat.user]
            )
        db.execute("delete from chats where id = %s", [seat.chat])
        assert db.execute("select count(*) from messages where chat_id = %s", [seat.chat]).fetchone() == (0,)


def test_a_world_is_multiplied_with_its_indexes(ground: Ground) -> None:
    url = ground.copy()
    seat_people(url, 20)
    indexes = "select indexname from pg_indexes where schemaname = 'public' order by 1"
    with psycopg.connect(url) as db:
        db.execute(
            "insert into users (id, email, password_hash, role, name) values ('u', 'd@x.in', '', 'DESIGNER', 'Dina')"
        )
        db.execute("insert into designers (id, user_id, location) values ('d', 'u', 'MG_ROAD')")
        db.execute(
            "insert into media (public_id, owner_id, visibility, content_type, width, height, bytes)"
            " values ('d/1', 'u', 'public', 'image/webp', 8, 10, 1000)"
        )
        db.execute(
            "insert into portfolio_items (id, designer_id, image_id, description, category, created_at)"
            " select 'p' || day, 'd', 'd/1', 'Lehenga', 'BRIDAL', now() - day * interval '1 day' from generate_series(1, 3) day"
        )
        before = db.execute(indexes).fetchall()
    multiply(url, 5)
    with psycopg.connect(url) as db:
        assert db.execute("select count(*) from designers where search_name = 'dina'").fetchone() == (5,)
        assert db.execute("select count(distinct email_key) from users where role = 'DESIGNER'").fetchone() == (5,)
        assert db.execute("select sum(many) from catalogue_counts where kind = 'DESIGNER'").fetchone() == (5,)
        assert db.execute(indexes).fetchall() == before
        copies = "select left(id, 2) from portfolio_items where id like 'p_k%' order by ctid"
        assert [id for (id,) in db.execute(copies)] == ["p3"] * 4 + ["p2"] * 4 + ["p1"] * 4, "stored as they were made"
    ground.drop(url)


@pytest.mark.long
def test_a_plan_that_reads_more_is_seen(talked: str) -> None:
    asked = {"sql": "select * from messages where chat_id = %(chat)s and seq > 30", "prepare": True}
    asked |= {"params": {"chat": f"'{Seat(1).chat}'"}}
    with psycopg.connect(talked, autocommit=True) as db:
        db.execute("vacuum analyze messages")
        [with_index], [few] = shapes(talked, [asked]), pages(talked, [[asked]])
        db.execute("alter table messages drop constraint messages_chat_id_seq_key")
        db.execute("drop index messages_unread_idx, messages_chat_time_idx, messages_reaction_seq_idx")
        [without], [many] = shapes(talked, [asked]), pages(talked, [[asked]])
    assert "messages_chat_id_seq_key" in with_index
    assert '"Seq Scan", "messages"' in without
    assert many > 10 * few


def test_a_leak_is_a_slope_and_a_peak_is_none() -> None:
    steady = [Sample(at, 150.0, 40, 12) for at in range(0, 1800, 10)]
    leaking = [one._replace(memory=150 + one.at / 300) for one in steady]
    peak = [one._replace(memory=400.0) if one.at == 900 else one for one in steady]
    assert growth(steady) == growth(peak) == 0
    assert growth(leaking) == pytest.approx(2, abs=0.1)


def test_what_is_used_up_is_named() -> None:
    def spent(server: float, postgres: float, others: float) -> dict:
        return {"server": {"cpu": server}, "postgres": {"cpu": postgres}, "others": {"cpu": others}}

    assert "server process has its core" in bottleneck(spent(97, 60, 5), 1, 0, cores=4)
    assert "4 cores are used up" in bottleneck(spent(60, 280, 5), 1, 0, cores=4)
    assert "3 requests wait" in bottleneck(spent(20, 30, 5), 1, 3, cores=4)


def test_a_curve_is_drawn(tmp_path: Path) -> None:
    draw(tmp_path / "a.svg", "A & B", [Curve("MB", [(0, 100), (30, 150)])])
    text = (tmp_path / "a.svg").read_text()
    assert "A &amp; B" in text
    assert "30 min" in text
