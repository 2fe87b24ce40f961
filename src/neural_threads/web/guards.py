"""The door: who is asking, may they, and did the request come from our own pages."""

import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from neural_threads.features.accounts.kinds import Role
from neural_threads.features.accounts.sessions import Pass, show_refresh
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.accounts.standing import standing_of
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Forbidden, NotSignedIn
from neural_threads.platform.i18n import SPOKEN, pick_locale, use_locale
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.realtime import Identity
from neural_threads.platform.security import (
    csrf_fits,
    csrf_session,
    csrf_token,
    read_access_token,
    same_origin,
    session_of,
)

from .cookies import (
    COOKIES,
    REFRESH,
    SESSION,
    VISITOR,
    cookie_name,
    cookies_in,
    parse_cookies,
    session_cookie,
    set_cookie,
    take_back,
)
from .headers import visitors_locale
from .http.refused_forms import keep_refused_form, note_old_form
from .replies import wants_page

log = structlog.get_logger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]
SAFE = ("GET", "HEAD", "OPTIONS")
THEMES = ("system", "light", "dark")
ENTER_KEYS = ("auto", "send", "line")
"""What Enter does where one writes: as the device suggests, send, or begin a line."""


class WrongOrigin(Forbidden):
    """The request carries no token of this session, or a browser says that it comes from another site."""

    code = "CSRF"

    def sentence(self) -> str:
        return _("This form has become too old. Please load the page again and repeat what you did.")


class NoCookies(WrongOrigin):
    """A form comes without the cookie that its page gave: the browser takes none of ours."""

    code = "NO_COOKIES"

    def sentence(self) -> str:
        return _(
            "Your browser sent none of our cookies. Signing in does not work without them:"
            " please allow cookies for this site, then try again."
        )


class AnotherPerson(Forbidden):
    """The page was made for somebody else than who is signed in by now: another account in another tab."""

    code = "ANOTHER_PERSON"

    def sentence(self) -> str:
        return _("Somebody else is signed in here by now. Please load the page again.")


class Standing(msgspec.Struct, frozen=True):
    """What the credentials of a request are worth."""

    me: Person | None = None
    session_id: str | None = None
    by_bearer: bool = False
    refused: bool = False
    """Something was shown, and it was no good."""
    renewed: Pass | None = None


class Visit:
    """One look at one page: by whom, in which language and light."""

    def __init__(self, scope: Any, standing: Standing, locale: str) -> None:
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
        self.is_htmx = _header(scope, b"hx-request") == "true"

    @cached_property
    def nonce(self) -> str:
        """What the scripts of this one answer carry."""
        return secrets.token_urlsafe(16)

    @cached_property
    def csrf_token(self) -> str:
        """For the forms of this answer. A visitor gets a cookie that the token is bound to."""
        bound_to = _bound_to(self._cookies)
        if bound_to == NOBODY:
            visitor = secrets.token_urlsafe(16)
            set_cookie(self._scope, VISITOR, visitor)
            bound_to = f"visitor {visitor}"
        return csrf_token(bound_to, bound_to.removeprefix("session ") if bound_to.startswith("session ") else None)


# Who is asking


async def standing_by(headers: Mapping[str, str], *, renewing: bool) -> Standing:
    """Look at a bearer token, else at the cookies. `renewing`: the refresh cookie will do, too (pages and sockets)."""
    scheme, _space, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _by_access(token.strip(), by_bearer=True)
    cookies = cookies_in(headers)
    access, refresh = cookies.get(cookie_name(SESSION)), cookies.get(cookie_name(REFRESH))
    found = await _by_access(access) if access else Standing()
    if found.me or not refresh:
        return found
    return await _by_refresh(refresh) if renewing else found


async def _by_access(token: str, *, by_bearer: bool = False) -> Standing:
    claims = read_access_token(token)
    person = await standing_of(claims.session_id) if claims else None
    if claims is None or person is None or person.id != claims.user_id:
        return Standing(by_bearer=by_bearer, refused=True)
    return Standing(me=person, session_id=claims.session_id, by_bearer=by_bearer)


