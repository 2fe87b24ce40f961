"""Notification preferences within the settings, and the service worker for push messages."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.preferences import preferences_of, set_preference
from neural_threads.features.notifications.push_devices import devices_of, silence_device
from neural_threads.features.notifications.shapes import (
    NotificationPreferences,
    NotificationType,
    PreferencesChange,
    PushDevice,
)
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Incoming
from neural_threads.platform.web_push import public_key
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.assets import asset, asset_manifest

from .labels import kinds_for

SAVED = "/settings?saved=notifications#notifications"
# What the worker may do on its own: show our icon, and ask us.
WORKER_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """The form of notification preferences."""

    wishes: NotificationPreferences
    kinds: list[tuple[NotificationType, str]]
    public_key: str
    is_on_here: bool
    elsewhere: list[PushDevice]


async def hearing_of(db: Db, visit: RequestContext, me: Person) -> Hearing:
    """Of what I want to hear, and where."""
    devices = await devices_of(db, me, visit.session_id)
    return Hearing(
        wishes=await preferences_of(db, me),
        kinds=[(kind, str(name)) for kind, name in kinds_for(me)],
        public_key=public_key(),
        is_on_here=any(one.is_current for one in devices),
        elsewhere=[one for one in devices if not one.is_current],
    )


class PreferencesForm(Incoming, frozen=True, kw_only=True):
    """The choices that are on."""

    mail: list[NotificationType] = msgspec.field(default_factory=list)
    push: list[NotificationType] = msgspec.field(default_factory=list)
    csrf_token: str = msgspec.field(default="", name="csrf_token")


@post("/notifications/wishes", include_in_schema=False)
async def post_preferences(request: Request[Any, Any, Any], me: Person) -> Redirect:
    """Keep the choices."""
    chosen = decode_form(await request.form(), PreferencesForm)
    async with transaction() as db:
        await set_preference(db, me, PreferencesChange(by_mail=chosen.mail, by_push=chosen.push))
    return Redirect(SAVED, status_code=303)


@post("/notifications/devices/{device_id:str}/end", include_in_schema=False)
async def post_device_end(me: Person, device_id: str) -> Redirect:
    """Switch off another device of mine."""
    async with transaction() as db:
        await silence_device(db, me, device_id)
    return Redirect(SAVED, status_code=303)


@get("/service-worker.js", sync_to_thread=False, include_in_schema=False, exclude_from_auth=True)
def get_worker() -> Response[bytes]:
    """At the root, since a worker may care only for what lies below its own address. Browsers ask each time."""
    script = (
        f'const ICON = "{asset("shell/icon-192.png")}";\n'.encode()
        + asset_manifest().asset("notifications/worker.js").content
    )
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": WORKER_POLICY}
    return Response(script, media_type="text/javascript", headers=headers)


handlers = [post_preferences, post_device_end, get_worker]
