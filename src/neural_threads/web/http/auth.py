"""Authenticate a request or a socket by bearer token or session cookies."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from neural_threads.features.accounts.session_cache import user_for_session
from neural_threads.features.accounts.sessions import TokenPair, refresh_access_token
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import transaction
from neural_threads.platform.errors import NotSignedIn
from neural_threads.platform.i18n import LOCALE_OF, pick_locale
from neural_threads.platform.realtime import Identity
from neural_threads.platform.security.tokens import read_access_token, session_of

from .cookies import REFRESH, SESSION, cookie_name, cookies_in, session_cookie

Connection = ASGIConnection[Any, Any, Any, Any]


class AuthResult(msgspec.Struct, frozen=True):
    """The result of checking a request's credentials."""

    me: Person | None = None
    session_id: str | None = None
    by_bearer: bool = False
    refused: bool = False
    """Something was shown, and it was no good."""
    renewed: TokenPair | None = None


async def authenticate_headers(headers: Mapping[str, str], *, renewing: bool) -> AuthResult:
    """Look at a bearer token, else at the cookies. `renewing`: the refresh cookie will do, too (pages and sockets)."""
    scheme, _space, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _by_access(token.strip(), by_bearer=True)
    cookies = cookies_in(headers)
    access, refresh = cookies.get(cookie_name(SESSION)), cookies.get(cookie_name(REFRESH))
    result = await _by_access(access) if access else AuthResult()
    if result.me or not refresh:
        return result
    return await _by_refresh(refresh) if renewing else result


async def _by_access(token: str, *, by_bearer: bool = False) -> AuthResult:
    claims = read_access_token(token)
    person = await user_for_session(claims.session_id) if claims else None
    if claims is None or person is None or person.id != claims.user_id:
        return AuthResult(by_bearer=by_bearer, refused=True)
    return AuthResult(me=person, session_id=claims.session_id, by_bearer=by_bearer)


async def _by_refresh(token: str) -> AuthResult:
    if session_of(token) is None:
        return AuthResult(refused=True)
    async with transaction() as db:
        held = await refresh_access_token(db, token)
    person = await user_for_session(held.session_id) if held else None
    if held is None or person is None:
        return AuthResult(refused=True)
    return AuthResult(me=person, session_id=held.session_id, renewed=held)


async def authenticate(headers: Mapping[str, str]) -> Identity | None:
    """Return who opens a socket: by cookie (the refresh cookie will do) or bearer token. None when nothing is shown.

    NotSignedIn when something is shown that is no good.
    """
    standing = await authenticate_headers(headers, renewing=True)
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
        locale=pick_locale(LOCALE_OF[me.language]),
        person=me,
        set_cookies=(session_cookie(standing.renewed),) if standing.renewed else (),
    )
