"""Who gets a line at all (C01, C02, C10, B07): decided before Engine.IO runs."""

import asyncio
import contextlib
import json

import httpx
import pytest
import websockets

from neural_threads.platform.realtime import RealtimeLimits


async def refusal(exchange, who=None, url=None, **headers):
    shown = {"Cookie": f"who={who}"} if who else {}
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url or exchange.url, additional_headers=shown | headers)
    response = refused.value.response
    assert json.loads(response.body)["success"] is False
    return response.status_code


async def test_cora_is_let_in_by_her_cookie(exchange):
    async with exchange.socket("cora") as cora:
        ack = await cora.ask("test-echo", {"text": "namaste"})
    assert ack == {"success": True, "data": {"text": "namaste", "by": "cora"}}


@pytest.mark.case("C01")
async def test_a_wrong_cookie_is_refused_over_http(exchange):
    assert await refusal(exchange, "mallory") == 401
    assert await refusal(exchange, Authorization="Bearer mallory") == 401


async def test_a_token_in_connect_is_as_good_as_a_cookie(exchange):
    async with exchange.line() as line:
        await line.say('40{"token":"dina"}')
        assert (await line.hear()).startswith('40{"sid"')
        assert (await line.ask("test-echo", {"text": ""}))["data"]["by"] == "dina"


@pytest.mark.case("C01")
@pytest.mark.parametrize("auth", ['{"token":"mallory"}', "{}", '{"token":5}', '{"token":["dina"]}', '{"user":"dina"}'])
async def test_a_wrong_token_in_connect_ends_the_line(exchange, auth):
    async with exchange.line() as line:
        await line.say(f"40{auth}")
        answer = await line.hear()
        assert answer.startswith("44")
        assert "NOT_SIGNED_IN" in answer
        await line.closed()


@pytest.mark.long  # waits for seconds
@pytest.mark.case("C02")
async def test_who_says_nothing_is_hung_up_on(exchange):
    for who in (None, "cora"):  # A cookie alone is no reason to wait for ever, either.
        async with exchange.line(who) as line:
            assert await line.closed(1.5) == 1008


@pytest.mark.case("C01")
async def test_nothing_is_heard_before_connect(exchange):
    async with exchange.line() as line:
        await line.say('421["test-echo",{"text":"me?"}]')
        assert await line.closed() == 1008


@pytest.mark.case("C10")
async def test_at_most_twenty_of_one_address_wait(exchange):
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(exchange.line())
        assert await refusal(exchange) == 429
        async with exchange.socket("cora"):  # Somebody with a session is not kept waiting by them.
            pass
    await asyncio.sleep(0.1)
    async with exchange.line():
        pass
    assert exchange.realtime.figures()["waiting"] <= 1


@pytest.fixture
async def slow_door(run_exchange):
    async with run_exchange(RealtimeLimits(connect_seconds=0.5, handshakes_at_once=2)) as exchange:
        yield exchange


async def test_a_crowd_is_let_in_by_turns_and_nobody_is_refused(slow_door, slow_database):
    slow_door.partners = {}
    slow_door.database = slow_database(0.02)
    async with contextlib.AsyncExitStack() as stack:
        people = [slow_door.line(who) for who in ("cora", "dina", "odile") * 5]
        people += [slow_door.line() for _ in range(5)]
        lines = await asyncio.gather(*(stack.enter_async_context(one) for one in people))
        assert slow_door.database.most == 2
        for line in lines:
            await line.say('40{"token":"tariq"}')
        assert [(await line.hear())[:8] for line in lines] == ['40{"sid"'] * len(lines)


async def test_who_would_wait_too_long_is_told_to_come_back(slow_door, slow_database):
    slow_door.database = slow_database(1)
    before = [asyncio.create_task(slow_door.line("dina").__aenter__()) for _ in range(2)]
    await asyncio.sleep(0.1)
    assert await refusal(slow_door, "cora") == 503
    for line in await asyncio.gather(*before):
        await line.line.close()


async def test_who_is_connected_no_longer_waits(exchange):
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(8):
            line = await stack.enter_async_context(exchange.line())
            await line.say('40{"token":"dina"}')
            await line.hear()
        assert exchange.realtime.figures()["waiting"] == 0


@pytest.mark.case("B07")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1"]
)
async def test_a_foreign_page_is_refused_even_with_a_good_cookie(exchange, origin):
    assert await refusal(exchange, "cora", Origin=origin) == 403


async def test_our_own_page_is_let_in(exchange):
    async with exchange.socket("cora", Origin=f"http://127.0.0.1:{exchange.port}"):
        pass


async def test_polling_is_not_spoken(exchange):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{exchange.port}") as client:
        assert (await client.get("/socket.io/?EIO=4&transport=polling")).status_code == 400
        assert (await client.post("/socket.io/?EIO=4&transport=polling", content=b"40")).status_code == 400
        assert (await client.get("/socket.io")).status_code == 400
        assert (await client.get("/socket.iox")).text == "the app"
    assert exchange.reached == 1


@pytest.mark.parametrize(
    "query", ["EIO=3&transport=websocket", "EIO=4&transport=polling", "", "EIO=4&transport=websocket&sid=x"]
)
async def test_only_todays_protocol_is_spoken(exchange, query):
    assert await refusal(exchange, "cora", url=exchange.url.partition("?")[0] + "?" + query) == 400


@pytest.mark.case("C10")
async def test_the_eleventh_socket_of_a_person_closes_the_oldest(exchange):
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(exchange.socket("cora")) for _ in range(11)]
        assert await sockets[0].hear() == "41"
        assert await sockets[0].closed() == 1008
        for socket in (sockets[1], sockets[10]):
            assert (await socket.ask("test-echo"))["success"] is True
        async with exchange.socket("dina") as dina:  # Nobody else is troubled.
            assert (await dina.ask("test-echo"))["success"] is True


@pytest.mark.case("A21")
async def test_a_forged_address_does_not_help(exchange):
    async with contextlib.AsyncExitStack() as stack:
        for n in range(20):
            await stack.enter_async_context(exchange.line(**{"X-Forwarded-For": f"10.0.0.{n}"}))
        assert await refusal(exchange, **{"X-Forwarded-For": "10.1.1.1"}) == 429
