"""Session cookies of sign-in, sign-up and sign-out. The work itself is in features/accounts/flows.py."""

from typing import Any

from litestar import Request

from neural_threads.features.accounts import flows
from neural_threads.features.accounts.flows import NewAccount, leave_sessions
from neural_threads.features.accounts.sessions import Device, TokenPair, rotate_refresh_token, sign_out
from neural_threads.features.accounts.shapes import Account, Credentials
from neural_threads.platform.db import transaction
from neural_threads.platform.errors import NotSignedIn
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.client_ip import address_block, client_address
from neural_threads.platform.security.tokens import read_access_token, session_of
from neural_threads.web.http.cookies import (
    REFRESH,
    SESSION,
    clear_session_cookies,
    cookie_name,
    cookies_in,
    set_session_cookies,
)

AnyRequest = Request[Any, Any, Any]


def device_of(request: AnyRequest) -> Device:
    """Return where this request comes from."""
    return Device(user_agent=request.headers.get("user-agent", ""), address=client_address(request.scope))


def place_of(request: AnyRequest) -> str:
    """Return what counts as one place for limits."""
    return address_block(client_address(request.scope))


async def log_in(request: AnyRequest, given: Credentials) -> tuple[TokenPair, Account]:
    """Sign in and set the cookies. The session whose cookies came along ends."""
    held, account = await flows.log_in(given, device_of(request), leaving=_sessions_shown(request))
    set_session_cookies(request.scope, held)
    return held, account


async def sign_up(request: AnyRequest, draft: NewAccount) -> tuple[TokenPair, Account]:
    """Sign up, sign in and set the cookies."""
    held, account = await flows.sign_up(draft, device_of(request), leaving=_sessions_shown(request))
    set_session_cookies(request.scope, held)
    return held, account


async def renew(request: AnyRequest) -> TokenPair:
    """Rotate the refresh token of the cookie; NotSignedIn, and the cookies gone, when it is worth nothing."""
    token = cookies_in(request.headers).get(cookie_name(REFRESH), "")
    async with transaction() as db:
        held = await rotate_refresh_token(db, token)
    if held is None:
        clear_session_cookies(request.scope)
        raise NotSignedIn()
    set_session_cookies(request.scope, held)
    return held


async def log_out(request: AnyRequest) -> None:
    """Sign out: also with an expired token, and twice."""
    async with transaction() as db:
        await leave_sessions(db, _sessions_shown(request))
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        claims = read_access_token(token.strip(), even_if_over=True) if scheme.lower() == "bearer" else None
        if claims:
            await sign_out(db, claims.session_id)
    clear_session_cookies(request.scope)


def _sessions_shown(request: AnyRequest) -> set[str]:
    """The sessions that the cookies name, even expired ones."""
    cookies = cookies_in(request.headers)
    claims = read_access_token(cookies.get(cookie_name(SESSION), ""), even_if_over=True)
    named = {claims.session_id if claims else None, session_of(cookies.get(cookie_name(REFRESH), ""))}
    return {session_id for session_id in named if session_id}


def confirmed(is_new: bool) -> str:
    """Return the sentence about an address that a mailed link has proven, now or before."""
    if is_new:
        return _("Thank you. Your e-mail address is confirmed.")
    return _("Your e-mail address is already confirmed. You need not do anything else.")
