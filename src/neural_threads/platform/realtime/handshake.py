"""Check a connection before Engine.IO sees it: origin, authentication, limits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from neural_threads.platform.errors import Forbidden, Malformed, NotSignedIn, ThreadsError, TooOften, Unavailable
from neural_threads.platform.security.client_ip import client_address
from neural_threads.platform.security.csrf import from_our_pages
from neural_threads.platform.serialization.encode import encode

from .frames import Receive, Send
from .identity import Identity
from .limits import RealtimeLimits

Scope = MutableMapping[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = Mapping[str, str]
Authenticate = Callable[[Headers], Awaitable[Identity | None]]

STATUS: dict[type[ThreadsError], int] = {
    Malformed: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    TooOften: 429,
    Unavailable: 503,
}


class Guard:
    """Decides who may open a line: WebSocket only, our own pages only, and no wrong credentials."""

    def __init__(self, authenticate: Authenticate, bounds: RealtimeLimits) -> None:
        self._authenticate = authenticate
        self._bounds = bounds
        self._turns = asyncio.Semaphore(bounds.handshakes_at_once)
        self.waiting: Counter[str] = Counter()
        self.refused = 0

    async def admit(self, scope: Scope) -> Identity | None:
        """The identity that the handshake shows, or None when it shows nothing and may still do so. Raises to refuse."""
        try:
            if scope["type"] != "websocket" or not _speaks_our_protocol(scope):
                raise Malformed()
            # Browsers always say where the page came from. A program that does not still needs a credential.
            if not from_our_pages(scope):
                raise Forbidden()
            identity = await self.identify(headers_of(scope))
            if identity is None and self.waiting[client_address(scope)] >= self._bounds.waiting_per_address:
                raise TooOften(retry_after=int(self._bounds.connect_seconds))
        except ThreadsError:
            self.refused += 1
            raise
        return identity

    async def identify(self, headers: Headers) -> Identity | None:
        """Return who shows these, in turn: after a restart all come together, and refusing them costs both sides more than a wait."""
        try:
            async with asyncio.timeout(self._bounds.connect_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable(retry_after=2) from None
        try:
            return await self._authenticate(headers)
        finally:
            self._turns.release()


def headers_of(scope: Scope) -> dict[str, str]:
    """Names in lower case; a repeated header is joined as HTTP says (cookies with a semicolon)."""
    result: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        result[name] = f"{result[name]}{'; ' if name == 'cookie' else ', '}{value}" if name in result else value
    return result


def _speaks_our_protocol(scope: Scope) -> bool:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("EIO") == ["4"] and query.get("transport") == ["websocket"] and "sid" not in query


async def refuse(scope: Scope, receive: Receive, send: Send, error: ThreadsError) -> None:
    """Answer over HTTP, before any WebSocket exists."""
    body = encode({"success": False, "error": {"code": error.code, "message": str(error.message)}})
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", str(len(body)).encode()),
    ]
    if error.retry_after:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    if scope["type"] == "websocket":
        await receive()
    await send({"type": f"{kind}.start", "status": STATUS.get(type(error), 403), "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
