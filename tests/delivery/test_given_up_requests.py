"""R4: whoever gives up waiting and hangs up leaves nothing behind: no connection, no transaction, no lost effect."""

import asyncio
import json
import random
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.deadlines import within
from tests.support.people import People, Person
from tests.support.server import Server, http_client

pytestmark = pytest.mark.long  # a thousand who hang up

TIMES, AT_ONCE = 1_000, 20
SPARE = 7
"""Connections of a server process beside its pool: docs/deployment.md."""


def asked_by(cora: Person, host: str, chat: str, csrf: str, number: int) -> bytes:
    """One of the things that people do, as bytes."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cora.cookies.jar)
    head = f"Host: {host}\r\nCookie: {cookies}\r\nX-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\n"
    if number % 3:
        path = ("/api/chat", f"/api/chat/messages?chatId={chat}&limit=50")[number % 3 - 1]
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()
    body = json.dumps({"chatId": chat, "content": f"Number {number}", "clientId": str(uuid4())})
    return f"POST /api/chat/messages HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


async def give_up(server: Server, request: bytes, after: float) -> None:
    """Ask, wait so many seconds and hang up in the middle of whatever happens then."""
    with suppress(OSError):
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request)
        await asyncio.sleep(after)
        writer.transport.abort()


async def pool_of(server: Server) -> dict[str, float]:
    """What the server's figures say of its connections."""
    async with http_client(server.url) as client:
        text = (await client.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return {sample.labels["figure"]: sample.value for sample in families["threads_pool"].samples}


@pytest.mark.case("R4")
async def test_a_thousand_who_hang_up_leave_no_connection_behind(fresh_server, people_at) -> None:
    server = await fresh_server(THREADS_DATABASE_POOL="6")
    people: People = people_at(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    opened = await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})
    chat, csrf = opened.json()["data"]["id"], await cora.csrf()
    rng, turns = random.Random(4), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with turns:
            await give_up(server, asked_by(cora, f"127.0.0.1:{server.port}", chat, csrf, number), rng.uniform(0, 0.05))

    await asyncio.gather(*(one(number) for number in range(TIMES)))
    with within(20):
        while (pool := await pool_of(server))["pool_available"] != pool["pool_size"]:
            await asyncio.sleep(0.2)
    assert pool["pool_size"] <= 6
    assert pool.get("requests_waiting", 0) == 0
    with psycopg.connect(server.dsn, autocommit=True) as line:
        states = line.execute(
            "select state, count(*)::int from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend' and pid <> pg_backend_pid() group by state"
        ).fetchall()
    assert sum(count for _state, count in states) <= 6 + SPARE, states
    assert not [state for state, _count in states if state and state.startswith("idle in transaction")], states
    log = server.log.read_text(errors="replace")
    assert not [words for words in ("garbage collector", "never awaited", "unforeseen", "Traceback") if words in log]
    # What was stored has its numbers without a gap, and the next message is the next one.
    last = await cora.post("/api/chat/messages", json={"chatId": chat, "content": "Still here."})
    assert last.status_code == 201
    stored = await asyncio.to_thread(count_of, server.dsn)
    assert stored == last.json()["data"]["seq"]
    assert 1 < stored < TIMES, "some of them were heard before they hung up"


def count_of(dsn: str) -> int:
    """Messages that are stored."""
    with psycopg.connect(dsn) as line:
        row = line.execute("select count(*)::int from messages").fetchone()
    return row[0] if row else 0
