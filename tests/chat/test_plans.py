"""A very long chat and a very long list of chats: every page comes from an index, in few statements."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bench.pgbench import rendered, statements_of
from bench.seed_long_chat import GUEST, TALKER, say_much
from bench.seed_users import customer_token, seat_people
from bench.server_process import signing
from neural_threads.platform.db import SESSION
from neural_threads.platform.db.keyset_paging import seal_cursor
from tests.support.cluster import Ground

pytestmark = pytest.mark.long

MESSAGES, CHATS = 30_000, 500
ROUNDS = 12
OPEN = f"/api/chat/messages?chatId={TALKER.chat}&limit=50"


CASES = {
    "newest": (TALKER, OPEN, 2, 20),
    "older": (TALKER, OPEN + "&cursor={cursor}", 2, 20),
    "after": (TALKER, OPEN + f"&after={MESSAGES // 2}", 2, 20),
    "reactions": (TALKER, f"/api/chat/reactions?chatId={TALKER.chat}", 2, 20),
    "list": (GUEST, "/api/chat?limit=100", 2, 40),
    "unread": (GUEST, "/api/chat?limit=100&show=unread", 2, 40),
    "tailors": (GUEST, "/api/chat?limit=100&show=tailors", 2, 40),
}
"""Who asks for what, in how many statements at most (beside those that look for the session), and in how many milliseconds."""


@pytest.fixture(scope="module")
def much(ground: Ground) -> Iterator[str]:
    """A database with very much of both."""
    url = ground.copy()
    seat_people(url)
    say_much(url, MESSAGES, CHATS)
    yield url
    ground.drop(url)


@pytest.fixture(scope="module")
def asked(much: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What each of them asks of PostgreSQL the second time, recorded in one process."""
    with signing():
        cursor = seal_cursor(f"messages {TALKER.chat} {TALKER.user}", MESSAGES // 3)
        tries = [
            {
                "method": "GET",
                "path": path.format(cursor=cursor),
                "headers": {"authorization": f"Bearer {customer_token(seat)}"},
            }
            for seat, path, *_ in CASES.values()
            for _ in range(2)
        ]
        found = statements_of(tries, much, tmp_path_factory.mktemp("recording"))[1::2]
    own = [[statement for statement in one if "sessions" not in statement["sql"]] for one in found]
    return dict(zip(CASES, own, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_it_comes_from_an_index(much: str, asked: dict[str, list[dict[str, Any]]], case: str) -> None:
    _, _, statements, limit_ms = CASES[case]
    assert 1 <= len(asked[case]) <= statements, [statement["sql"] for statement in asked[case]]
    with psycopg.connect(much, autocommit=True, options=SESSION) as connection:
        plans = [explained(connection, statement) for statement in asked[case]]
    for nodes, _ in plans:
        scanned = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
        assert not scanned & {"messages", "chats"}
    assert sum(ms for _, ms in plans) <= limit_ms


def explained(connection: psycopg.Connection[Any], statement: dict[str, Any]) -> tuple[list[dict[str, Any]], float]:
    """Every node of its plan, and how many milliseconds it takes when nobody disturbs it."""
    sql = "explain (analyze, timing off, format json) " + rendered(statement["sql"], statement["params"])
    told = [connection.execute(sql.encode()).fetchone()[0][0] for _ in range(ROUNDS)]  # type: ignore[index]
    return list(_nodes(told[-1]["Plan"])), min(one["Execution Time"] for one in told)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
