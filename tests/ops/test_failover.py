"""R10: a standby is promoted by hand. The server writes to it without a restart, and nothing that was acknowledged is lost."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from neural_threads.local.postgres_cluster import running_cluster
from neural_threads.platform.db.migrations import migrate
from tests.ops.conftest import asked, postmaster_of, settings
from tests.ops.test_standby import Standby
from tests.support.deadlines import within
from tests.support.people import People, Person
from tests.support.server import Server

pytestmark = pytest.mark.long
WRITES_AGAIN_WITHIN = 30.0


@asynccontextmanager
async def synchronous_pair(folder: Path, attrs: str) -> AsyncIterator[tuple[Server, Standby]]:
    """A server whose address names a primary and the standby that each commit waits for."""
    with running_cluster(settings(folder)) as url:
        migrate(url)
        standby = Standby(url, (folder / "postgres").resolve())
        standby.start()
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("alter system set synchronous_standby_names = '*'")
            line.execute("select pg_reload_conf()")
        with within(30):
            while asked(url, "select count(*) from pg_stat_replication where sync_state = 'sync'") != 1:
                await asyncio.sleep(0.1)
        first = conninfo_to_dict(url)
        both = {"host": f"{first['host']},{standby.home}", "port": f"{first.get('port', 5432)},5433"}
        server = Server(make_conninfo(url, **both, target_session_attrs=attrs), folder)
        try:
            yield await server.start(), standby
        finally:
            await server.stop()
            standby.stop()
            shutil.rmtree(standby.data, ignore_errors=True)


@pytest.mark.case("R10")
@pytest.mark.parametrize("attrs", ["read-write", "any"])
async def test_a_promoted_standby_is_written_to_without_a_restart(
    folder: Path, people_at: Callable[[Server], People], attrs: str
) -> None:
    async with synchronous_pair(folder, attrs) as (server, standby):
        people = people_at(server)
        cora, dina = await people.customer("Cora"), await people.designer("Dina")
        opened = await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})
        chat = opened.json()["data"]["id"]
        said = [f"Before, {number}." for number in range(20)]
        assert {(await say(cora, chat, words)).status_code for words in said} == {201}
        primary = postmaster_of(folder)
        assert primary
        os.kill(primary, signal.SIGKILL)
        for number in range(6):
            answer = await say(cora, chat, f"To nobody, {number}.")
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["retry-after"]) >= 1
            await asyncio.sleep(0.3)
        if attrs == "any":  # As by HAProxy, which leads to the new primary a moment before it takes writes.
            assert (await cora.get("/api/chat")).status_code == 200, "what can be read is read"
        standby.promote()
        promoted_at = time.monotonic()
        while (answer := await say(cora, chat, "And on we go.")).status_code != 201:
            assert answer.status_code == 503, answer.text
            assert time.monotonic() - promoted_at < WRITES_AGAIN_WITHIN
            await asyncio.sleep(0.3)
        page = (await cora.get(f"/api/chat/messages?chatId={chat}&limit=50")).json()["data"]
        assert [message["content"] for message in page] == [*said, "And on we go."]


async def say(cora: Person, chat: str, words: str) -> httpx.Response:
    """Send a message."""
    return await cora.post("/api/chat/messages", json={"chatId": chat, "content": words, "clientId": str(uuid4())})
