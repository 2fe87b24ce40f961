"""Answers of the API: the envelope, error bodies, and the status code of each error."""

from collections.abc import Sequence
from typing import Any, Generic, Literal, TypeVar

from litestar import MediaType, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from neural_threads.platform import errors
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape

T = TypeVar("T")

STATUS: dict[type[errors.ThreadsError], int] = {
    errors.Malformed: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.WrongType: 415,
    errors.Invalid: 422,
    errors.TooOften: 429,
    errors.ThreadsError: 500,
    errors.Upstream: 502,
    errors.Unavailable: 503,
    errors.DiskFull: 507,
}
PRIVATE = {"Cache-Control": "no-store"}


class ApiAnswer(Shape, frozen=True, kw_only=True):
    """A whole JSON answer, where something stands beside `data`: `-> Reply[ChatList]`, `return ok(ChatList(…))`."""

    success: Literal[True] = True


class Page(ApiAnswer, Generic[T], frozen=True, kw_only=True):
    """A page of a list. `nextCursor` leads to the page after it, if there is one."""

    data: Sequence[T]
    has_more: bool
    next_cursor: str | None


def page_of(items: Sequence[T], cursor: str | None) -> Page[T]:
    """Return the answer for a page, and the cursor of the page after it."""
    return Page(data=items, has_more=cursor is not None, next_cursor=cursor)


class Reply(Response[T], Generic[T]):
    """`{"success": true, "data": …}`, or an `ApiAnswer` that names everything itself."""

    def __init__(self, data: T | None = None, *, status: int = 200, siblings: Any = None, **kwargs: Any) -> None:
        kwargs["headers"] = {**PRIVATE, **(kwargs.get("headers") or {})}
        super().__init__(data, status_code=status, media_type=MediaType.JSON, **kwargs)  # type: ignore[arg-type]
        self.siblings: dict[str, Any] = siblings or {}

    def render(self, content: Any, media_type: str, enc_hook: Any = None) -> bytes:
        """Our own encoder: camelCase, milliseconds, money as numbers."""
        return encode(content if isinstance(content, ApiAnswer) else envelope(content, **self.siblings))

    def to_asgi_response(self, app: Any, request: Any, **_kwargs: Any) -> ASGIResponse:
        """Return the ASGI response: our headers and the rendered body. Middleware adds cookies (web/http/cookies.py)."""
        body = self.render(self.content, MediaType.JSON)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        return _Sent(self.status_code or 200, headers, body)


class _Sent(ASGIResponse):
    """A finished answer. Litestar's own looks at media types, cookies and background work first, which ours never have."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._start = {"type": "http.response.start", "status": status, "headers": headers}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(self._start)  # type: ignore[arg-type]
        await send(self._body)  # type: ignore[arg-type]


def envelope(data: Any = None, **siblings: Any) -> dict[str, Any]:
    """Return what a successful JSON answer looks like."""
    return {"success": True, **({} if data is None else {"data": data}), **siblings}


def ok(data: T | None = None, *, headers: dict[str, str] | None = None, **siblings: Any) -> Reply[T]:
    """200, with siblings named as on the wire: `ok(chats, hasMore=True, nextCursor=cursor)`."""
    return Reply(data, siblings=siblings, headers=headers)


def created(data: T | None = None, *, headers: dict[str, str] | None = None, **siblings: Any) -> Reply[T]:
    """201: something new is there."""
    return Reply(data, status=201, siblings=siblings, headers=headers)


def status_of(error: errors.ThreadsError) -> int:
    """The status code of an error: that of the nearest class we know."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_body(error: errors.ThreadsError) -> dict[str, Any]:
    """The one error shape, over HTTP and in a socket's acknowledgement alike."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.fields:
        body["fields"] = error.fields
    return {"success": False, "error": body}
