"""Uvicorn's HTTP protocol with a bound on the head of a request: what is larger is answered 431, and the connection ends (B09).

Proxies bound heads, too, but nginx counts bytes only, and without a proxy nobody would.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from neural_threads.platform import errors
from neural_threads.platform.serialization.encode import encode
from neural_threads.web.http.responses import error_body

MOST_BYTES = 32_768
"""As many as the shipped nginx takes (`large_client_header_buffers`)."""
MOST_HEADERS = 100
LINGER = 2.0
"""Seconds that a refused client has to read the answer. What it still sends is dropped; to hang up at once would make its system
throw the answer away (RFC 9112, 9.6)."""


class BoundedHeads(HttpToolsProtocol):
    """One connection. A head is refused when it is whole, or as soon as what has come of it is too much."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_within_head = self._is_within_body = self._is_too_large = self._is_refused = False
        self._received = 0

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head that is not whole; not what begins with the end of a body."""
        if self._is_refused:
            return
        is_end_of_body = self._is_within_body
        super().data_received(data)
        if self._is_within_head and not is_end_of_body:
            self._received += len(data)
            if self._received > MOST_BYTES and not self._is_refused and not self.transport.is_closing():
                self._is_too_large = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._is_within_head, self._received = True, 0

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._is_within_body = False
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        """The head is whole. Raises ValueError for one that is too large, which ends in `send_400_response`."""
        self._is_within_head, self._is_within_body = False, True
        size = len(self.url) + sum([len(name) + len(value) for name, value in self.headers])
        if len(self.headers) > MOST_HEADERS or size > MOST_BYTES:
            self._is_too_large = True
            raise ValueError("too large a head")
        super().on_headers_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what cannot be read, in the shape of every error, and hang up once it was read."""
        status = b"431 Request Header Fields Too Large" if self._is_too_large else b"400 Bad Request"
        body = encode(error_body(errors.Malformed()))
        lines = [b"HTTP/1.1 " + status, b"content-type: application/json", b"content-length: %d" % len(body)]
        self._is_refused = True
        self.transport.write(b"\r\n".join([*lines, b"cache-control: no-store", b"connection: close", b"", body]))
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.close)
        else:
            self.transport.close()
