"""Sign in, sign up, sign out and change a password, for the API and the pages."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request

from neural_threads.features.accounts.actions import (
    change_password,
    check_credentials,
    check_own_password,
    refuse_weak,
    sign_in,
    sign_up_customer,
    sign_up_designer,
    sign_up_tailor,
)
from neural_threads.features.accounts.email_links import (
    UsedLink,
    ask_to_verify,
    forget_password,
    password_set_by,
    person_with_reset,
    reset_password,
)
from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.queries import account_of, login_records_of, password_hash_of
from neural_threads.features.accounts.sessions import Device, TokenPair, rotate_refresh_token, sign_out, start_session
from neural_threads.features.accounts.shapes import (
    Account,
    Credentials,
    NewCustomer,
    NewDesigner,
    NewTailor,
    PasswordChange,
    PasswordReset,
    Person,
    email_key,
)
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import NotSignedIn
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security import rate_limits
from neural_threads.platform.security.client_ip import address_block, client_address
from neural_threads.platform.security.passwords import fits, hash_password, turn_to_hash
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
NewAccount = NewCustomer | NewDesigner | NewTailor


def device_of(request: AnyRequest) -> Device:
    """Return where this request comes from."""
    return Device(user_agent=request.headers.get("user-agent", ""), address=client_address(request.scope))


def place_of(request: AnyRequest) -> str:
    """Return what counts as one place for limits."""
    return address_block(client_address(request.scope))


async def log_in(request: AnyRequest, given: Credentials) -> tuple[TokenPair, Account]:
    """Sign in. The session whose cookies came along ends, so that nobody can be made to use a planted one."""
    async with reading() as db:
        claims = await login_records_of(db, given.email)
    claim, better_hash = await check_credentials(claims, given, device_of(request))
    async with transaction() as db:
        await _leave_old_sessions(db, request)
        held = await sign_in(db, claim, device_of(request), better_hash)
        role = Role(await db.value("select role from users where id = %(id)s", id=claim.id))
        account = await account_of(db, claim.id, role)
    set_session_cookies(request.scope, held)
    return held, account


async def sign_up(request: AnyRequest, draft: NewAccount) -> tuple[TokenPair, Account]:
    """Sign up and sign in."""
    await rate_limits.hit("signup", place_of(request))
    hashed = await hash_password(draft.password)
    async with transaction() as db:
        role, add = _way_in(draft)
        user_id = await add(db, draft, hashed)
        await _leave_old_sessions(db, request)
        held = await start_session(db, user_id, device_of(request))
        await ask_to_verify(db, user_id)
        account = await account_of(db, user_id, role)
    set_session_cookies(request.scope, held)
    return held, account


def _way_in(draft: NewAccount) -> tuple[Role, Callable[[Db, Any, str], Awaitable[str]]]:
    if isinstance(draft, NewDesigner):
        return Role.DESIGNER, sign_up_designer
    if isinstance(draft, NewTailor):
        return Role.TAILOR, sign_up_tailor
    return Role.CUSTOMER, sign_up_customer


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
        await _leave_old_sessions(db, request)
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        claims = read_access_token(token.strip(), even_if_over=True) if scheme.lower() == "bearer" else None
        if claims:
            await sign_out(db, claims.session_id)
    clear_session_cookies(request.scope)


async def _leave_old_sessions(db: Db, request: AnyRequest) -> None:
    cookies = cookies_in(request.headers)
    claims = read_access_token(cookies.get(cookie_name(SESSION), ""), even_if_over=True)
    result = {claims.session_id if claims else None, session_of(cookies.get(cookie_name(REFRESH), ""))}
    for session_id in sorted(filter(None, result)):
        await sign_out(db, session_id)


async def change_own_password(request: AnyRequest, me: Person, change: PasswordChange, session_id: str | None) -> None:
    """Change my password; every other device is signed out."""
    async with reading() as db:
        stored = await password_hash_of(db, me)
    await check_own_password(me, stored, change.current_password, device_of(request))
    refuse_weak(change.new_password, me, "newPassword")
    hashed = await hash_password(change.new_password)
    async with transaction() as db:
        await change_password(db, me, hashed, checked=stored, keep=session_id)


async def ask_for_reset(request: AnyRequest, email: str) -> None:
    """Queue the letter, within the limits."""
    place = place_of(request)
    await rate_limits.hit("mailed_link_address", place)
    await rate_limits.hit("mailed_link", f"{email_key(email)} {place}")
    async with transaction() as db:
        await forget_password(db, email)


async def reset_own_password(request: AnyRequest, reset: PasswordReset) -> None:
    """Choose a new password with the link of a letter. The same form sent twice is one choice; UsedLink for another."""
    await rate_limits.hit("mailed_token", place_of(request))
    try:
        await _take(reset)
    except UsedLink:
        async with reading() as db:
            stored = await password_set_by(db, reset.token)
        async with turn_to_hash():
            is_the_same = await fits(reset.password, stored)
        if not is_the_same:
            raise


async def _take(reset: PasswordReset) -> None:
    async with reading() as db:
        person = await person_with_reset(db, reset.token)
    refuse_weak(reset.password, person, "password")
    hashed = await hash_password(reset.password)
    async with transaction() as db:
        await reset_password(db, reset.token, hashed)


def confirmed(is_new: bool) -> str:
    """Return the sentence about an address that a mailed link has proven, now or before."""
    if is_new:
        return _("Thank you. Your e-mail address is confirmed.")
    return _("Your e-mail address is already confirmed. You need not do anything else.")
