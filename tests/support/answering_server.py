"""A server on loopback that answers each request by a mode: honest, broken in many ways, or hostile."""

import asyncio
from collections import deque
from typing import Self

MOST_BYTES = 32 * 1024 * 1024  # of a request's head


class AnsweringServer:
    """`async with`: it listens at `origin`. `modes` holds the next answers, `mode` those after them. A subclass answers."""

    def __init__(self, mode: str = "honest", *, pause: float = 0.0, port: int = 0) -> None:
        self.mode = mode
        self.modes: deque[str] = deque()
        self.pause = pause
        """Seconds before an honest answer, or between two fragments of it."""
        self._port = port
        self.origin = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=MOST_BYTES)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()

    async def answer_request(
        self, writer: asyncio.StreamWriter, first: str, headers: dict[str, str], body: bytes
    ) -> None:
        """Answer one request. `first`: its request line; `headers`: by lower-case name."""
        raise NotImplementedError

    def next_mode(self) -> str:
        """Return how the next request is to be answered."""
        return self.modes.popleft() if self.modes else self.mode

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            await self.answer_request(writer, first, headers, body)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def write_whole(
    writer: asyncio.StreamWriter, body: bytes, *, status: str = "200 OK", kind: str = "application/json"
) -> None:
    writer.write(
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    await writer.drain()


async def write_head(writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    await writer.drain()


async def write_part(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


async def write_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"0\r\n\r\n")
    await writer.drain()
