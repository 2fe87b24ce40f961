"""Answer public images from memory before anything else is done for the request."""

import re
from functools import lru_cache
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from neural_threads.platform.images.image_cache import CachedImage, Key, image_cache

from .accept import kind_for
from .conditional import is_known

_WIDTH = re.compile(rb"w=(?:200|400|800|1600)")


def key_of(scope: Scope) -> Key | None:
    """Return how this request is kept; None for one that is not: signed, or at a width that we do not have."""
    query = scope["query_string"]
    if not _WIDTH.fullmatch(query):
        return None
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return scope["path"], query, _kind(accept)


@lru_cache(maxsize=256)
def _kind(accept: bytes) -> str:
    return kind_for(accept.decode("latin-1"))


def cached_images(app: ASGIApp) -> ASGIApp:
    """Wrap the application."""

    async def ready(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/media/"):
            key = key_of(scope)
            result = image_cache.find(key) if key else None
            headers = dict(scope["headers"]) if result else {}
            if result and b"range" not in headers:
                await _send(send, result, headers.get(b"if-none-match", b""))
                return
        await app(scope, receive, send)

    return ready


async def _send(send: Send, result: CachedImage, if_none_match: bytes) -> None:
    has_it = is_known(result.etag.decode(), if_none_match.decode("latin-1"))
    body = b"" if has_it else result.body
    headers = list(result.headers)
    if not has_it:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": 304 if has_it else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
