"""Cache public answers as bytes until public data changes, with ETags."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Request, Response
from litestar.types import ASGIApp, Receive, Scope, Send

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.cache import public_cache
from neural_threads.platform.security import rate_limits
from neural_threads.platform.security.client_ip import address_block, client_address

from .conditional import is_known

CACHED_PATHS = ("/api/designers", "/api/designs", "/api/tailors", "/api/reviews")
PROFILES = ("/api/designers/", "/api/tailors/")
HEADERS = {
    "Content-Type": "application/json",
    # A shared cache may hold it but must ask us each time: whoever is signed in gets another answer.
    "Cache-Control": "public, no-cache",
    "Vary": "Cookie, Authorization",
}


class PublicBody(NamedTuple):
    """A body that every visitor may get, and the words of the catalogue at which it is no longer true (platform/cache.py)."""

    body: bytes
    words: frozenset[str]


class CachedResponse(NamedTuple):
    """A finished answer and the mark by which a browser asks whether it still holds."""

    body: bytes
    etag: str
    words: frozenset[str]

    @classmethod
    def of(cls, made: PublicBody) -> "CachedResponse":
        """This body, with its mark."""
        return cls(made.body, f'"{hashlib.blake2b(made.body, digest_size=12).hexdigest()}"', made.words)

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + 500 + 150 * len(self.words)

    def is_known(self, if_none_match: str) -> bool:
        """Return True if the browser already has it."""
        return is_known(self.etag, if_none_match)


async def public_answer(request: Request[Any, Any, Any], make: Callable[[], Awaitable[PublicBody]]) -> Response[bytes]:
    """The kept answer to this address, or the one that `make` makes; 304 when the browser has it."""
    key = _key(request.scope)

    async def answer() -> CachedResponse:
        return CachedResponse.of(await make())

    result: CachedResponse = await public_cache.remember(
        key, answer, lambda made: made.size + len(key[2]), lambda made: made.words
    )
    headers = {**HEADERS, "ETag": result.etag}
    if result.is_known(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers)
    return Response(result.body, media_type="application/json", headers=headers)


def cached_responses(app: ASGIApp) -> ASGIApp:
    """Give visitors without cookies what we have at hand, before anything else is asked about the request."""

    async def ready(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(CACHED_PATHS):
            headers = dict(scope["headers"])
            if b"cookie" not in headers and b"authorization" not in headers:
                result: CachedResponse | None = public_cache.kept(_key(scope))
                if result is not None and await _may_look(scope):
                    await _send(send, result, headers.get(b"if-none-match", b"").decode("latin-1"))
                    return
        await app(scope, receive, send)

    return ready


async def count_look(request: Request[Any, Any, Any], me: Person | None) -> None:
    """Count a visit to a provider's profile: per person, of visitors per address. TooOften when the limit is reached."""
    if me:
        await rate_limits.hit("profiles", me.id)
    else:
        await rate_limits.hit("profiles_address", _place(request.scope))


async def _may_look(scope: Scope) -> bool:
    """Counts what is given from memory, too. When the hour is full, the handler says so."""
    return not scope["path"].startswith(PROFILES) or await rate_limits.try_consume("profiles_address", _place(scope), 1)


def _place(scope: Scope) -> str:
    return address_block(client_address(scope))


async def _send(send: Send, answer: CachedResponse, if_none_match: str) -> None:
    known = answer.is_known(if_none_match)
    body = b"" if known else answer.body
    headers = [*_RAW_HEADERS, (b"etag", answer.etag.encode())]
    if not known:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def _key(scope: Scope) -> tuple[str, str, bytes]:
    return ("answer", scope["path"], scope["query_string"])
