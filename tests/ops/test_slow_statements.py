"""A slow statement is logged with its plan, once, and without what anybody wrote."""

import asyncio
import json
from secrets import token_hex
from typing import Any

import psycopg
import pytest

from tests.conftest import FreshServer
from tests.jobs.conftest import until
from tests.support.people import People
from tests.support.server import Server

pytestmark = pytest.mark.long  # a server of its own, and held rows

WAITS = "select 1 from pg_locks where not granted and relation = 'messages'::regclass"


def slow(server: Server) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "slow_statement" and "into messages" in line["statement"]]


async def test_a_message_that_waited_is_logged_with_its_plan_and_without_its_words(fresh_server: FreshServer) -> None:
    server = await fresh_server(THREADS_SLOW_STATEMENT_MS="400")
    people, words = People(server.url), f"silk-{token_hex(8)}"
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat = await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    body = {"chatId": chat.json()["data"]["id"], "content": words}
    for _ in range(2):
        with psycopg.connect(server.dsn) as line, psycopg.connect(server.dsn, autocommit=True) as watch:
            line.execute("lock table messages in share mode")
            sending = asyncio.create_task(cora.post("/api/chat/messages", json=body))
            await until(lambda: watch.execute(WAITS).fetchone())
            await asyncio.sleep(0.6)  # so long it waits at least
        assert (await sending).status_code == 201
        await until(lambda: slow(server))
    [logged] = slow(server)
    assert logged["ms"] >= 400
    assert any("Insert on messages" in line for line in logged["plan"]), logged
    assert any("$1" in line for line in logged["plan"]), logged
    assert "%(content)s" in logged["statement"]
    log = server.log.read_text()
    assert [one for one in (words, cora.email, cora.cookies["session"]) if one in log] == []
    await people.close()
