"""The request class with our strict JSON decoder, and the middleware that gives each request an id."""

import re
import secrets
import time
from collections.abc import AsyncGenerator
from typing import Any, TypeVar, cast

import msgspec
import structlog
from litestar import Request
from litestar.datastructures import FormMultiDict, State
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from neural_threads.platform import logs, metrics, tracing
from neural_threads.platform.errors import Malformed, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_json

log = structlog.get_logger(__name__)
T = TypeVar("T", bound=msgspec.Struct)
SLOW = 0.5
LONGEST_PATH = 300
WITH_NUL = re.compile(r"[^/]*\0[^/]*")
UNTRACED = frozenset({"/health", "/ready", "/metrics"})
TRACE_ID = re.compile(r"\A[0-9a-f]{32}\Z")
KNOWN_ID = re.compile(rb"\A[A-Za-z0-9-]{8,64}\Z")


class ThreadsRequest(Request[Any, Any, State]):
    """A request whose JSON body is decoded strictly into the Struct that its handler declares as `data`."""

    async def json(self) -> Any:
        """The body as the handler's Struct: 415 for another content type, 400 unreadable, 422 with every field."""
        require_json(self)
        field = self.route_handler.parsed_data_field
        assert field is not None  # Only a handler with `data` asks for the body.
        return decode_json(await self.body(), field.annotation)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Malformed (400) when the client hangs up before its end: nobody is there to be answered."""
        try:
            async for part in super().stream():
                yield part
        except InternalServerException:
            raise Malformed() from None

    async def form(self) -> FormMultiDict:
        """The posted form. Malformed (400) for one that cannot be read, as a file that is sent as if it were a text."""
        try:
            return await super().form()
        except (UnicodeDecodeError, LookupError):  # LookupError: a charset that nobody knows.
            raise Malformed() from None


def require_json(request: Request[Any, Any, Any]) -> None:
    """Raise WrongType (415) unless the body is said to be JSON."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WrongType(_("Please send this as application/json."))


async def body_or_nothing(request: Request[Any, Any, Any], shape: type[T]) -> T:
    """Return the JSON body as this Struct, or the Struct as it is by itself where the body is left out altogether."""
    body = await request.body()
    if not body.strip():
        return shape()
    require_json(request)
    return decode_json(body, shape)


def request_ids(app: ASGIApp) -> ASGIApp:
    """Give every request an id, bind it to the log, answer it in X-Request-ID, and note how it went."""

    async def named_and_noted(scope: HTTPScope, receive: Receive, send: Send, span: Any) -> None:
        request_id = _name(scope)
        status, begun = 500, time.perf_counter()
        scope["threads.begun"] = begun  # type: ignore[typeddict-unknown-key]

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await app(scope, receive, named)
        finally:
            _note(scope, status, time.perf_counter() - begun)
            if span is not None:
                _note_span(span, scope, status, request_id)

    async def observed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        if "\0" in scope["path"]:  # PostgreSQL cannot hold a NUL, so nothing of ours is called that.
            scope["path"] = WITH_NUL.sub("nothing-is-called-this", scope["path"])
        if scope["method"] == "HEAD":  # Whatever can be got can be asked about; the server drops the body itself.
            # A range is defined for GET only (RFC 9110, section 14.2).
            headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
            scope = cast(HTTPScope, {**scope, "method": "GET", "headers": headers})
        if scope["path"] in UNTRACED:
            await named_and_noted(scope, receive, send, None)
            return
        given = _given_id(scope)
        with tracing.span(scope["method"], "server", id=given if TRACE_ID.match(given) else "") as span:
            await named_and_noted(scope, receive, send, span)

    return observed


def _name(scope: HTTPScope) -> str:
    """Return the request's id, and bind it to the log: that of the proxy or the caller, else the trace's, else a new one."""
    trace_id = tracing.trace_id()
    request_id = _given_id(scope) or trace_id or secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id, **({"trace_id": trace_id} if trace_id else {}))
    return request_id


def _given_id(scope: HTTPScope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if KNOWN_ID.match(given) else ""


def _note_span(span: Any, scope: HTTPScope, status: int, request_id: str) -> None:
    route = scope.get("path_template") or "unmatched"
    span.update_name(f"{scope['method']} {route}")
    span.set_attributes(
        {
            "http.request.method": scope["method"],
            "http.route": route,
            "http.response.status_code": status,
            "threads.request_id": request_id,
        }
    )


def _note(scope: HTTPScope, status: int, seconds: float) -> None:
    route = scope.get("path_template") or "unmatched"
    metrics.observe(scope["method"], route, status, seconds)
    if status < 400 and seconds <= SLOW:
        return
    # Whoever is refused may come again at once; what failed, or took long, is always written.
    is_refused = (status < 500 or status == 503) and seconds <= SLOW
    more = logs.bounded("request", f"{route} {status}") if is_refused else {}
    if more is not None:
        ms = round(seconds * 1000)
        path = scope["path"][:LONGEST_PATH]
        log.info("request", method=scope["method"], path=path, status=status, ms=ms, **more)
