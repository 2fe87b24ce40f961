"""A small HTTP/1.1 client: one connection, one request at a time, parsed by httptools. It uses little CPU itself."""

import asyncio
from typing import Any, NamedTuple, Self, cast

import httptools

HELD_BACK = 300


class Answer(NamedTuple):
    """What came back. Status 0: the connection broke."""

    status: int
    size: int
    text: bytes
    """The first bytes of the body, for looking at errors; all of it on a line that keeps it."""
    retry_after: str = ""
    """When to ask again, on a line that keeps everything."""
    tag: str = ""
    """The ETag, on such a line."""


class Line(asyncio.Protocol):
    """One keep-alive connection."""

    held_back = HELD_BACK
    _retry_after = _tag = ""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._size = 0
        self._text = b""

    @classmethod
    async def open(cls, host: str, port: int, **options: Any) -> Self:
        """Connect; options are those of `create_connection`."""
        _, line = await asyncio.get_running_loop().create_connection(cls, host, port, **options)
        return line

    @property
    def is_open(self) -> bool:
        """True if another request can be sent."""
        return self._transport is not None

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send these bytes; the future is the answer."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._size, self._text = 0, b""
        if self._transport is None:
            self._tell(Answer(0, 0, b"not connected"))
        else:
            self._transport.write(request)
        return self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def _tell(self, answer: Answer) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    # What asyncio and httptools call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by name

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if len(self._text) < self.held_back:
            self._text += body[: self.held_back]

    def on_message_complete(self) -> None:
        self._tell(Answer(self._parser.get_status_code(), self._size, self._text, self._retry_after, self._tag))

    def connection_lost(self, reason: Exception | None) -> None:
        self._transport = None
        self._tell(Answer(0, 0, repr(reason).encode()))


class WholeLine(Line):
    """The same, for whoever reads what comes."""

    held_back = 1 << 30

    def on_message_begin(self) -> None:
        self._retry_after = self._tag = ""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")
        elif name.lower() == b"etag":
            self._tag = value.decode("latin-1")


def request(method: str, path: str, body: bytes = b"", **headers: str) -> str:
    """The text of a request; header names are written with underscores. Latin-1, so that JSON can carry it."""
    fields = {"host": "bench", "accept": "application/json"}
    if body:
        fields |= {"content-type": "application/json", "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n{body.decode('latin-1')}"
