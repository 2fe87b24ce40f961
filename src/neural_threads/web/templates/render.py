"""Render a template in the reader's language as a page, a fragment or an error page."""

from typing import Any

from litestar import Response
from litestar.enums import MediaType
from structlog.contextvars import get_contextvars

from neural_threads.platform import i18n
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.web.http.csp import content_security_policy
from neural_threads.web.http.request_context import AnonymousContext, RequestContext

from .assets import asset_manifest
from .environment import environment


def page(visit: "RequestContext", template: str, status: int = 200, **context: Any) -> Response[str]:
    """A whole page, or what the template extends when htmx asked; private to whoever is signed in."""
    html = _render(visit, template, context)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=_headers(visit))


def fragment(visit: "RequestContext", template: str, status: int = 200, **context: Any) -> Response[str]:
    """A region of a page for htmx: a template that does not extend the layout."""
    return page(visit, template, status, **context)


TROUBLES: dict[int, tuple[LazyText, LazyText]] = {
    403: (lazy_gettext("You cannot open this page"), lazy_gettext("You are signed in, but this page is for another account.")),
    404: (lazy_gettext("Page not found"), lazy_gettext("This page was deleted or never existed. Check the address, or go to the home page.")),
    429: (lazy_gettext("Too many attempts"), lazy_gettext("You did this too often in a short time. Please wait a moment and try again.")),
    500: (lazy_gettext("Something went wrong"), lazy_gettext("The mistake is on our side. We have noted it and will fix it. Please try again later.")),
    503: (lazy_gettext("Busy right now"), lazy_gettext("Many people are using Neural Threads, or it is restarting. Please try again in a moment.")),
}  # fmt: skip
REFUSALS: dict[str, LazyText] = {
    "CSRF": lazy_gettext("Not sent yet"),
    "NO_COOKIES": lazy_gettext("Cookies are needed here"),
    "ANOTHER_PERSON": lazy_gettext("Another account is signed in"),
    "NOT_SIGNED_IN": lazy_gettext("Please sign in"),
}
"""Titles of refusals that have a sentence of their own, by code."""
UNKNOWN_TROUBLE = (lazy_gettext("That did not work"), lazy_gettext("Please go back and try again."))


def error_page(visit: "RequestContext | None", status: int, error: Exception | None = None) -> Response[str]:
    """Trouble in our own dress. Needs neither a database nor a visit."""
    title, sentence = TROUBLES.get(status, TROUBLES[500] if status >= 500 else UNKNOWN_TROUBLE)
    title = REFUSALS.get(getattr(error, "code", ""), title)
    result = getattr(error, "message", "") if status < 500 and status != 404 else ""
    if status == 403 and result == Forbidden().message:  # It has nothing better to say than the page.
        result = ""
    context = {
        "status": status,
        "title": title,
        "sentence": result or sentence,
        "reference": str(get_contextvars().get("request_id", "")),
        "retry_after": getattr(error, "retry_after", None),
    }
    known = visit or AnonymousContext()
    headers = {**_headers(known), "Cache-Control": "no-store"}
    if context["retry_after"]:
        headers["Retry-After"] = str(context["retry_after"])
    html = _render(known, "shell/error.html", context)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers)


def _render(visit: "RequestContext | AnonymousContext", template: str, context: dict[str, Any]) -> str:
    asset_manifest().refresh()
    with i18n.use_language(visit.locale):
        return environment().get_template(template).render(visit=visit, **context)


def _headers(visit: "RequestContext | AnonymousContext") -> dict[str, str]:
    return {
        "Cache-Control": "no-store" if visit.me else "private, no-cache",
        "Content-Security-Policy": content_security_policy(visit.nonce),
        "Vary": "Cookie, Accept-Language, HX-Request",
    }
