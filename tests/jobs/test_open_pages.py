"""Open pages hear what another process tells, with Redis and without; a session that ends at one server ends at the others."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from neural_threads.platform.i18n import today
from neural_threads.platform.ids import new_id
from tests.joined.conftest import line_at  # noqa: F401 - a fixture
from tests.support.cluster import Ground
from tests.support.deadlines import within
from tests.support.people import Person
from tests.support.redis import Redis
from tests.support.server import Server

from .conftest import House, house_on, remove, until

pytestmark = pytest.mark.long  # programs are started


def late_for(house: House, cora: Person, tariq: Person) -> str:
    """A request that Tariq began and should have finished yesterday."""
    id = new_id()
    house.sql(
        "insert into alteration_requests (id, customer_id, tailor_id, description, status, promised_date, quoted_price,"
        " quote_accepted_at) select %s, c.id, t.id, 'Take it in', 'IN_PROGRESS', %s, 500, now()"
        " from customers c, tailors t where c.user_id = %s and t.user_id = %s",
        id,
        today() - timedelta(days=1),
        cora.id,
        tariq.id,
    )
    return id


async def hears_of_lateness(house: House, line_at: Any) -> None:  # noqa: F811
    cora, tariq, odile = (
        await house.people.customer("Cora"),
        await house.people.tailor("Tariq"),
        await house.people.customer("Odile"),
    )
    coras, odiles = await line_at(house.server, cora), await line_at(house.server, odile)
    late = late_for(house, cora, tariq)
    house.defer("tell_of_late_requests", timestamp=0)
    [told] = await until(lambda: coras.all("notification"))
    assert late in told["link"]
    assert "has not finished yet" in told["message"]
    assert odiles.heard == []


async def test_a_late_request_told_by_a_worker_reaches_the_open_page_without_redis(apart: House, line_at: Any) -> None:  # noqa: F811
    await hears_of_lateness(apart, line_at)


async def test_and_with_redis(ground: Ground, line_at: Any) -> None:  # noqa: F811
    redis = Redis(ground.new_folder("redis")).start()
    house = await house_on(ground, apart=True, REDIS_URL=redis.url)
    try:
        await until(lambda: redis.subscribers("threads:events"))
        await hears_of_lateness(house, line_at)
    finally:
        await remove(ground, house)
        redis.close()


# Two servers on one database, without Redis


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two(ground: Ground) -> AsyncIterator[tuple[House, Server]]:
    """They know of each other."""
    dsn, folder = ground.copy(), ground.new_folder("two")
    env = {"THREADS_SECRET_KEY": "k" * 40}
    first = Server(dsn, folder, is_forked=True, **env)
    second = Server(dsn, folder, is_forked=True, THREADS_WORKER="off", **env)
    second.log = folder / "second.log"
    await first.start()
    await second.start()
    house = House(first, first)
    yield house, second
    await second.stop()
    await house.close()
    ground.drop(dsn)
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_message_posted_at_one_server_is_heard_at_the_other_once(two: Any, line_at: Any) -> None:  # noqa: F811
    house, second = two
    cora, dina = await house.people.customer("Cora"), await house.people.designer("Dina")
    chat = (await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})).json()["data"]["id"]
    there, here = await line_at(second, dina), await line_at(house.server, dina)
    long = "ನೂಲು " * 900  # Longer than a NOTIFY can carry.
    body = {"chatId": chat, "content": long, "clientId": "6f1c9a52-0c1e-4b1e-9a53-2f7e6f0d8c12"}
    said = await cora.post("/api/chat/messages", json=body)
    assert said.status_code == 201, said.text
    await until(lambda: there.all("receive-message") and here.all("receive-message"))
    await asyncio.sleep(0.3)
    assert there.all("receive-message") == here.all("receive-message") == [said.json()["data"]]


async def test_a_session_that_ends_at_one_server_hangs_up_at_the_other(two: Any, line_at: Any) -> None:  # noqa: F811
    house, second = two
    dina, odile = await house.people.designer("Dina"), await house.people.customer("Odile")
    there, odiles = await line_at(second, dina), await line_at(second, odile)
    with within(2):
        assert (await dina.post("/api/auth/logout")).status_code == 200
        await until(lambda: not there.client.connected)
    assert odiles.client.connected


async def test_who_is_there_is_known_at_both(two: Any, line_at: Any) -> None:  # noqa: F811
    house, second = two
    cora, dina = await house.people.customer("Cora"), await house.people.designer("Dina")
    await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})
    coras, there = await line_at(house.server, cora), await line_at(second, dina)
    await until(lambda: {"userId": dina.id} in coras.all("user-online"))
    here = await line_at(house.server, dina)
    await there.client.disconnect()
    await asyncio.sleep(2.5)
    assert coras.all("user-offline") == [], "she is still at the other server"
    await here.client.disconnect()
    await until(lambda: coras.all("user-offline") == [{"userId": dina.id}])


async def test_rows_stay_for_a_minute_and_a_server_alone_writes_none(two: Any, apart: House) -> None:
    house, _second = two
    assert house.sql("select 1 from socket_events where created_at > now() - interval '1 minute'")
    house.sql("update socket_events set created_at = now() - interval '2 minutes'")
    await until(lambda: not house.sql("select 1 from socket_events where created_at < now() - interval '1 minute'"), 12)
    apart.sql("delete from socket_events")
    cora, dina = await apart.people.customer("Cora"), await apart.people.designer("Dina")
    assert (await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})).status_code < 300
    assert apart.sql("select 1 from socket_events") == []


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_health_says_nothing_of_redis_where_there_is_none(two: Any, path: str) -> None:
    async with httpx.AsyncClient(base_url=two[0].server.url) as client:
        assert "redis" not in (await client.get(path)).text
