"""Accounts as an API: /api/auth, /api/users, /api/security."""

from typing import Any

from litestar import delete, get, post, put

from neural_threads.features.accounts.mailed_links import verify_email
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
from neural_threads.platform import limits
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.paging import page_size
from neural_threads.platform.wire import Incoming, decode_json, decode_query
from neural_threads.web.cookies import take_back
from neural_threads.web.guards import Visit, WrongOrigin
from neural_threads.web.replies import Reply, created, ok

from .entrance import AnyRequest, ask_for_reset, enrol, leave, let_in, place_of, renew, swap_password, take_new_password
from .oneself import changed_profile, profile_of

HELD_BACK = ("prefetch", "prerender")


@get("/api/security/csrf", sync_to_thread=False)
def get_csrf(visit: Visit) -> Reply[dict[str, str]]:
    """A token for unsafe requests of this session, or of this visitor."""
    return ok({"token": visit.csrf_token})


@post("/api/auth/login", status_code=200)
async def post_login(request: AnyRequest, data: Credentials) -> Reply[None]:
    """Sign in: the access token, and who it is."""
    held, account = await let_in(request, data)
    return ok(token=held.access, user=account)


@post("/api/auth/logout", status_code=200, any_bearer=True, harmless_without_session=True)
async def post_logout(request: AnyRequest) -> Reply[None]:
    """Sign out here; also when the access token is over, and as often as one likes."""
    await leave(request)
    return ok()


@post("/api/auth/signup")
async def post_signup(request: AnyRequest, data: NewCustomer) -> Reply[None]:
    """Sign up as a customer."""
    return created(user=(await enrol(request, data))[1])


@post("/api/auth/signup/designer")
async def post_designer_signup(request: AnyRequest, data: NewDesigner) -> Reply[None]:
    """Sign up as a designer."""
    return created(user=(await enrol(request, data))[1])


@post("/api/auth/signup/tailor")
async def post_tailor_signup(request: AnyRequest, data: NewTailor) -> Reply[None]:
    """Sign up as a tailor."""
    return created(user=(await enrol(request, data))[1])


@post("/api/auth/refresh", status_code=200)
async def post_refresh(request: AnyRequest) -> Reply[None]:
    """Renew the session with the refresh cookie."""
    return ok(token=(await renew(request)).access)


@get("/api/auth/refresh")
async def get_refresh(request: AnyRequest) -> Reply[None]:
    """The same for clients of the first days; never for pictures, prefetches and other sites."""
    asked = request.headers
    purpose = asked.get("sec-purpose", asked.get("purpose", ""))
    if (
        asked.get("sec-fetch-site", "none") not in ("same-origin", "none")
        or asked.get("sec-fetch-dest", "empty") not in ("empty", "document")
        or any(word in purpose for word in HELD_BACK)
    ):
        raise WrongOrigin(_("Renewing a session from there is not allowed."))
    return ok(token=(await renew(request)).access)


@get("/api/auth/me")
async def get_me(me: Person) -> Reply[Account]:
    """Who I am, with the profile of my role."""
    async with reading() as db:
        return ok(await account_of(db, me.id, me.role))


@post("/api/auth/verify-email", status_code=200)
async def post_verify_email(request: AnyRequest, data: MailedLink) -> Reply[None]:
    """Prove an address with the token of a letter."""
    await limits.hit("mailed_token", place_of(request))
    async with transaction() as db:
        await verify_email(db, data.token)
    return ok()


@post("/api/auth/forgot-password", status_code=200)
async def post_forgot_password(request: AnyRequest, data: ForgottenPassword) -> Reply[None]:
    """Ask for a letter; the answer never says whether there is such an account."""
    await ask_for_reset(request, data.email)
    return ok()


@post("/api/auth/reset-password", status_code=200)
async def post_reset_password(request: AnyRequest, data: PasswordReset) -> Reply[None]:
    """Choose a new password with the token of a letter."""
    await take_new_password(request, data)
    return ok()


class SessionsWanted(Incoming, frozen=True, kw_only=True, rename="camel"):
    """How many to list; there are never more than twenty."""

    limit: int | None = None


@get("/api/auth/sessions")
async def get_sessions(request: AnyRequest, me: Person, visit: Visit) -> Reply[list[Session]]:
    """Everywhere I am signed in."""
    wanted = decode_query(request.query_params.multi_items(), SessionsWanted)
    most = page_size(wanted.limit)
    async with reading() as db:
        found = await sessions_of(db, me, visit.session_id or "")
    return ok(found[:most], hasMore=len(found) > most)


@delete("/api/auth/sessions/{session_id:str}", status_code=200)
async def delete_session(request: AnyRequest, me: Person, visit: Visit, session_id: str) -> Reply[None]:
    """Sign out that device."""
    async with transaction() as db:
        await end_session(db, me, session_id)
    if session_id == visit.session_id:
        take_back(request.scope)
    return ok()


@get("/api/users/profile")
async def get_profile(me: Person) -> Reply[dict[str, Any]]:
    """My account, and beside it the profile of my role."""
    return ok(await profile_of(me))


@put("/api/users/profile")
async def put_profile(request: AnyRequest, me: Person) -> Reply[dict[str, Any]]:
    """Change what is given of name, age and the fields of my role; what is left out stays.

    For makers the same as `PUT /api/provider/profile`.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WrongType(_("Please send this as application/json."))
    change = decode_json(await request.body(), CHANGE_OF[me.role])
    await changed_profile(me, change)
    return ok(await profile_of(me))


@put("/api/users/password")
async def put_password(request: AnyRequest, me: Person, visit: Visit, data: PasswordChange) -> Reply[None]:
    """Change my password. This session stays; all others end."""
    await swap_password(request, me, data, visit.session_id)
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
