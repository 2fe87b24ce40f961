"""Pages to sign in, sign up, reset a password and verify an address. They work without JavaScript."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.email_links import (
    NewerLink,
    UsedLink,
    is_proven_by,
    is_verification_replaced,
    person_with_reset,
    verify_email,
)
from neural_threads.features.accounts.enums import BodyShape, Gender, Language, Location, Niche, Skill, label
from neural_threads.features.accounts.flows import NewAccount, ask_for_reset, reset_own_password
from neural_threads.features.accounts.shapes import (
    Credentials,
    ForgottenPassword,
    MailedLink,
    NewCustomer,
    NewDesigner,
    NewTailor,
    PasswordReset,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Malformed
from neural_threads.platform.i18n import LOCALE_OF
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.http.query import InQuery, PageQuery
from neural_threads.web.http.redirects import safe_next
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import page

from .authentication import AnyRequest, confirmed, device_of, log_in, log_out, place_of, sign_up
from .forms import NO_TROUBLES, SHOWN, Shown, Typed, kept, troubles, typed_into, way_on

TASTE = ("stylePreferences", "location", "gender", "bodyShape", "age", "budgetMin", "budgetMax")
SIGN_UPS: Mapping[str, type[NewAccount]] = {"signup": NewCustomer, "designer": NewDesigner, "tailor": NewTailor}


def go(place: str) -> Redirect:
    """After a form: look at another page."""
    return Redirect(place, status_code=303)


def options(kind: Any) -> list[tuple[str, str]]:
    """A closed list for a select or a row of choices."""
    return [(value, label(value)) for value in kind]


def lists() -> dict[str, list[tuple[str, str]]]:
    """Every closed list that forms about people offer."""
    return {
        "genders": options(Gender),
        "locations": options(Location),
        "body_shapes": options(BodyShape),
        "languages": options(Language),
        "niches": options(Niche),
        "skills": options(Skill),
    }


# Signing in and out


class WayOn(PageQuery, frozen=True, kw_only=True):
    """The address to which the person wanted to go."""

    next: str = ""


class SignInLink(WayOn, frozen=True, kw_only=True):
    """The same; with `reset` the password was set anew just now."""

    reset: str | None = None


@get("/login")
async def login_page(visit: RequestContext, link: InQuery[SignInLink]) -> Response[Any]:
    """Sign in."""
    if visit.me:
        return go(safe_next(link.next, visit.me.role))
    return page(
        visit,
        "accounts/login.html",
        next=link.next,
        values=Shown(),
        **NO_TROUBLES,
        was_reset=link.reset is not None,
    )


@post("/login", leads_on=True)
async def post_login_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """Sign in, and go on to where the person wanted."""
    form, next_url = await typed_into(request), await way_on(request)
    if visit.me and _is_signed_in_elsewhere(request):
        return go(safe_next(next_url, visit.me.role))
    try:
        _held, account = await log_in(request, decode_form(form, Credentials))
    except SHOWN as error:
        context = {"next": next_url, "values": kept(form), "was_reset": False, **troubles(error)}
        return page(visit, "accounts/login.html", status_of(error), **context)
    return go(safe_next(next_url, account.role))


def _is_signed_in_elsewhere(request: AnyRequest) -> bool:
    """Return True when the form is one of before: another tab has signed in meanwhile, and the form's token is void."""
    return bool(request.scope["state"].get("leads_on"))


@post("/logout", any_bearer=True, harmless_without_session=True)
async def post_logout_page(request: AnyRequest) -> Response[Any]:
    """Sign out, and see the front page."""
    await log_out(request)
    return go("/")


# Signing up


@get(["/signup", "/signup/designer", "/signup/tailor"])
async def signup_page(visit: RequestContext, link: InQuery[WayOn]) -> Response[Any]:
    """Sign up as one of the three."""
    if visit.me:
        return go(safe_next(link.next, visit.me.role))
    return _signup(visit, link.next, Shown(), 200, NO_TROUBLES)


@post(["/signup", "/signup/designer", "/signup/tailor"], leads_on=True)
async def post_signup_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """Sign up, and go on to where the person wanted."""
    form, next_url = await typed_into(request), await way_on(request)
    if visit.me and _is_signed_in_elsewhere(request):
        return go(safe_next(next_url, visit.me.role))
    try:
        draft = decode_form(_with_language(form, visit), SIGN_UPS[_side(visit)])
        _held, account = await sign_up(request, draft)
    except SHOWN as error:
        return _signup(visit, next_url, kept(form), status_of(error), troubles(error))
    return go(safe_next(next_url, account.role))


def _side(visit: RequestContext) -> str:
    return visit.path.rstrip("/").rpartition("/")[2]


