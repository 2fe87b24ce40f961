"""Who hears what, in which order, and what a client costs that does not listen (C14, C16)."""

import asyncio
import contextlib
import socket

import pytest

from neural_threads.platform.realtime import RealtimeLimits


async def test_everybody_in_the_room_hears_it_once(exchange, tell):
    exchange.partners = {}
    async with exchange.socket("cora") as cora, exchange.socket("dina") as dina, exchange.socket("odile") as odile:
        await tell(["user:cora", "user:dina", "user:cora"], "the hem is done")
        for one in (cora, dina):
            assert await one.hear_event() == ["test-said", {"text": "the hem is done"}]
            await one.silence(0.1)
        await odile.silence(0.1)


@pytest.mark.case("C16")
async def test_two_tabs_both_hear_and_one_may_close(exchange, tell):
    async with exchange.socket("cora") as first, exchange.socket("dina") as dina:
        await first.hear_event()
        async with exchange.socket("cora") as second:
            await tell("user:cora", "both")
            assert (await first.hear_event())[1] == (await second.hear_event())[1] == {"text": "both"}
        await asyncio.sleep(0.5)
        await tell("user:cora", "one")
        assert (await first.hear_event())[1] == {"text": "one"}
        await dina.silence(0.1)  # Cora has not gone: nobody is told that she has.


async def test_presence_is_told_to_partners_only(exchange):
    async with exchange.socket("dina") as dina, exchange.socket("odile") as odile:
        async with exchange.socket("cora"):
            assert await dina.hear_event() == ["user-online", {"userId": "cora"}]
            assert exchange.realtime.is_online("cora")
        assert await dina.hear_event() == ["user-offline", {"userId": "cora"}]
        assert not exchange.realtime.is_online("cora")
        await odile.silence(0.1)


async def test_when_everybody_goes_at_once_their_partners_are_looked_up_in_turn(exchange, slow_database):
    """A thousand look-ups at once would leave no connection for those who want to say something."""
    crowd = [f"guest{n}" for n in range(12)]
    exchange.living |= {name: f"session-{name}" for name in crowd}
    exchange.partners = {name: ["dina"] for name in crowd}
    async with exchange.socket("dina") as dina:
        async with contextlib.AsyncExitStack() as stack:
            for name in crowd:
                await stack.enter_async_context(exchange.socket(name))
            came = [await dina.hear_event() for _ in crowd]
            exchange.database = slow_database(0.01)
        went = [await dina.hear_event() for _ in crowd]
    assert sorted(event[1]["userId"] for event in came if event[0] == "user-online") == sorted(crowd)
    assert sorted(event[1]["userId"] for event in went if event[0] == "user-offline") == sorted(crowd)
    assert exchange.database.most == exchange.realtime.bounds.presence_at_once


async def test_turning_a_page_is_no_absence(exchange):
    async with exchange.socket("dina") as dina:
        async with exchange.socket("cora"):
            assert (await dina.hear_event())[0] == "user-online"
        async with exchange.socket("cora"):
            await dina.silence(0.5)


async def test_frames_keep_their_order(exchange, tell):
    async with exchange.socket("cora") as cora:
        for n in range(200):
            await tell("user:cora", str(n))
        assert [(await cora.hear_event())[1]["text"] for _ in range(200)] == [str(n) for n in range(200)]


async def test_rooms_are_left_with_the_socket(exchange, tell):
    async with exchange.socket("cora"):
        pass
    await asyncio.sleep(0.05)
    manager = exchange.realtime._sio.manager
    assert manager.rooms == {}
    assert manager._rooms_of == {}
    assert manager.pending_connect == manager.pending_disconnect == {}
    assert exchange.realtime._sio.environ == {}


@pytest.mark.long  # buffers are filled
@pytest.mark.case("C14", "C15")
async def test_a_client_that_does_not_read_is_cut_and_costs_little(run_exchange, tell):
    async with run_exchange(RealtimeLimits(stall_seconds=1, connect_seconds=2)) as exchange:
        _, writer = await deaf_client(exchange, "cora")
        async with exchange.socket("dina") as dina:
            for n in range(600):
                await tell(["user:cora", "user:dina"], str(n) + "x" * 10_000)
                assert (await dina.hear_event())[1]["text"].startswith(str(n))
            line = next(iter(exchange.realtime.presence.sockets_of("cora")), None)
            if line is not None:
                assert line._queued <= 1 << 20
            await asyncio.sleep(2.5)
            assert exchange.realtime.presence.connected() == ["dina"]
            assert exchange.realtime.figures()["slow_clients_cut"] >= 1
        writer.close()


async def deaf_client(exchange, who):
    """Shakes hands, connects, and then never reads again."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", exchange.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=256)
    path = exchange.url.partition(str(exchange.port))[2]
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{exchange.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nCookie: who={who}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\x82\0\0\0\0" + b"40")
    await asyncio.sleep(0.2)
    assert who in exchange.realtime.presence.connected()
    return reader, writer


async def test_an_idle_socket_is_pinged_and_a_dead_one_dropped(run_exchange):
    bounds = RealtimeLimits(ping_seconds=0.2, pong_seconds=0.2, connect_seconds=5)
    async with run_exchange(bounds) as exchange, exchange.socket("cora"), exchange.socket("odile") as odile:
        await odile.silence(1)  # Odile answers her pings, Cora does not.
        assert exchange.realtime.presence.connected() == ["odile"]
