"""Addresses and form helpers that all chat pages share."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.errors import Forbidden

HttpRequest = Request[Any, Any, Any]
HOMES = ("/customer", "/designer", "/tailor")
PROVIDERS = HOMES[1:]


def at_home(request: HttpRequest, me: Person) -> None:
    """Forbidden on another role's side."""
    if not request.url.path.startswith(f"{me.role.home}/"):
        raise Forbidden


def fields(form: Any) -> list[tuple[str, str]]:
    """A posted form without its CSRF token."""
    return [(name, value) for name, value in form.multi_items() if name != "csrf_token"]


def address(place: str, **asked: str | None) -> str:
    """A place with a query of what is given."""
    query = urlencode({name: str(value) for name, value in asked.items() if value})
    return f"{place}?{query}" if query else place