def _signup(
    visit: RequestContext, next_url: str, values: Shown, status: int, result: Mapping[str, Any]
) -> Response[Any]:
    context = {
        "side": _side(visit),
        "next": next_url,
        "values": values,
        "lists": lists(),
        "taste_begun": any(values[name] or result["errors"][name] for name in TASTE),
    }
    return page(visit, "accounts/signup.html", status, **context, **result)


def _with_language(form: Typed, visit: RequestContext) -> Typed:
    """Whoever signs up in Kannada is spoken to in Kannada."""
    if _side(visit) != "signup":
        return form
    spoken = {code: name for name, code in LOCALE_OF.items()}
    return [*form, ("languagePreference", spoken[visit.locale])]


# Forgotten passwords


@get("/forgot-password")
async def forgot_password_page(visit: RequestContext) -> Response[Any]:
    """Ask for a letter with a link."""
    return page(visit, "accounts/forgot_password.html", values=Shown(), sent=False, **NO_TROUBLES)


@post("/forgot-password", status_code=200)
async def post_forgot_password_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """The answer is the same whether or not there is such an account."""
    form = await typed_into(request)
    try:
        given = decode_form(form, ForgottenPassword)
        await ask_for_reset(given.email, device_of(request))
    except SHOWN as error:
        context = {"values": kept(form), "sent": False, **troubles(error)}
        return page(visit, "accounts/forgot_password.html", status_of(error), **context)
    return page(visit, "accounts/forgot_password.html", values=Shown(email=given.email), sent=True, **NO_TROUBLES)


class TokenLink(PageQuery, frozen=True, kw_only=True):
    """The secret of a mailed link. The page says when it is no good, so none is refused here."""

    token: str = ""


@get("/reset-password")
async def reset_password_page(visit: RequestContext, link: InQuery[TokenLink]) -> Response[Any]:
    """Choose a new password; says at once when the link is no longer good."""
    token = link.token
    try:
        async with reading() as db:
            await person_with_reset(db, token[:200].replace("\0", ""))
    except UsedLink as error:  # Nothing is wrong: it did its work.
        return _reset(visit, "", 200, troubles(error), is_set=True)
    except Malformed as error:
        return _reset(visit, "", status_of(error), troubles(error))
    return _reset(visit, token, 200, NO_TROUBLES)


@post("/reset-password")
async def post_reset_password_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """Set the new password; then sign in with it."""
    form = await typed_into(request)
    token = str(kept(form).get("token", ""))
    try:
        await reset_own_password(decode_form(form, PasswordReset), device_of(request))
    except UsedLink as error:
        return _reset(visit, "", status_of(error), troubles(error), is_set=True)
    except Malformed as error:
        return _reset(visit, "", status_of(error), troubles(error))
    except SHOWN as error:
        return _reset(visit, token, status_of(error), troubles(error))
    return go("/login?reset=done")


def _reset(
    visit: RequestContext, token: str, status: int, result: Mapping[str, Any], *, is_set: bool = False
) -> Response[Any]:
    return _hush(page(visit, "accounts/reset_password.html", status, token=token, is_set=is_set, **result))


def _hush(answer: Response[Any]) -> Response[Any]:
    """The address of this page holds a secret: no page that is opened from here may hear it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


# Proving an address


@get("/verify-email")
async def verify_email_page(visit: RequestContext, link: InQuery[TokenLink]) -> Response[Any]:
    """A button, because programs that look through mail follow links and would use this one up."""
    token = link.token
    async with reading() as db:
        is_done = await is_proven_by(db, token[:200])
        is_replaced = not is_done and await is_verification_replaced(db, token[:200])
    if is_replaced:
        return _verify(visit, "", 400, troubles(NewerLink()))
    return _verify(visit, "" if is_done else token, 200, NO_TROUBLES, done=confirmed(False) if is_done else "")


@post("/verify-email", status_code=200)
async def post_verify_email_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """Prove the address."""
    try:
        await rate_limits.hit("mailed_token", place_of(request))
        given = decode_form(await typed_into(request), MailedLink)
        async with transaction() as db:
            is_new = await verify_email(db, given.token)
    except (Malformed, *SHOWN) as error:
        return _verify(visit, "", status_of(error), troubles(error))
    return _verify(visit, "", 200, NO_TROUBLES, done=confirmed(is_new))


def _verify(
    visit: RequestContext, token: str, status: int, result: Mapping[str, Any], *, done: str = ""
) -> Response[Any]:
    return _hush(page(visit, "accounts/verify_email.html", status, token=token, done=done, **result))


handlers = [
    login_page,
    post_login_page,
    post_logout_page,
    signup_page,
    post_signup_page,
    forgot_password_page,
    post_forgot_password_page,
    reset_password_page,
    post_reset_password_page,
    verify_email_page,
    post_verify_email_page,
]
