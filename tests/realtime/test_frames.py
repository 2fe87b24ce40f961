"""Bad frames, forged events and floods (C07, C09, C11, C12, C13): closed or ignored, never a traceback."""

import asyncio
import contextlib
import logging
import time

import pytest
import websockets


@pytest.fixture
def exchange(shared_exchange):
    return shared_exchange


@pytest.fixture(autouse=True)
def no_traceback(caplog):
    with caplog.at_level(logging.WARNING):
        yield
    assert [record for record in caplog.records if record.exc_info] == []


MALFORMED = [
    "42", "42{}", "42[]", "42[5]", "42[null]", "42[[]]", '42"x"', "4299999999999[]", "4299999999999999999999[\"x\"]",
    "42[NaN]", '42["x",NaN]', '42["x"', "45-", '451-["x",{"_placeholder":true,"num":0}]', "461-[]", "44", "47", "4", "49x",
    '42/admin,["x"]', "4x", "9", "hello", "", "b4AAAA", '42["connect",{}]', '42["disconnect","x"]', "5", "6", "2probe", "40[1]", '42["*","x"]',
    "42" + "[" * 30_000, '42["x",' + '{"a":' * 9_000 + "1" + "}" * 9_000 + "]", '42["test-echo","\\ud800"]',
]  # fmt: skip


@pytest.mark.case("C12")
@pytest.mark.parametrize("frame", MALFORMED, ids=lambda frame: frame[:24])
async def test_a_malformed_frame_ends_the_line_and_nothing_else(exchange, frame):
    async with exchange.socket("cora") as cora, exchange.socket("dina") as dina:
        await cora.say(frame)
        code = await cora.closed()
        assert code in (1002, 1008)
        assert (await dina.ask("test-echo", {"text": "still here"}))["success"] is True
        assert exchange.realtime.figures()["people_online"] == 1


@pytest.mark.case("C11")
async def test_binary_is_refused(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say(b"\x00\x01")
        assert await cora.closed() == 1003


@pytest.mark.case("C12")
async def test_bad_utf8_is_refused(exchange):
    async with exchange.socket("cora") as cora:
        await cora.line.send(b"42\xff\xfe", text=True)
        assert await cora.closed() == 1007


@pytest.mark.case("C11")
async def test_a_frame_over_64_kb_is_refused(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say("42" + '["test-echo",{"text":"' + "x" * 65_536 + '"}]')
        assert await cora.closed() == 1009
    async with exchange.socket("cora") as cora:
        ack = await cora.ask("test-echo", {"text": "x" * 10_000})
        assert len(ack["data"]["text"]) == 10_000


async def test_another_namespace_is_not_there(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say("40/admin,")
        assert await cora.hear() == '44/admin,"Unable to connect"'


async def test_connecting_twice_changes_nothing(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say('40{"token":"dina"}')
        assert (await cora.hear()).startswith("44")
        assert (await cora.ask("test-echo"))["data"]["by"] == "cora"


async def test_a_refusal_is_an_ack(exchange):
    async with exchange.socket("cora") as cora:
        ack = await cora.ask("test-refuse")
        assert ack == {
            "success": False,
            "error": {
                "code": "NOT_FOUND",
                "message": "We could not find this. Check the address, or go back and try again.",
            },
        }
        ack = await cora.ask("test-echo", {"text": 5}, id=2)
        assert ack["error"]["code"] == "INVALID"
        assert ack["error"]["fields"] == {"text": "Must be text."}
        for wrong in ("text", [1], 5):
            assert (await cora.ask("test-echo", wrong, id=3))["error"]["code"] == "INVALID"


@pytest.mark.case("C07")
@pytest.mark.parametrize("event", ["receive-message", "user-online", "message-read", "never-heard-of", "joined-chat"])
async def test_three_forged_events_in_a_minute_are_enough(exchange, event):
    async with exchange.socket("odile") as odile:
        for n in range(2):
            assert (await odile.ask(event, {"x": 1}, id=n + 1))["error"]["code"] == "UNKNOWN_EVENT"
        await odile.say(f'42["{event}"]')
        assert await odile.closed() == 1008


@pytest.mark.case("C09")
async def test_a_flood_is_throttled_then_cut_while_others_talk_on(exchange):
    async with exchange.socket("odile") as odile, exchange.socket("cora") as cora:

        async def flood():
            with contextlib.suppress(websockets.ConnectionClosed):
                for n in range(5_000):
                    await odile.say(f'42{n}["test-echo",{{"text":"x"}}]')
                    if n % 50 == 0:
                        await asyncio.sleep(0)
            return await odile.closed()

        flooding = asyncio.create_task(flood())
        slowest = 0.0
        for n in range(20):
            began = time.perf_counter()
            await cora.ask("test-echo", id=n)
            slowest = max(slowest, time.perf_counter() - began)
        assert await flooding == 1008
        assert slowest < 0.5  # The flood's own client shares this event loop.


@pytest.mark.case("C13")
async def test_acks_nobody_asked_for_are_ignored_and_counted(exchange):
    async with exchange.socket("odile") as odile:
        for n in range(100):
            await odile.say(f"43{n}[]")
        assert (await odile.ask("test-echo"))["success"] is True
        with contextlib.suppress(websockets.ConnectionClosed):
            for n in range(1_000):
                await odile.say(f"43{n}[]")
        assert await odile.closed() == 1008


async def test_events_of_one_socket_are_answered_in_order(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say('421["test-slow",{"text":"first"}]')
        await cora.say('422["test-echo",{"text":"second"}]')
        heard = [await cora.hear() for _ in range(2)]
        while len(answers := [frame for frame in heard if frame.startswith("43")]) < 2:
            heard.append(await cora.hear())  # Others may come or go meanwhile.
        assert [frame[:3] for frame in answers] == ["431", "432"]


async def test_leaving_politely(exchange):
    async with exchange.socket("cora") as cora:
        await cora.say("41")
        await cora.closed()
    async with exchange.socket("cora") as cora:
        await cora.say("1")
        await cora.closed()
