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
from neural_threads.web.http.accept import wants_page
from neural_threads.web.http.form_page import page_of_form
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
    request.state["refusal"] = error.message
    answer = error_page(getattr(request.state, "visit", None), status, error)
    if status in (429, 503):
        answer.headers["Retry-After"] = str(error.retry_after or 1)
    return answer


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lead a visitor to /login, and remember where she wanted to go: the page itself, or the page of the form she sent.

    htmx gets 401 with the way to /login; our script stays on the page and says so.
    """
    if request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        target = page_of_form(request)
    place = f"/login?next={quote(target, safe='/')}"
    if request.headers.get("HX-Request"):
        words = error_page(getattr(request.state, "visit", None), 401, errors.NotSignedIn())
        words.headers["HX-Redirect"] = place
        return words
    return Redirect(place, status_code=303, headers=PRIVATE)


# How Litestar's and the unforeseen errors become ours


def on_threads_error(request: Request[Any, Any, Any], error: errors.ThreadsError) -> Response[Any]:
    """Ours: it already knows what to say."""
    return refuse(request, error)


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Litestar's: an unknown address, a wrong method, a body too large or unreadable."""
    if isinstance(error, NotFoundException):
        return refuse(request, errors.NotFound())
    if isinstance(error, MethodNotAllowedException):
        body = error_body(
            errors.ThreadsError(
                _("This address does not accept this kind of request. Please go back and try again."),
                code="METHOD_NOT_ALLOWED",
            )
        )
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
