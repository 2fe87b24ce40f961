"""The API of accounts: /api/auth, /api/users, /api/security."""

from typing import Any

from litestar import delete, get, post, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.actions import EmailTaken, WrongCredentials, WrongPassword
from neural_threads.features.accounts.email_links import DeadLink, NewerLink, UsedLink, verify_email
from neural_threads.features.accounts.flows import ask_for_reset, change_own_password, reset_own_password
from neural_threads.features.accounts.queries import account_of, sessions_of
from neural_threads.features.accounts.sessions import end_session
from neural_threads.features.accounts.shapes import (
    CHANGE_OF,
    Account,
    Credentials,
    ForgottenPassword,
    MailedLink,
    NewCustomer,
    NewDesigner,
    NewTailor,
    PasswordChange,
    PasswordReset,
    Person,
    Session,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.db.keyset_paging import Limit, page_size
from neural_threads.platform.errors import NotSignedIn, TooOften, Upstream
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.decode import decode_json
from neural_threads.platform.serialization.types import Incoming, Shape
from neural_threads.web.http.cookies import clear_session_cookies
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.form_refusals import WrongOrigin
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request import require_json
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import ApiAnswer, Reply, created, ok

from .authentication import AnyRequest, confirmed, device_of, log_in, log_out, place_of, renew, sign_up
from .own_profile import ProfileAnswer, changed_profile, profile_of

HELD_BACK = ("prefetch", "prerender")


class CsrfToken(Shape, frozen=True, kw_only=True):
    """The token for the header X-CSRF-Token."""

    token: str


class Confirmation(Shape, frozen=True, kw_only=True):
    """The result of a mailed link: confirmed now, or `alreadyConfirmed` by an earlier use; and a sentence for people."""

    already_confirmed: bool
    message: str


class SignedIn(ApiAnswer, frozen=True, kw_only=True):
    """An access token, and whose it is."""

    token: str
    user: Account


class SignedUp(ApiAnswer, frozen=True, kw_only=True):
    """A new account, signed in by the cookies that come along."""

    user: Account


class Renewed(ApiAnswer, frozen=True, kw_only=True):
    """A new access token."""

    token: str


class SessionList(ApiAnswer, frozen=True, kw_only=True):
    """The sessions of the account."""

    data: list[Session]
    has_more: bool


PROFILE = {200: ResponseSpec(ProfileAnswer)}


@get("/api/security/csrf", summary="Get a CSRF token", sync_to_thread=False)
def get_csrf(visit: RequestContext) -> Reply[CsrfToken]:
    """A token for unsafe requests of this session, or of this visitor."""
    return ok(CsrfToken(token=visit.csrf_token))


@post(
    "/api/auth/login",
    summary="Sign in",
    status_code=200,
    refusals=(TooOften, WrongCredentials),
)
async def post_login(request: AnyRequest, data: Credentials) -> Reply[SignedIn]:
    """The access token, and who it is; the cookies of the session come along."""
    held, account = await log_in(request, data)
    return ok(SignedIn(token=held.access, user=account))


@post("/api/auth/logout", summary="Sign out", status_code=200, any_bearer=True, harmless_without_session=True)
async def post_logout(request: AnyRequest) -> Reply[None]:
    """Sign out here; also when the access token is over, and as often as one likes."""
    await log_out(request)
    return ok()


@post("/api/auth/signup", summary="Sign up as a customer", refusals=(EmailTaken, TooOften))
async def post_signup(request: AnyRequest, data: NewCustomer) -> Reply[SignedUp]:
    """201 and signed in; 409 when the address has an account already."""
    return created(SignedUp(user=(await sign_up(request, data))[1]))


@post("/api/auth/signup/designer", summary="Sign up as a designer", refusals=(EmailTaken, TooOften))
async def post_designer_signup(request: AnyRequest, data: NewDesigner) -> Reply[SignedUp]:
    """201 and signed in; 409 when the address has an account already."""
    return created(SignedUp(user=(await sign_up(request, data))[1]))


@post("/api/auth/signup/tailor", summary="Sign up as a tailor", refusals=(EmailTaken, TooOften))
async def post_tailor_signup(request: AnyRequest, data: NewTailor) -> Reply[SignedUp]:
    """201 and signed in; 409 when the address has an account already."""
    return created(SignedUp(user=(await sign_up(request, data))[1]))


@post("/api/auth/refresh", summary="Renew the session", status_code=200)
async def post_refresh(request: AnyRequest) -> Reply[Renewed]:
    """Exchange the refresh cookie for a new one. One that was used before ends the session."""
    return ok(Renewed(token=(await renew(request)).access))


@get("/api/auth/refresh", summary="Renew the session by GET", refusals=(NotSignedIn, WrongOrigin))
async def get_refresh(request: AnyRequest) -> Reply[Renewed]:
    """The same for clients of the first days; never for pictures, prefetches and other sites."""
    next_url = request.headers
    purpose = next_url.get("sec-purpose", next_url.get("purpose", ""))
    if (
        next_url.get("sec-fetch-site", "none") not in ("same-origin", "none")
        or next_url.get("sec-fetch-dest", "empty") not in ("empty", "document")
        or any(word in purpose for word in HELD_BACK)
    ):
        raise WrongOrigin(_("Your session cannot be renewed from another site. Please sign in on Neural Threads."))
    return ok(Renewed(token=(await renew(request)).access))


@get("/api/auth/me", summary="Who I am")
async def get_me(me: Person) -> Reply[Account]:
    """My account, with the profile of my role."""
    async with reading() as db:
        return ok(await account_of(db, me.id, me.role))


@post("/api/auth/verify-email", summary="Prove an address", status_code=200, refusals=(DeadLink, NewerLink, TooOften))
async def post_verify_email(request: AnyRequest, data: MailedLink) -> Reply[Confirmation]:
    """With the token of a letter; 400 when it is unknown or over. Sent again, it says that the address is confirmed already."""
    await rate_limits.hit("mailed_token", place_of(request))
    async with transaction() as db:
        is_new = await verify_email(db, data.token)
    return ok(Confirmation(already_confirmed=not is_new, message=confirmed(is_new)))


@post("/api/auth/forgot-password", summary="Forgot my password", status_code=200, refusals=(TooOften,))
async def post_forgot_password(request: AnyRequest, data: ForgottenPassword) -> Reply[None]:
    """Ask for a letter; the answer never says whether there is such an account."""
    await ask_for_reset(data.email, device_of(request))
    return ok()


@post(
    "/api/auth/reset-password",
    summary="Choose a new password",
    status_code=200,
    refusals=(DeadLink, NewerLink, TooOften, UsedLink),
)
async def post_reset_password(request: AnyRequest, data: PasswordReset) -> Reply[None]:
    """Set a new password by the token of a letter; ends every session. 400 when the token is unknown or over.

    Sent again with the same password it succeeds again; with another one it is 400 `LINK_USED`.
    """
    await reset_own_password(data, device_of(request))
    return ok()


class SessionsWanted(Incoming, frozen=True, kw_only=True, rename="camel"):
    """The number of sessions to list; there are never more than twenty."""

    limit: Limit | None = None


@get("/api/auth/sessions", summary="Where I am signed in")
async def get_sessions(me: Person, visit: RequestContext, search: InQuery[SessionsWanted]) -> Reply[SessionList]:
    """Every device, the newest first; `isCurrent` is this one."""
    most = page_size(search.limit)
    async with reading() as db:
        rows = await sessions_of(db, me, visit.session_id or "")
    return ok(SessionList(data=rows[:most], has_more=len(rows) > most))


@delete("/api/auth/sessions/{session_id:str}", summary="Sign out a device", status_code=200)
async def delete_session(request: AnyRequest, me: Person, visit: RequestContext, session_id: str) -> Reply[None]:
    """End that session, and its sockets; this one, too, if it is meant."""
    async with transaction() as db:
        await end_session(db, me, session_id)
    if session_id == visit.session_id:
        clear_session_cookies(request.scope)
    return ok()


@get("/api/users/profile", summary="My profile", responses=PROFILE)
async def get_profile(me: Person) -> Reply[dict[str, Any]]:
    """My account, and beside it the profile of my role."""
    return ok(await profile_of(me))


@put(
    "/api/users/profile",
    summary="Change my profile",
    responses=PROFILE,
    takes=Takes(json=tuple(CHANGE_OF.values())),
    refusals=(Upstream,),
)
async def put_profile(request: AnyRequest, me: Person) -> Reply[dict[str, Any]]:
    """Change what is given of name, age and the fields of my role; what is left out stays.

    For providers the same as `PUT /api/provider/profile`.
    """
    require_json(request)
    change = decode_json(await request.body(), CHANGE_OF[me.role])
    await changed_profile(me, change)
    return ok(await profile_of(me))


@put("/api/users/password", summary="Change my password", refusals=(TooOften, WrongPassword))
async def put_password(request: AnyRequest, me: Person, visit: RequestContext, data: PasswordChange) -> Reply[None]:
    """This session stays; all others end."""
    await change_own_password(me, data, device_of(request), visit.session_id)
    return ok()


handlers = [
    get_csrf,
    post_login,
    post_logout,
    post_signup,
    post_designer_signup,
    post_tailor_signup,
    post_refresh,
    get_refresh,
    get_me,
    post_verify_email,
    post_forgot_password,
    post_reset_password,
    get_sessions,
    delete_session,
    get_profile,
    put_profile,
    put_password,
]
