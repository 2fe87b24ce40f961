"""A socket ends with its session (C08, C17, C18), and with the server."""

import asyncio
import contextlib

import pytest

from neural_threads.platform.realtime import RealtimeLimits, end_session, end_sessions_of
from tests.support.deadlines import within


async def test_signing_out_hangs_up_at_once(exchange):
    async with exchange.socket("cora") as cora, exchange.socket("dina") as dina:
        with within(1):
            await end_session("session-cora")()
            assert await cora.closed() == 1008
        assert (await dina.ask("test-echo"))["success"] is True


@pytest.mark.case("C17")
async def test_a_new_password_ends_the_other_sessions_only(exchange):
    async with exchange.socket("cora/here") as here, exchange.socket("cora/elsewhere") as elsewhere:
        exchange.living["cora"] = "here"
        await end_sessions_of("cora", but="here")()
        assert await elsewhere.closed() == 1008
        assert (await here.ask("test-echo"))["success"] is True


@pytest.mark.case("C08", "C18")
async def test_a_session_that_ends_elsewhere_is_noticed(exchange):
    async with exchange.socket("cora") as cora, exchange.socket("dina") as dina:
        exchange.sessions["session-cora"] = "over"
        assert await cora.closed(1.5) == 1008
        assert (await dina.ask("test-echo"))["success"] is True


@pytest.mark.case("C18")
async def test_a_socket_opened_while_the_session_ends_is_not_let_in(exchange):
    async with exchange.line("cora") as line:
        await end_session("session-cora")()
        await line.say("40")
        assert (await line.hear()).startswith("44")
        await line.closed()


async def test_the_restart_tells_clients_to_come_back(run_exchange):
    async with run_exchange(RealtimeLimits()) as exchange:
        opening = exchange.socket("cora")
        cora = await opening.__aenter__()
        closing = asyncio.create_task(cora.closed(5))
        await asyncio.sleep(0.05)
    assert await closing == 1012


@pytest.mark.long  # hundreds come and go
@pytest.mark.parametrize("count", [300])
async def test_many_come_and_go_without_a_trace(run_exchange, count):
    async with run_exchange(RealtimeLimits(sockets_per_user=10_000)) as exchange:
        for _ in range(3):
            opened = [exchange.socket("cora") for _ in range(count // 3)]
            await asyncio.gather(*(socket.__aenter__() for socket in opened))
            assert exchange.realtime.figures()["sockets"] == count // 3
            await asyncio.gather(*(socket.__aexit__(None, None, None) for socket in opened))
            await asyncio.sleep(0.1)
            assert exchange.realtime.figures()["sockets"] == 0


async def test_a_client_that_never_answers_our_goodbye_is_cut(run_exchange):
    async with run_exchange(RealtimeLimits(goodbye_seconds=0.3)) as exchange:
        reader, writer = await _handshake(exchange.port, "cora")
        with within(2), contextlib.suppress(ConnectionResetError):
            await end_session("session-cora")()
            while await asyncio.wait_for(reader.read(4096), 30):
                pass
        writer.close()


async def _handshake(port: int, who: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket on which nobody speaks WebSocket after the handshake, so that no goodbye is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Cookie: who=" + who.encode() + b"\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\x82\x00\x00\x00\x0040")  # A masked text frame: CONNECT.
    await asyncio.sleep(0.2)
    return reader, writer
