"""The settings page: profile, language, theme, password, devices."""

from typing import Any

from litestar import Response, get, post

from neural_threads.features.accounts.devices import device_name, is_handheld
from neural_threads.features.accounts.email_links import ask_to_verify
from neural_threads.features.accounts.enums import Language
from neural_threads.features.accounts.flows import change_own_password
from neural_threads.features.accounts.queries import account_of, sessions_of
from neural_threads.features.accounts.sessions import end_session
from neural_threads.features.accounts.shapes import (
    CHANGE_OF,
    PasswordChange,
    Person,
    ProfileChange,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.i18n import LOCALE_OF, offered_locales
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.http.cookies import clear_session_cookies, set_cookie
from neural_threads.web.http.query import InQuery, SavedNotice
from neural_threads.web.http.redirects import own_path
from neural_threads.web.http.request_context import ENTER_KEYS, THEMES, RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.notifications.preferences import hearing_of
from neural_threads.web.templates.render import page

from .authentication import AnyRequest, device_of
from .consents import shown_consent, shown_photo_real
from .forms import NO_TROUBLES, SHOWN, Shown, change_in, kept, troubles, typed_into, way_on
from .own_profile import changed_profile, shown_of
from .pages import go, lists


@get("/settings")
async def settings_page(me: Person, visit: RequestContext, after: InQuery[SavedNotice]) -> Response[Any]:
    """Show the settings: profile, language, theme, password, devices."""
    return await _settings(visit, me, saved=after.saved)


async def _settings(visit: RequestContext, me: Person, status: int = 200, **told: Any) -> Response[Any]:
    async with reading() as db:
        account = await account_of(db, me.id, me.role)
        sessions = await sessions_of(db, me, visit.session_id or "")
        hearing = await hearing_of(db, visit, me)
        consent = await shown_consent(db, me)
        photo_real = await shown_photo_real(db, me)
    context: dict[str, Any] = {
        "section": "",
        "saved": "",
        "no_errors": Shown(),
        "values": shown_of(account),
        **NO_TROUBLES,
    } | told
    return page(
        visit,
        "accounts/settings.html",
        status,
        account=account,
        sessions=sessions,
        hearing=hearing,
        consent=consent,
        photo_real=photo_real,
        lists=lists(),
        device=device_name,
        is_handheld=is_handheld,
        **context,
    )


@post("/settings/profile")
async def post_profile_page(request: AnyRequest, me: Person, visit: RequestContext) -> Response[Any]:
    """Change my profile."""
    form = await typed_into(request)
    try:
        change = change_in(form, CHANGE_OF[me.role])
        await changed_profile(me, change)
    except SHOWN as error:
        return await _settings(visit, me, status_of(error), section="profile", values=kept(form), **troubles(error))
    return go("/settings?saved=profile#profile")


@post("/settings/password")
async def post_password_page(request: AnyRequest, me: Person, visit: RequestContext) -> Response[Any]:
    """Change my password."""
    form = await typed_into(request)
    try:
        await change_own_password(me, decode_form(form, PasswordChange), device_of(request), visit.session_id)
    except SHOWN as error:
        return await _settings(visit, me, status_of(error), section="password", **troubles(error))
    return go("/settings?saved=password#password")


@post("/settings/devices/{session_id:str}/end")
async def post_end_device_page(
    request: AnyRequest, me: Person, visit: RequestContext, session_id: str
) -> Response[Any]:
    """Sign out that device."""
    async with transaction() as db:
        await end_session(db, me, session_id)
    if session_id == visit.session_id:
        clear_session_cookies(request.scope)
        return go("/login")
    return go("/settings?saved=devices#devices")


@post("/settings/verify")
async def post_verify_page(request: AnyRequest, me: Person, visit: RequestContext) -> Response[Any]:
    """Send the letter that proves my address once more."""
    try:
        await rate_limits.hit("mailed_link", me.id)
        async with transaction() as db:
            await ask_to_verify(db, me.id)
    except SHOWN as error:
        return await _settings(visit, me, status_of(error), section="email", **troubles(error))
    return go("/settings?saved=verify#email")


@post("/settings/appearance")
async def post_appearance_page(request: AnyRequest, visit: RequestContext) -> Response[Any]:
    """Choose light, language and the Enter key; visitors may, too. Whoever is signed in takes the language along to other devices."""
    chosen = kept(await typed_into(request))
    if chosen.get("theme") in THEMES:
        set_cookie(request.scope, "theme", chosen["theme"])
    if chosen.get("enterKey") in ENTER_KEYS:
        set_cookie(request.scope, "enter", chosen["enterKey"])
    if chosen.get("locale") in offered_locales():
        set_cookie(request.scope, "locale", chosen["locale"])
        if visit.me:
            await _speak(visit.me, chosen["locale"])
    return go(own_path(await way_on(request)) or "/")


async def _speak(me: Person, locale: str) -> None:
    language = next(Language(name) for name, code in LOCALE_OF.items() if code == locale)
    change: ProfileChange = CHANGE_OF[me.role](language_preference=language)
    await changed_profile(me, change)


handlers = [
    settings_page,
    post_profile_page,
    post_password_page,
    post_end_device_page,
    post_verify_page,
    post_appearance_page,
]
