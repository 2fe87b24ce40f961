"""Server-sent events: an answer that comes item by item (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from litestar import Request
from litestar.response import Stream

from neural_threads.platform.serialization.encode import encode

EVENT_STREAM = "text/event-stream"
KEEP_ALIVE = 10.0
"""Seconds of silence after which a comment is sent, so that no proxy thinks the connection dead."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def wants_event_stream(request: Request[Any, Any, Any]) -> bool:
    """Return True when the client asks for events rather than for one JSON document."""
    return EVENT_STREAM in request.headers.get("accept", "")


def event_stream(events: AsyncIterator[tuple[str, object]]) -> Stream:
    """Answer with named events, each with its payload as JSON."""
    return Stream(_encoded(events), status_code=200, media_type=EVENT_STREAM, headers=HEADERS)


async def _encoded(events: AsyncIterator[tuple[str, object]]) -> AsyncIterator[bytes]:
    """Yield what is there to be sent. Events that come together are sent together: each chunk costs the server a write."""
    following = _next(events)
    chunk = b""
    try:
        while True:
            done, _pending = await asyncio.wait([following], timeout=0 if chunk else KEEP_ALIVE)
            if not done:
                yield chunk or b": still here\n\n"
                chunk = b""
                continue
            event = following.result()
            if event is None:
                break
            chunk += _as_text(*event)
            following = _next(events)
        if chunk:
            yield chunk
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await following


def _next(events: AsyncIterator[tuple[str, object]]) -> "asyncio.Future[tuple[str, object] | None]":
    return asyncio.ensure_future(anext(events, None))


def _as_text(name: str, payload: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + encode(payload) + b"\n\n"
