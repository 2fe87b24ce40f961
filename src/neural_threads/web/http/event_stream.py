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
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _pending = await asyncio.wait([following], timeout=KEEP_ALIVE)
            if not done:
                yield b": still here\n\n"
                continue
            event = following.result()
            if event is None:
                return
            name, payload = event
            yield b"event: " + name.encode() + b"\ndata: " + encode(payload) + b"\n\n"
            following = asyncio.ensure_future(anext(events, None))
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await following
