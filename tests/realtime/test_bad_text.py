"""What a stranger can send again and again costs a bounded number of log lines a minute, never a traceback."""

import asyncio
import json
from collections import Counter
from urllib.parse import urlsplit

import httpx
import pytest

pytestmark = pytest.mark.long  # a server of its own, and a minute's noise

HANDSHAKE = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
MANY = 90
LINES_A_MINUTE = 60


@pytest.fixture
async def quiet(fresh_server):
    """A server of its own, whose log nobody else writes."""
    return await fresh_server()


@pytest.mark.case("W14")
async def test_text_frames_that_are_no_utf8_are_counted_and_logged_in_one_line(quiet):
    for _ in range(5):
        await send_bad_frame(quiet.url)
    assert await figure(quiet, "threads_bad_text_frames") == 5
    log = quiet.log.read_text()
    assert len([line for line in log.splitlines() if "UTF-8" in line]) == 1
    assert "Traceback" not in log
    assert await figure(quiet, "threads_log_lines_left_out") == 4


@pytest.mark.case("W14")
async def test_what_is_no_http_and_no_handshake_is_one_line_a_minute(quiet):
    seen = len(quiet.log.read_text())
    for words in ("\x16\x03\x01\r\n\r\n", "GET / HTTP/9.x\r\n\r\n", HANDSHAKE + "\r\n"):
        for _ in range(5):
            await say(quiet.url, words)
    lines = quiet.log.read_text()[seen:].splitlines()
    assert "Traceback" not in "".join(lines)
    kinds = Counter(json.loads(line)["event"].split(" (")[0] for line in lines)
    assert max(kinds.values(), default=0) <= 5, kinds
    assert {kind: many for kind, many in kinds.items() if many > 1 and kind != "request"} == {}


@pytest.mark.case("W14")
async def test_refused_requests_are_counted_and_logged_up_to_a_bound(quiet):
    async with httpx.AsyncClient(base_url=quiet.url) as stranger:
        for n in range(MANY):
            assert (await stranger.get(f"/nothing-{n}")).status_code == 404
            assert (await stranger.post("/api/chat", json={})).status_code == 403
        assert (await stranger.get("/api/chat")).status_code == 401
        await stranger.get("/" + "a" * 5000)
    events = [json.loads(line) for line in quiet.log.read_text().splitlines() if line.startswith("{")]
    counts = Counter((event["event"], event.get("status")) for event in events)
    assert counts["request", 404] == LINES_A_MINUTE
    assert counts["request", 403] == LINES_A_MINUTE
    assert counts["csrf_refused", None] == LINES_A_MINUTE
    assert counts["request", 401] == 1, "other kinds are still told"
    assert await figure(quiet, "threads_log_lines_left_out") == 3 * (MANY - LINES_A_MINUTE) + 1


async def send_bad_frame(url: str) -> None:
    await say(url, HANDSHAKE + KEY + "\r\n", b"\x81\x82\x00\x00\x00\x00\xc3\x28")


async def say(url: str, words: str, then: bytes = b"") -> None:
    """Send this, and after the answer's head `then`; wait until the server has closed the line."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(words.format(host=parts.netloc, url=url).encode("latin-1"))
    async with asyncio.timeout(30):
        if then:
            assert b"101" in await reader.readuntil(b"\r\n\r\n")
            writer.write(then)
        while await reader.read(4096):
            if not then:
                break
    writer.close()


async def figure(server, name: str) -> float:
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{server.url}/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))
