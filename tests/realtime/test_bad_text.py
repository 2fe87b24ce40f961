"""What a stranger can send again and again costs one line of the log each time, never a traceback."""

import asyncio
from urllib.parse import urlsplit

import httpx


async def test_a_text_frame_that_is_no_utf8_is_counted_and_logged_in_one_line(server):
    before = await counted(server)
    seen = len(server.log.read_text())
    for _ in range(3):
        await send_bad_frame(server.url)
    assert await counted(server) == before + 3
    lines = [line for line in server.log.read_text()[seen:].splitlines() if "UTF-8" in line]
    assert len(lines) == 3
    assert "Traceback" not in server.log.read_text()[seen:]


async def send_bad_frame(url: str) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\x82\x00\x00\x00\x00\xc3\x28")
    async with asyncio.timeout(30):
        while await reader.read(4096):
            pass
    writer.close()


async def counted(server) -> float:
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{server.url}/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("threads_bad_text_frames "))
