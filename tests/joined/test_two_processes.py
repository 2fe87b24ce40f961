"""Two processes are one public (C20, I08): each delivers to the other's sockets, knows who is there, and hears of ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import socketio

from tests.support.deadlines import within

# bin/test lets one of the official clients go through every event at both processes; what else they owe each other is tried here.
pytestmark = pytest.mark.long


async def until(what: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if isinstance(found, Awaitable):
            found = await found
        if found or time.monotonic() > deadline:
            assert found, "it did not happen"
            return found
        await asyncio.sleep(0.02)


async def joined(house: Any) -> None:
    async def both() -> bool:
        return all([(await house.health(one)).get("redis") == "joined" for one in (house.web, house.sockets)])

    await until(both, 10)


@pytest.mark.case("C19")
async def test_what_is_posted_here_is_heard_there_and_the_other_way_round(house: Any, line_at: Any) -> None:
    await joined(house)
    assert house.redis.subscribers("threads:events") == 2
    dina, cora = await line_at(house.sockets, house.dina), await line_at(house.web, house.cora)
    said, _ = await house.say(house.cora, "across")
    assert (await until(lambda: dina.all("receive-message")))[0] == said
    answer = await dina.client.call("send-message", {"chatId": house.chat, "content": "and back"})
    assert answer["success"] is True
    await until(lambda: answer["data"] in cora.all("receive-message"))
    await asyncio.sleep(0.2)
    assert len(dina.all("receive-message")) == len(cora.all("receive-message")) == 2
    await dina.client.emit("typing", {"chatId": house.chat})
    assert (await until(lambda: cora.all("user-typing")))[0]["userId"] == house.dina.id


async def test_who_is_there_is_known_everywhere(house: Any, line_at: Any) -> None:
    await joined(house)
    cora = await line_at(house.web, house.cora)
    dina = await line_at(house.sockets, house.dina)
    await until(lambda: {"userId": house.dina.id} in cora.all("user-online"))

    async def seen() -> bool:
        chats = (await house.cora.get("/api/chat")).json()["data"]
        return bool(chats[0]["otherUser"]["isOnline"])

    await until(seen)
    before = len(cora.all("user-offline"))  # Of the test before this one, if she came back within its two seconds.
    twin = await line_at(house.web, house.dina)
    await dina.client.disconnect()
    await asyncio.sleep(2.5)
    assert len(cora.all("user-offline")) == before, "she is still at the other process"
    await twin.client.disconnect()
    await until(lambda: cora.all("user-offline")[before:] == [{"userId": house.dina.id}])


async def test_a_session_that_ends_here_hangs_up_there(house: Any, line_at: Any) -> None:
    await joined(house)
    dina = await line_at(house.sockets, house.dina)
    with within(2):
        assert (await house.dina.post("/api/auth/logout")).status_code == 200
        await until(lambda: not dina.client.connected)


async def test_pages_know_where_the_sockets_are_and_only_they_may_use_them(house: Any, line_at: Any) -> None:
    page = await house.cora.get("/customer", headers={"Accept": "text/html"}, follow_redirects=True)
    ws = house.sockets.url.replace("http", "ws")
    assert f"connect-src 'self' {house.sockets.url} {ws};" in page.headers["content-security-policy"]
    assert f'data-sockets="{house.sockets.url}"' in page.text
    line = await line_at(house.sockets, house.cora, Origin=house.web.url)
    assert line.client.connected
    for origin in ("https://elsewhere.example", house.web.url + "0"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            await line_at(house.sockets, house.cora, Origin=origin)


async def test_the_sockets_process_has_its_health_and_nothing_else(house: Any) -> None:
    async with httpx.AsyncClient(base_url=house.sockets.url, trust_env=False) as client:
        assert (await client.get("/health")).json()["data"]["status"] == "alive"
        assert (await client.get("/ready")).status_code == 200
        assert (await client.get("/api/chat")).status_code == 404
        assert (await client.get("/")).status_code == 404
