"""Compress pages with brotli or gzip."""

import gzip
from typing import Any

import brotli  # type: ignore[import-untyped]
from litestar.types import ASGIApp, Message, Receive, Send

from neural_threads.platform.security.client_ip import header

from .accept import Encoding, encoding_for

WORTH_IT = 1_000
QUICK = 4
"""Of brotli's eleven steps: a tenth more bytes than the best, for a hundredth of the time."""


def compressed_pages(app: ASGIApp) -> ASGIApp:
    """Wrap the application: HTML that is answered in one item is compressed.

    Only HTML: what a page holds of secrets (its CSRF token) is masked anew each time, so that lengths tell nothing.
    """

    async def squeezed(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        encoding = encoding_for(header(scope, b"accept-encoding") or "")
        start: Any = None

        async def squeezing(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message["headers"]):
                start = message
                return
            if start is not None:
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    message = _squeeze(start, message, encoding)
                await send(start)
                start = None
            await send(message)

        await app(scope, receive, squeezing)

    return squeezed


def _is_page(headers: Any) -> bool:
    result = {name.lower(): value for name, value in headers}
    return result.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in result


def _squeeze(start: Any, message: Any, encoding: Encoding) -> Any:
    body = message["body"]
    vary = [value for name, value in start["headers"] if name.lower() == b"vary"]
    start["headers"] = [pair for pair in start["headers"] if pair[0].lower() != b"vary"]
    start["headers"].append((b"vary", b", ".join([*vary, b"Accept-Encoding"])))
    if not encoding or len(body) < WORTH_IT:  # Also the answer to HEAD, which speaks of a body that is not sent.
        return message
    body = brotli.compress(body, quality=QUICK) if encoding == "br" else gzip.compress(body, compresslevel=5)
    kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    start["headers"] = [*kept, (b"content-encoding", encoding.encode()), length]
    return {**message, "body": body}
