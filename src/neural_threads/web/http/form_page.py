"""Find the page of a posted form, to lead people back to it after they signed in."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request
from litestar.routes import HTTPRoute

from neural_threads.platform.config import get_settings

NO_PAGES = ("/api/", "/assets/", "/media/", "/schema/", "/logout")


def page_of_form(request: Request[Any, Any, Any]) -> str:
    """Return path and query of the page that holds the form of this POST.

    htmx names it, and so does the Referer, unless the browser or an add-on withholds it; else it is the nearest address
    above the form's own that shows a page.
    """
    for result in (request.headers.get("hx-current-url"), request.headers.get("referer")):
        path = _own_page(request, result or "")
        if path:
            return path
    steps = request.url.path.rstrip("/").split("/")
    above = ("/".join(steps[:length]) or "/" for length in range(len(steps), 0, -1))
    return next((path for path in above if is_page(request.app, path)), "/")


def _own_page(request: Request[Any, Any, Any], address: str) -> str | None:
    parts = urlsplit(address)
    own = {request.headers.get("host", ""), urlsplit(get_settings().base_url).netloc}
    if not parts.netloc or parts.netloc not in own or len(address) > 2000:
        return None
    if any(ord(letter) < 33 or letter == "\\" for letter in address) or not is_page(request.app, parts.path):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def is_page(app: Litestar, path: str) -> bool:
    """Return True when a GET of this path shows a page for people."""
    return (
        not path.startswith("//")
        and not path.startswith(NO_PAGES)
        and any(each.fullmatch(path) for each in _pages(app))
    )


@lru_cache(maxsize=4)
def _pages(app: Litestar) -> tuple[re.Pattern[str], ...]:
    paths = [route.path for route in app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    return tuple(
        re.compile("/".join("[^/]+" if "{" in step else re.escape(step) for step in path.split("/"))) for path in paths
    )
