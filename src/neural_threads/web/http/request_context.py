"""The context of a request, `visit` and `me` of handlers: person, language and theme."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from litestar import Request
from litestar.di import Provide

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform import i18n
from neural_threads.platform.db import acting_for
from neural_threads.platform.errors import NotSignedIn
from neural_threads.platform.i18n import LOCALE_OF, pick_locale, use_locale
from neural_threads.platform.security.csrf import csrf_token

from .auth import AuthResult, Connection, authenticate_headers
from .cookies import (
    COOKIES,
    NO_VISITOR,
    VISITOR,
    clear_session_cookies,
    cookie_name,
    cookies_in,
    csrf_subject,
    parse_cookies,
    session_cookie,
    set_cookie,
)
from .security_headers import visitors_locale

ENTER_KEYS = ("auto", "send", "line")
"""What Enter does where one writes: as the device suggests, send, or begin a line."""


@dataclass(frozen=True)
class AnonymousContext:
    """A visit of which we know nothing, not even whether she is signed in: errors must show all the same."""

    me: None = None
    csrf_token: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    locale: str = field(default_factory=i18n.current_locale)
    theme: str = "system"
    enter_key: str = "auto"
    path: str = ""  # a link to it loads the same page again
    is_htmx: bool = False


THEMES = ("system", "light", "dark")


class RequestContext:
    """The context of one request: person, language and theme."""

    def __init__(self, scope: Any, standing: AuthResult, locale: str) -> None:
        self._scope = scope
        self.me = standing.me
        self.session_id = standing.session_id
        self.locale = locale
        self._cookies = _cookies_after(scope)
        chosen = self._cookies.get(cookie_name("theme"), "system")
        self.theme = chosen if chosen in THEMES else "system"
        enter_key = self._cookies.get(cookie_name("enter"), "auto")
        self.enter_key = enter_key if enter_key in ENTER_KEYS else "auto"
        self.path: str = scope["path"]
        self.is_htmx = header_of(scope, b"hx-request") == "true"

    @property
    def region(self) -> str:
        """The id of the part of a page that htmx is to replace; "" for a whole page, also when the browser goes back."""
        if not self.is_htmx or header_of(self._scope, b"hx-history-restore-request"):
            return ""
        return header_of(self._scope, b"hx-target") or ""

    @cached_property
    def nonce(self) -> str:
        """The nonce of this answer's scripts."""
        return secrets.token_urlsafe(16)

    @cached_property
    def csrf_token(self) -> str:
        """The CSRF token for this answer's forms. A visitor gets a cookie that the token is bound to."""
        bound_to = csrf_subject(self._cookies)
        if bound_to == NO_VISITOR:
            visitor = secrets.token_urlsafe(16)
            set_cookie(self._scope, VISITOR, visitor)
            bound_to = f"visitor {visitor}"
        return csrf_token(bound_to, bound_to.removeprefix("session ") if bound_to.startswith("session ") else None)


async def visit_of(connection: Connection) -> RequestContext:
    """The visit that this request is; looked up once."""
    known: RequestContext | None = connection.scope["state"].get("visit")
    if known is not None:
        return known
    is_api = connection.scope["path"].startswith("/api/")
    standing = await authenticate_headers(connection.headers, renewing=not is_api)
    scope: Any = connection.scope
    if standing.renewed:
        scope[COOKIES].append(session_cookie(standing.renewed))
    elif standing.refused and not standing.by_bearer and not is_api:
        clear_session_cookies(scope)
    locale = _locale_for(standing.me, scope)
    use_locale(locale)
    visit = RequestContext(scope, standing, locale)
    acting_for.set(standing.me.id if standing.me else None)
    connection.scope["state"].update(visit=visit, standing=standing)
    return visit


def _locale_for(me: Person | None, scope: Any) -> str:
    return pick_locale(LOCALE_OF[me.language]) if me else visitors_locale(scope)


def signed_in(connection: Connection) -> Person:
    """Whoever is signed in here; NotSignedIn leads pages to /login and answers programs with 401."""
    person: Person | None = connection.scope["state"]["visit"].me
    if person is None:
        raise NotSignedIn()
    return person


async def provide_visit(request: Request[Any, Any, Any]) -> RequestContext:
    """`visit: Visit` in a handler."""
    return await visit_of(request)


async def provide_me(request: Request[Any, Any, Any]) -> Person:
    """`me: Person` in a handler: there is somebody, or the request ends here."""
    await visit_of(request)
    return signed_in(request)


dependencies = {"visit": Provide(provide_visit), "me": Provide(provide_me)}


def header_of(scope: Any, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _cookies_after(scope: Any) -> dict[str, str]:
    """The cookies that the browser will have after this answer."""
    cookies = cookies_in({"cookie": header_of(scope, b"cookie") or ""})
    for result in scope[COOKIES]:
        cookies |= parse_cookies(result.partition(";")[0])
    return cookies