async def _by_refresh(token: str) -> Standing:
    if session_of(token) is None:
        return Standing(refused=True)
    async with transaction() as db:
        held = await show_refresh(db, token)
    person = await standing_of(held.session_id) if held else None
    if held is None or person is None:
        return Standing(refused=True)
    return Standing(me=person, session_id=held.session_id, renewed=held)


async def visit_of(connection: Connection) -> Visit:
    """The visit that this request is; looked up once."""
    known: Visit | None = connection.scope["state"].get("visit")
    if known is not None:
        return known
    is_api = connection.url.path.startswith("/api/")
    standing = await standing_by(connection.headers, renewing=not is_api)
    scope: Any = connection.scope
    if standing.renewed:
        scope[COOKIES].append(session_cookie(standing.renewed))
    elif standing.refused and not standing.by_bearer and not is_api:
        take_back(scope)
    locale = _locale_for(standing.me, scope)
    use_locale(locale)
    visit = Visit(scope, standing, locale)
    connection.scope["state"].update(visit=visit, standing=standing)
    return visit


def _locale_for(me: Person | None, scope: Any) -> str:
    return pick_locale(SPOKEN[me.language]) if me else visitors_locale(scope)


def signed_in(connection: Connection) -> Person:
    """Whoever is signed in here; NotSignedIn leads pages to /login and answers programs with 401."""
    person: Person | None = connection.scope["state"]["visit"].me
    if person is None:
        raise NotSignedIn()
    return person


async def _writer(connection: Connection) -> Person:
    """Whoever is signed in; a form that comes after the end of its session is kept before NotSignedIn leads to /login."""
    if (
        connection.scope["state"]["visit"].me is None
        and isinstance(connection, Request)
        and connection.method not in SAFE
    ):
        cookies_session = _bound_to(cookies_in(connection.headers)).partition("session ")[2]
        session_id = connection.scope["state"].get("form_session") or cookies_session
        if session_id and wants_page(connection):
            await keep_refused_form(connection, session_id)
    return signed_in(connection)


# Did it come from our own pages


async def check_csrf(connection: Request[Any, Any, Any], standing: Standing) -> None:
    """Refuse an unsafe request that our own pages did not send. Bearer tokens prove as much: no other site has them."""
    if standing.by_bearer and (not standing.refused or connection.route_handler.opt.get("any_bearer")):
        return
    token = ""
    if same_origin(connection.scope):
        bound_to = _bound_to(cookies_in(connection.headers))
        if not bound_to.startswith("session") and connection.route_handler.opt.get("harmless_without_session"):
            return
        token = connection.headers.get("x-csrf-token") or await _form_token(connection)
        if csrf_fits(token, bound_to):
            return
        if standing.me and connection.route_handler.opt.get("leads_on") and wants_page(connection):
            connection.scope["state"]["leads_on"] = True
            return
    log.info("csrf_refused", path=connection.url.path, site=connection.headers.get("sec-fetch-site"))
    if standing.by_bearer:
        raise NotSignedIn()
    if not same_origin(connection.scope) or not wants_page(connection):
        raise WrongOrigin()
    await _refuse_old_form(connection, standing, csrf_session(token))


async def _refuse_old_form(connection: Request[Any, Any, Any], standing: Standing, session_id: str | None) -> None:
    """A form of our own pages that does not fit whoever is here now: say why, and lose nothing of what was written."""
    if session_id and standing.me is None:
        connection.scope["state"]["form_session"] = session_id
        await _writer(connection)
    if session_id and standing.me and not await _is_session_of(standing.me, session_id):
        await keep_refused_form(connection, session_id)
        raise AnotherPerson()
    if _is_said_to_be_ours(connection):
        await note_old_form(connection)
    cookies = cookies_in(connection.headers)
    raise WrongOrigin() if any(cookie_name(name) in cookies for name in (SESSION, REFRESH, VISITOR)) else NoCookies()


def _is_said_to_be_ours(connection: Connection) -> bool:
    """Whether the browser itself says that our page sent this: nobody else may put words into a form that we show."""
    return connection.headers.get("sec-fetch-site") == "same-origin" or "origin" in connection.headers


async def _is_session_of(me: Person, session_id: str) -> bool:
    async with reading() as db:
        return bool(await db.value("select user_id = %(me)s from sessions where id = %(id)s", me=me.id, id=session_id))


