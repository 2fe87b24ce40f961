"""PostgreSQL keeps a plan for what every signed-in request asks, instead of planning it again each time."""

import json
from typing import Any

import pytest

from bench.pgbench import plans_of
from bench.seed_long_chat import say_much
from bench.seed_users import Seat, all_seats, customer_token, provider_token, seat_people
from bench.server_process import signing
from tests.support.cluster import Ground

PEOPLE = 14
PLANNED_AT_FIRST = 5
"""PostgreSQL plans the first five executions for their values, then compares."""
READ = ("/api/chat?limit=20", "/api/chat/messages?chatId={chat}&limit=20", "/api/notifications", "/customer")


def asked(seat: Seat) -> list[dict[str, Any]]:
    """What this customer reads, and a message to their tailor; the tailor reads it."""
    headers = {"authorization": f"Bearer {customer_token(seat)}", "content-type": "application/json"}
    words = json.dumps(
        {"chatId": seat.chat, "content": "Is it ready?", "clientId": f"00000000-0000-4000-9000-{seat.n:012d}"}
    )
    cookies = {"cookie": f"session={customer_token(seat)}"}
    return [
        {"method": "POST", "path": "/api/chat/messages", "headers": headers, "body": words},
        *({"method": "GET", "path": path.format(chat=seat.chat), "headers": headers | cookies} for path in READ),
        {
            "method": "GET",
            "path": f"/api/chat/messages?chatId={seat.chat}",
            "headers": {"authorization": f"Bearer {provider_token(seat)}"},
        },
    ]


@pytest.fixture(scope="module")
def plans(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """How the statements of fourteen people were planned, on one connection; each of them is looked up anew."""
    url = ground.copy()
    try:
        seat_people(url, 1_001 + PEOPLE)
        say_much(url, messages=30_000, chats=PEOPLE)  # Where much was said, a search of it is dear.
        with signing():
            requests = [request for seat in all_seats()[:PEOPLE] for request in asked(seat)]
            return plans_of(requests, url, tmp_path_factory.mktemp("plans"))
    finally:
        ground.drop(url)


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [
        "s.id as session_id",
        "string_agg(row_to_json(said)",
        "insert into messages",
        "insert into notifications",
        "unread.many as unread_count",
    ],
    ids=["session", "page of messages", "message", "notification", "list of chats"],
)
def test_it_keeps_a_generic_plan(plans: list[dict[str, Any]], part: str) -> None:
    found = [plan for plan in plans if part in plan["statement"]]
    assert found, "the statement was not prepared"
    for plan in found:
        assert plan["generic_plans"] > 0, plan
        assert plan["custom_plans"] <= PLANNED_AT_FIRST, plan


@pytest.mark.long
def test_nothing_that_all_ask_is_planned_each_time(plans: list[dict[str, Any]]) -> None:
    usual = [plan for plan in plans if plan["generic_plans"] + plan["custom_plans"] >= PEOPLE - 1]
    anew = [plan["statement"] for plan in usual if not plan["generic_plans"]]
    assert len(usual) > 5
    assert anew == []
