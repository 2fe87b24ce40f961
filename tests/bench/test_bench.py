"""The bench measures what it says: each scenario for a second, on a small world, with its table and its file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import at_least, at_most, percentile, spread
from bench.pgbench import script
from neural_threads.platform.db.migrations import ROOT
from tests.support.cluster import Ground

# So many designers that each list of the bench has three pages: what lies past the end is not asked of PostgreSQL.
SMALL = [
    "--seconds",
    "1",
    "--warm",
    "0.3",
    "--lines",
    "4",
    "--designers",
    "600",
    "--messages",
    "200",
    "--chats",
    "20",
    "--pieces",
    "40",
    "--designs",
    "2000",
    "--long",
    "300",
    "--pollers",
    "10",
    "--providers",
    "300,400",
]
TABLES = {
    "designers": ["pgbench: session + list", "signed in", "visitor, first look", "kept answer", "cached list"],
    "chat": [
        "pgbench: session, send, commit",
        "closed loop, 4 senders",
        "open loop, 20/s, 10 sockets",
        "delivery p99",
        "10 pollers",
        "any older page",
        "100 of 500 chats",
    ],
    "wardrobe": ["pgbench: session + page", "page, steady", "page, 2 at once", "40 pieces, any filter: p95"],
    "tailors": ["pgbench: session + list, 400", "steady, 300", "2 at once, 400", "p95 from 300 to 400"],
    "names": ["all kinds, steady, 400", "a misspelled full name, 300", "name search, 400: p95"],
    "edits": ["visitors, 10 edits a minute", "answers from memory"],
    "search": ["all thirty, steady", "designs: lehnga", "pgbench: designs: lehnga", "search, all thirty: p95"],
    "sockets": ["server:", "memory per idle socket (20 sockets)"],
}


def bench(ground: Ground, folder: Path, scenario: str, *options: str) -> tuple[str, dict]:
    """Return what bench/run printed, and the file that it wrote."""
    argv = [sys.executable, "-m", "bench", scenario, *SMALL, "--into", str(folder), *options]
    places = {"THREADS_DATA_DIR": str(folder), "THREADS_MEDIA_STORE": str(ground.demo_media)}
    env = os.environ | {"DATABASE_URL": ground.url} | places
    told = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, f"{told.stdout[-3000:]}\n{told.stderr[-3000:]}"
    return told.stdout, json.loads((folder / f"{scenario}.json").read_text())


@pytest.mark.long
@pytest.mark.parametrize("scenario", TABLES)
def test_a_scenario_prints_its_table_and_writes_its_file(ground: Ground, tmp_path: Path, scenario: str) -> None:
    printed, written = bench(ground, tmp_path, scenario, "--sockets", "10", "--idle", "20")
    for line in TABLES[scenario]:
        assert line in printed
    assert all(row.get("errors", 0) == 0 for row in written["rows"]), printed
    for heard in [row for row in written["rows"] if "heard" in row["what"]]:
        assert heard["arrived"] == heard["due"] > 0
    assert written["machine"]["cores"] == os.cpu_count()
    text = json.dumps(written)
    assert str(ROOT) not in text
    assert os.uname().nodename not in text


@pytest.mark.long
def test_the_books_are_balanced_after_a_few_kills(ground: Ground, tmp_path: Path) -> None:
    options = ["--sends", "160", "--kills", "1", "--database-kills", "1", "--seed", "7"]
    printed, written = bench(ground, tmp_path, "faults", *options)
    assert "seed 7: 160 acknowledged" in printed
    kept = {verdict["figure"]: verdict["is_met"] for verdict in written["verdicts"]}
    assert kept["acknowledged and lost"] is kept["stored twice"] is True


@pytest.mark.long
def test_a_fan_out_is_compared(ground: Ground, tmp_path: Path) -> None:
    printed, written = bench(ground, tmp_path, "fanout", "--rounds", "1")
    assert "ours, rooms of 2, 1" in printed
    assert "stock python-socketio, rooms of 50, 1" in printed
    assert ("Node socket.io, rooms of 2, 1" in printed) is ("node" not in written)
    assert all(row["rate"] > 0 for row in written["rows"]), printed


@pytest.mark.long
def test_peers_give_the_same_answers(ground: Ground, tmp_path: Path) -> None:
    printed, written = bench(ground, tmp_path, "peers", "--rounds", "1", "--tailors", "60")
    assert "send a message: ours 1" in printed
    assert ("send a message: fastify 1" in printed) is ("fastify" not in written)
    assert "differs:" not in printed
    assert all(row.get("errors", 0) == 0 for row in written["rows"]), printed


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("scenario", ["http", "startup", "pages"])
def test_the_others_are_measured(ground: Ground, tmp_path: Path, scenario: str) -> None:
    _, written = bench(ground, tmp_path, scenario, "--rounds", "1")
    assert written["rows"] or written["verdicts"]


def test_percentiles_are_observed_values() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0.25, 0.5, 0.51, 1)] == [1, 2, 3, 4]
    assert percentile([], 0.5) == 0
    assert spread([0.001] * 99 + [1])["p99"] == 1


def test_a_miss_is_a_miss() -> None:
    assert not at_least("rate", 45, 44.99).is_met
    assert not at_most("p99", 150, 150.01).is_met
    assert at_most("errors", 0, 0).is_met


def statement(sql: str, prepare: bool = True, **params: str) -> dict:
    """One recorded statement."""
    return {"sql": sql, "params": params, "prepare": prepare}


def test_a_recording_becomes_a_script() -> None:
    sql = "insert into messages (id, chat_id, content) values (%(id)s, %(chat)s, %(content)s)"
    once = [statement("begin"), statement(sql, id="'cold00000000000000000000a'", chat="'chat1'", content="'50%'")]
    again = [statement("begin"), statement(sql, id="'cnew00000000000000000000b'", chat="'chat2'", content="'50%'")]
    known = {"chat1": "('chat' || :n)", "chat2": "('chat' || :n)"}
    text = script(once, again, known, [r"\set n random(1, 2)"])
    assert "prepare p" in text
    assert "values ($1, $2, $3);" in text
    assert text.splitlines()[0] == r"\set n random(1, 2)"
    called = text.splitlines()[-1]
    assert called.startswith("execute p")
    assert "('chat' || :n)" in called
    assert "'50%'" in called
    assert "cold" not in text, "an id that was new each time must be made anew"


def test_what_pgbench_cannot_know_is_said() -> None:
    with pytest.raises(SystemExit, match="seq is 1 once and 2"):
        script([statement("select %(seq)s", seq="1")], [statement("select %(seq)s", seq="2")], {}, [])
