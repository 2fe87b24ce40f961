"""How frames get onto the wire: whole, in order, a turn's together; and the ordinary way, where ours is not open."""

import asyncio
import json

import pytest
import websockets
from websockets.frames import Frame as Reference
from websockets.frames import Opcode

from neural_threads.platform.realtime import RealtimeLimits
from neural_threads.platform.realtime.frames import Frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_frame_is_written_as_the_standard_says(size):
    text = ("ನೂಲು " * size).encode()[:size].decode(errors="ignore").encode().ljust(size, b"x")
    frame = Frame(text)
    assert frame.wire == Reference(Opcode.TEXT, text).serialize(mask=False)
    assert frame.message == {"type": "websocket.send", "text": text.decode()}
    assert frame.size == size


@pytest.mark.parametrize("length", [1, 60, 120, 4_000, 16_000])
async def test_events_of_every_length_arrive_whole(exchange, tell, length):
    async with exchange.socket("cora") as cora:
        await tell("user:cora", "த" * (length // 3) + "x" * (length % 3))
        said = (await cora.hear_event())[1]["text"]
        assert len(said.encode()) == length


async def test_a_thousand_in_one_turn_arrive_in_order(exchange, tell):
    async with exchange.socket("cora") as cora, exchange.socket("dina") as dina:
        turn = asyncio.gather(*(tell(["user:cora", "user:dina"], f"{n} {'x' * 200}") for n in range(1_000)))
        for one in (cora, dina):
            heard = [await said(one) for _ in range(1_000)]
            assert [int(text.split()[0]) for text in heard] == list(range(1_000))
        await turn
        assert exchange.realtime.figures()["slow_clients_cut"] == 0


async def said(wire):
    """The next thing told; who comes and goes does not matter."""
    while (event := await wire.hear_event(5))[0] != "test-said":
        pass
    return event[1]["text"]


async def test_nothing_is_written_after_goodbye(exchange, tell):
    async with exchange.socket("cora") as cora:
        socket = exchange.realtime.presence.sockets_of("cora")[0]
        await tell("user:cora", "the last word")
        socket.end(1000, "enough")
        await tell("user:cora", "too late")
        assert (await cora.hear_event())[1]["text"] == "the last word"
        assert await cora.closed() == 1000


async def test_answers_and_events_keep_their_order(exchange, tell):
    async with exchange.socket("cora") as cora:
        await cora.say('427["test-slow",{"text":"asked first"}]')
        await asyncio.sleep(0.01)
        await tell("user:cora", "told meanwhile")
        heard = [await cora.hear(), await cora.hear()]
        assert heard == [
            '42["test-said",{"text":"told meanwhile"}]',
            '437[{"success":true,"data":"asked first"}]',
        ]


async def test_with_compression_the_ordinary_way_is_taken(run_exchange, tell):
    async with run_exchange(RealtimeLimits(), deflate=True) as exchange:
        headers = {"Cookie": "who=cora"}
        async with websockets.connect(exchange.url, additional_headers=headers, compression="deflate") as line:
            assert str(await line.recv()).startswith('0{"sid"')
            await line.send("40")
            assert str(await line.recv()).startswith('40{"sid"')
            for n in range(50):
                await tell("user:cora", f"{n} " + "zari " * 100)
            for n in range(50):
                assert json.loads(str(await line.recv())[2:])[1]["text"].startswith(f"{n} ")
            assert exchange.realtime.presence.sockets_of("cora")[0]._pipe is None


@pytest.mark.long  # buffers are filled
async def test_who_reads_slowly_gets_everything(run_exchange, tell):
    async with (
        run_exchange(RealtimeLimits(stall_seconds=2, connect_seconds=2)) as exchange,
        exchange.socket("cora") as cora,
    ):
        cora.line.transport.pause_reading()
        for n in range(200):
            await tell("user:cora", f"{n} " + "x" * 4_000)
            if n % 50 == 49:  # A reader on a train: it takes some, and then nothing for a while.
                cora.line.transport.resume_reading()
                await asyncio.sleep(0.3)
                cora.line.transport.pause_reading()
        cora.line.transport.resume_reading()
        assert [int((await said(cora)).split()[0]) for _ in range(200)] == list(range(200))
        assert exchange.realtime.figures()["slow_clients_cut"] == 0


@pytest.mark.long  # buffers are filled
async def test_who_talks_faster_than_we_answer_is_read_no_further(exchange):
    async with exchange.socket("cora") as cora:
        inbox = exchange.realtime.presence.sockets_of("cora")[0]._receive.__self__
        talking = asyncio.gather(*(cora.say(f'42{n}["test-slow",{{"text":"{"x" * 60_000}"}}]') for n in range(20)))
        answers, most = [], 0
        while len(answers) < 20:
            answers.append(int((await cora.hear(5)).partition("[")[0][2:]))
            most = max(most, len(inbox._events))
        await talking
        assert answers == list(range(20))
        assert most <= 16  # Eight, and whatever came in the same piece.
