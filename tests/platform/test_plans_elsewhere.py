"""On a PostgreSQL as it comes, reached by DATABASE_URL, the product takes the plans that it takes on its private cluster."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from bench.pgbench import rendered, statements_of
from bench.seed_users import all_seats, customer_token, seat_people
from bench.server_process import signing
from neural_threads.platform.db import SESSION
from neural_threads.platform.db.migrations import ROOT
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

PATHS = (
    "/api/designers?location=MG_ROAD&niche=BRIDAL&page=2",
    "/api/designers?search=kavya",
    "/api/tailors?latitude=12.97&longitude=77.60&skills=HEMMING",
    "/api/tailors?latitude=12.97&longitude=77.60&maxDistance=2",
    "/api/designs?search=lehenga",
    "/api/chat?limit=20",
    "/api/chat/messages?chatId={chat}",
    "/api/notifications",
)
TUNED = """
select name, boot_val from pg_settings
 where (category like 'Query Tuning%' or name = 'work_mem') and setting <> boot_val and context = 'user'
"""


@pytest.fixture(scope="module")
def town(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Thousands of makers, as the bench has them."""
    url = ground.copy()
    folder = tmp_path_factory.mktemp("town")
    settings = {"DATABASE_URL": url, "THREADS_DATA_DIR": str(folder), "THREADS_MEDIA_STORE": str(ground.demo_media)}
    argv = [
        sys.executable,
        "-P",
        "-m",
        "neural_threads",
        "demo",
        "--scale",
        "designers=3000,messages=3000,tailors=5000",
    ]
    subprocess.run(argv, cwd=ROOT, env=os.environ | settings, capture_output=True, check=True)
    seat_people(url, 100)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
    yield url
    ground.drop(url)


@pytest.fixture(scope="module")
def asked(town: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The statements of these requests."""
    with signing():
        tries = [
            {
                "method": "GET",
                "path": path.format(chat=seat.chat),
                "headers": {"authorization": f"Bearer {customer_token(seat)}"},
            }
            for seat, path in zip(all_seats(), PATHS, strict=False)
        ]
        found = statements_of(tries, town, tmp_path_factory.mktemp("recording"))
    return [statement for several in found for statement in several if statement["params"]]


def plans(url: str, statements: list[dict[str, Any]], options: str) -> list[str]:
    """How PostgreSQL would go about each statement, in a session with these options."""
    with psycopg.connect(url, autocommit=True, options=options) as connection:
        return [
            "\n".join(row[0] for row in connection.execute(f"explain (costs off) {text}".encode()).fetchall())
            for text in (rendered(statement["sql"], statement["params"]) for statement in statements)
        ]


@pytest.fixture
def as_it_comes(town: str) -> Iterator[str]:
    """The same database with the planner's settings of a PostgreSQL that nobody has tuned."""
    name = sql.Identifier(town.split("?")[0].rpartition("/")[2])
    with psycopg.connect(town, autocommit=True) as connection:
        for setting, usual in connection.execute(TUNED).fetchall():
            one = sql.SQL("alter database {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(usual))
            connection.execute(one)
    yield town
    with psycopg.connect(town, autocommit=True) as connection:
        connection.execute(sql.SQL("alter database {} reset all").format(name))


def test_the_plans_are_the_same(town: str, asked: list[dict[str, Any]], request: pytest.FixtureRequest) -> None:
    at_home = plans(town, asked, SESSION)
    elsewhere = request.getfixturevalue("as_it_comes")
    assert len(asked) > 10
    for statement, here, there in zip(asked, at_home, plans(elsewhere, asked, SESSION), strict=True):
        assert here == there, statement["sql"]
    assert plans(elsewhere, asked, "") != at_home, "the session's settings would make no difference"