async def _form_token(connection: Request[Any, Any, Any]) -> str:
    kind = connection.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    if connection.route_handler.opt.get("body_is_streamed"):  # Reading it here would hold all of it.
        return ""
    token = (await connection.form()).get("csrf_token", "")
    return token if isinstance(token, str) else ""


NOBODY = "visitor "


def _bound_to(cookies: Mapping[str, str]) -> str:
    """What a CSRF token is bound to: the session whose cookies came along, even if it has just ended; else the visitor."""
    claims = read_access_token(cookies.get(cookie_name(SESSION), ""), even_if_over=True)
    session_id = claims.session_id if claims else session_of(cookies.get(cookie_name(REFRESH), ""))
    return f"session {session_id}" if session_id else f"visitor {cookies.get(cookie_name(VISITOR), '')}"


# What the application and its handlers use


async def doorkeeper(connection: Connection, handler: BaseRouteHandler) -> None:
    """Stands before every route: finds out who it is, and lets nothing unsafe through that others sent."""
    method = connection.scope.get("method", "GET")
    if method in SAFE and handler.opt.get("exclude_from_auth"):
        return
    await visit_of(connection)
    if method not in SAFE and isinstance(connection, Request):
        await check_csrf(connection, connection.scope["state"]["standing"])
    if "me" in handler.parsed_fn_signature.parameters:  # Before the body is read: strangers need no advice on theirs.
        me = await _writer(connection)
        if connection.headers.get("x-person", me.id) != me.id:
            raise AnotherPerson()


def _only(*roles: Role) -> Any:
    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        if (await _writer(connection)).role not in roles:
            raise Forbidden()

    return guard


customer = _only(Role.CUSTOMER)
designer = _only(Role.DESIGNER)
tailor = _only(Role.TAILOR)
provider = _only(Role.DESIGNER, Role.TAILOR)


async def provide_visit(request: Request[Any, Any, Any]) -> Visit:
    """`visit: Visit` in a handler."""
    return await visit_of(request)


async def provide_me(request: Request[Any, Any, Any]) -> Person:
    """`me: Person` in a handler: there is somebody, or the request ends here."""
    await visit_of(request)
    return signed_in(request)


dependencies = {"visit": Provide(provide_visit), "me": Provide(provide_me)}
guards = [doorkeeper]


# For the sockets


async def authenticate(headers: Mapping[str, str]) -> Identity | None:
    """Who opens a socket: by cookie (the refresh cookie will do) or bearer token. None when nothing is shown.

    NotSignedIn when something is shown that is no good.
    """
    standing = await standing_by(headers, renewing=True)
    if standing.refused:
        raise NotSignedIn()
    if standing.me is None or standing.session_id is None:
        return None
    me = standing.me
    return Identity(
        user_id=me.id,
        name=me.name,
        role=me.role,
        session_id=standing.session_id,
        locale=pick_locale(SPOKEN[me.language]),
        person=me,
        set_cookies=(session_cookie(standing.renewed),) if standing.renewed else (),
    )


# Where to go next


def own_path(wanted: str | None) -> str | None:
    """The path if it leads to a page of ours, else None: no other host, no trick with slashes or line breaks."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > 2000:
        return None
    if "\\" in wanted or any(ord(letter) < 32 for letter in wanted):
        return None
    parts = urlsplit(wanted)
    return None if parts.scheme or parts.netloc else wanted


def safe_next(wanted: str | None, role: Role) -> str:
    """Where to lead somebody after the door: where they wanted to go if their role has that page, else their home."""
    path = own_path(wanted)
    first = f"/{path.split('?')[0].split('/')[1]}" if path else "/"
    elsewhere = {"/", "/login", "/logout", "/signup", "/api", *(other.home for other in Role if other is not role)}
    return role.home if path is None or first in elsewhere else path


def _header(scope: Any, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _cookies_after(scope: Any) -> dict[str, str]:
    """The cookies that the browser will have after this answer."""
    cookies = cookies_in({"cookie": _header(scope, b"cookie") or ""})
    for told in scope[COOKIES]:
        cookies |= parse_cookies(told.partition(";")[0])
    return cookies
