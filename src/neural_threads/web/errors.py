"""Answer errors: JSON for programs, a page or a way to sign in for people."""

from typing import Any
from urllib.parse import quote

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.response import Redirect

from neural_threads.platform import errors
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.encode import encode
from neural_threads.web.http.responses import PRIVATE, STATUS, error_body, status_of
from neural_threads.web.templates.render import error_page

log = structlog.get_logger(__name__)


def refuse(request: Request[Any, Any, Any], error: errors.ThreadsError) -> Response[Any]:
    """Answer a refusal: JSON for programs, a page in our own dress for people."""
    status = status_of(error)
    if wants_page(request):
        return _refuse_page(request, status, error)
    headers = dict(PRIVATE)
    if error.retry_after is not None or status in (429, 503):
        headers["Retry-After"] = str(error.retry_after or 1)
    return Response(encode(error_body(error)), status_code=status, media_type=MediaType.JSON, headers=headers)


def _refuse_page(request: Request[Any, Any, Any], status: int, error: errors.ThreadsError) -> Response[Any]:
    if status == 401:
        return to_sign_in(request)
    answer = error_page(getattr(request.state, "visit", None), status, error)
    if status in (429, 503):
        answer.headers["Retry-After"] = str(error.retry_after or 1)
    return answer


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lead a visitor to /login, and remember where she wanted to go. htmx is told to move the whole page."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    place = f"/login?next={quote(target if request.method == 'GET' else '/', safe='/')}"
    if request.headers.get("HX-Request"):
        return Response(b"", status_code=200, headers={"HX-Redirect": place, **PRIVATE})
    return Redirect(place, status_code=303, headers=PRIVATE)


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Return True if a person is looking, or a program asking."""
    if request.url.path.startswith(("/api/", "/schema/", "/socket.io/", "/media/", "/assets/")):
        return False
    accept = request.headers.get("accept", "*/*")
    # htmx asks for anything, too; its script reads our JSON and shows it.
    return "text/html" in accept or (accept == "*/*" and "hx-request" not in request.headers)


# How Litestar's and the unforeseen errors become ours


def on_threads_error(request: Request[Any, Any, Any], error: errors.ThreadsError) -> Response[Any]:
    """Ours: it already knows what to say."""
    return refuse(request, error)


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Litestar's: an unknown address, a wrong method, a body too large or unreadable."""
    if isinstance(error, NotFoundException):
        return refuse(request, errors.NotFound())
    if isinstance(error, MethodNotAllowedException):
        body = error_body(errors.ThreadsError(_("That is not how this address is used."), code="METHOD_NOT_ALLOWED"))
        headers = {**PRIVATE, **(error.headers or {})}
        return Response(encode(body), status_code=405, media_type=MediaType.JSON, headers=headers)
    kinds = {status: kind for kind, status in STATUS.items()}
    kind = kinds.get(error.status_code, errors.Malformed if error.status_code < 500 else errors.ThreadsError)
    if kind is errors.ThreadsError:
        log.error("http_exception", detail=error.detail)
    return refuse(request, kind())


def on_unforeseen(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A defect of ours: log it whole, say little."""
    log.error("unforeseen", exc_info=error, path=request.url.path, method=request.method)
    return refuse(request, errors.ThreadsError())
