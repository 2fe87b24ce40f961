"""The API of notifications: list, mark read, preferences, push devices."""

from litestar import delete, get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import read_all_notifications, read_notification
from neural_threads.features.notifications.preferences import preferences_of, set_preference
from neural_threads.features.notifications.push_devices import (
    AnothersBrowser,
    devices_of,
    silence_device,
    silence_this_device,
    tell_this_device,
)
from neural_threads.features.notifications.queries import notifications_of, unread_count
from neural_threads.features.notifications.shapes import (
    NewPushDevice,
    Notification,
    NotificationPreferences,
    NotificationSearch,
    PreferencesChange,
    PushDevice,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import TooOften
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.types import Shape
from neural_threads.platform.web_push import public_key
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import ApiAnswer, Reply, created, ok


class NotificationList(ApiAnswer, frozen=True, kw_only=True):
    """A page of what one was told, and how much of all of it is unread."""

    data: list[Notification]
    unread_count: int
    has_more: bool
    next_cursor: str | None


class Handled(Shape, frozen=True, kw_only=True):
    """The number of notifications that were unread."""

    count: int


@get("/api/notifications", summary="What I was told")
async def get_notifications(me: Person, search: InQuery[NotificationSearch]) -> Reply[NotificationList]:
    """The newest first; `unreadOnly=true` or `type=…` for some of them. `unreadCount` counts all of them."""
    async with reading() as db:
        result, cursor = await notifications_of(db, me, search)
        unread = await unread_count(db, me)
    return ok(NotificationList(data=result, unread_count=unread, has_more=cursor is not None, next_cursor=cursor))


@put("/api/notifications/{notification_id:str}/read", summary="I read this")
async def put_read(me: Person, notification_id: str) -> Reply[None]:
    """Note that I read it; twice is once."""
    async with transaction() as db:
        await read_notification(db, me, notification_id)
    return ok()


@put("/api/notifications/read-all", summary="I read everything")
async def put_read_all(me: Person) -> Reply[Handled]:
    """Note that I read all of them; `count` is how many were unread."""
    async with transaction() as db:
        many = await read_all_notifications(db, me)
    return ok(Handled(count=many))


@get("/api/notifications/settings", summary="Of what I want to hear when I do not look")
async def get_wishes(me: Person) -> Reply[NotificationPreferences]:
    """`byMail`: what I am mailed about when I have not looked for a quarter of an hour; `byPush`: what my devices tell."""
    async with reading() as db:
        return ok(await preferences_of(db, me))


@put("/api/notifications/settings", summary="Choose of what I want to hear")
async def put_wishes(me: Person, data: PreferencesChange) -> Reply[NotificationPreferences]:
    """No letters until I say so, and no device until it is switched on; an empty list stops them."""
    async with transaction() as db:
        await set_preference(db, me, data)
        return ok(await preferences_of(db, me))


# Devices


class Told(Shape, frozen=True, kw_only=True):
    """My push devices, and the key with which a browser subscribes."""

    public_key: str
    devices: list[PushDevice]


@get("/api/notifications/push", summary="Devices that tell me")
async def get_devices(me: Person, visit: RequestContext) -> Reply[Told]:
    """`publicKey` is what a browser subscribes with (`applicationServerKey`)."""
    async with reading() as db:
        return ok(Told(public_key=public_key(), devices=await devices_of(db, me, visit.session_id)))


@post(
    "/api/notifications/push", summary="Tell me on this device", may_repeat=True, refusals=(AnothersBrowser, TooOften)
)
async def post_device(me: Person, visit: RequestContext, data: NewPushDevice) -> Reply[PushDevice]:
    """A browser's subscription, as its `toJSON` gives it. One for each sign-in; it ends with the sign-in."""
    await rate_limits.hit("devices", me.id)
    async with transaction() as db:
        device, is_new = await tell_this_device(db, me, visit.session_id, data)
    return created(device) if is_new else ok(device)


@delete("/api/notifications/push", status_code=200, summary="Not on this device")
async def delete_this_device(me: Person, visit: RequestContext) -> Reply[None]:
    """Twice is once."""
    async with transaction() as db:
        await silence_this_device(db, visit.session_id)
    return ok()


@delete("/api/notifications/push/{device_id:str}", status_code=200, summary="Not on that device")
async def delete_device(me: Person, device_id: str) -> Reply[None]:
    """One of my devices, wherever it is."""
    async with transaction() as db:
        await silence_device(db, me, device_id)
    return ok()


handlers = [
    get_notifications,
    put_read,
    put_read_all,
    get_wishes,
    put_wishes,
    get_devices,
    post_device,
    delete_this_device,
    delete_device,
]
