"""Cache public images in memory, and answer from it before anything else is done for the request."""

import re
import time
from collections import OrderedDict
from functools import lru_cache
from typing import Any, NamedTuple

from litestar.types import ASGIApp, Receive, Scope, Send

from .accept import kind_for

MOST_BYTES = 24 * 1024 * 1024
LARGEST = 512 * 1024
SECONDS = 60.0
"""So long another process may go on showing a picture that was removed."""
_WIDTH = re.compile(rb"w=(?:200|400|800|1600)")
Key = tuple[str, bytes, str]


class CachedImage(NamedTuple):
    """A finished answer."""

    body: bytes
    etag: bytes
    headers: list[tuple[bytes, bytes]]
    until: float


class ImageCache:
    """Answers by path, query and format; the one unused for longest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, CachedImage] = OrderedDict()
        self._bytes = 0

    def find(self, key: Key) -> CachedImage | None:
        """Return what is kept and still young."""
        result = self._kept.get(key)
        if result is None:
            return None
        if result.until < time.monotonic():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return result

    def keep(self, key: Key, body: bytes, etag: str, headers: dict[str, str]) -> None:
        """Put an answer on the shelf, and take others off until it fits."""
        if len(body) > LARGEST:
            return
        self._drop(key)
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._kept[key] = CachedImage(body, etag.encode(), raw, time.monotonic() + SECONDS)
        self._bytes += len(body)
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def forget(self, public_id: str) -> None:
        """An image was removed."""
        for key in [key for key in self._kept if key[0] == f"/media/{public_id}"]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        self._bytes -= len(gone.body) if gone else 0


image_cache = ImageCache()


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
    is_known = result.etag in if_none_match or if_none_match == b"*"
    body = b"" if is_known else result.body
    headers = list(result.headers)
    if not is_known:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": 304 if is_known else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
