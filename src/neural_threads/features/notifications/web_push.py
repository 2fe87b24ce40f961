"""Send push messages: who and how many, never the text itself, and nothing in quiet hours.

The system shows one for each notification, so a chat has one however many messages come; it rings for the first.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from neural_threads.features.accounts.queries import ALIVE, lifetimes, person_of
from neural_threads.platform import web_push
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.i18n import HOME_ZONE, LOCALE_OF, pick_locale, use_language
from neural_threads.platform.jobs import daily, defer, task
from neural_threads.platform.realtime import is_online
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape

from . import quiet_hours
from .preferences import BY_PUSH
from .queries import ACTOR, FIELDS
from .shapes import Notification, Stored

log = structlog.get_logger(__name__)

TIME_TO_LOOK = timedelta(seconds=8)
"""For those who have a page open: what they have seen by then is not told."""
KEPT_FOR = timedelta(hours=12)
ATTEMPTS = 5
PAUSE = 20  # seconds before the second attempt; doubled each time
LONGEST_PAUSE = 3600


class Push(Shape, frozen=True, kw_only=True):
    """What the service worker shows. `tag`: the notification; the next one with this tag takes its place."""

    tag: str
    title: str
    body: str
    url: str
    lang: str


class Device(msgspec.Struct, frozen=True):
    """A subscription to send to."""

    id: str
    endpoint: str
    p256dh: str
    auth: str


async def push_after_commit(db: Db, reader_id: str, notification_id: str) -> None:
    """Have this person's devices told, once the transaction has committed."""
    at = datetime.now(HOME_ZONE) + TIME_TO_LOOK if is_online(reader_id) else None
    await defer(db, push_news, at=at, user_id=reader_id, notification_id=notification_id)


@task("push_news")
async def push_news(user_id: str, notification_id: str, only: list[str] | None = None, attempt: int = 1) -> None:
    """Tell devices of a notification that is still unread; `only`: those whose service was busy the last time."""
    now = _now()
    if quiet_hours.is_night(now):
        await _wait_for_morning(now, user_id=user_id, notification_id=notification_id)
        return
    async with transaction() as db:
        news = await _news(db, user_id, notification_id, again=only is not None)
        person = await person_of(db, user_id)
        devices = await _devices(db, user_id, only) if news else []
    if news is None or person is None or not devices:
        return
    locale = pick_locale(LOCALE_OF[person.language])
    with use_language(locale):
        payload = encode(_push(news.told(), locale))
    ttl = int(min(KEPT_FOR, quiet_hours.until_night(now)).total_seconds())
    troubles = await asyncio.gather(*(_try(device, payload, ttl, notification_id) for device in devices))
    await _learn(user_id, notification_id, list(zip(devices, troubles, strict=True)), attempt)


async def _wait_for_morning(now: datetime, **facts: str) -> None:
    async with transaction() as db:
        await defer(db, push_news, at=quiet_hours.morning_after(now), **facts)


def _now() -> datetime:
    return datetime.now(HOME_ZONE)


def _push(one: Notification, locale: str) -> Push:
    return Push(tag=one.id, title=one.title, body=one.message, url=one.link or "/notifications", lang=locale)


async def _news(db: Db, user_id: str, notification_id: str, *, again: bool) -> Stored | None:
    """The notification, if it is unread and nobody told this much of it; `again`: if it was told and nothing came since."""
    return await db.maybe(
        Stored,
        f"""
        with news as (
          update notifications n set pushed_at = clock_timestamp()
            from users u left join notification_settings s on s.user_id = u.id
           where n.id = %(id)s and n.user_id = %(user)s and not n.is_read
             and u.id = n.user_id and n.type = any({BY_PUSH})
             and (n.pushed_at is null or n.pushed_at < n.created_at) <> %(again)s
          returning n.*
        )
        select {FIELDS}, '' as language from news n {ACTOR}
        """,  # noqa: S608 - put together from constants
        id=notification_id,
        user=user_id,
        again=again,
    )


async def _devices(db: Db, user_id: str, only: list[str] | None) -> list[Device]:
    sql = f"""
        select p.id, p.endpoint, p.p256dh, p.auth
          from push_subscriptions p join sessions s on s.id = p.session_id and s.user_id = p.user_id
         where p.user_id = %(user)s and {ALIVE} and (%(only)s::text[] is null or p.id = any(%(only)s::text[]))
    """  # noqa: S608 - put together from constants
    return await db.all(Device, sql, user=user_id, only=only, **lifetimes())


async def _try(device: Device, payload: bytes, ttl: int, topic: str) -> Exception | None:
    try:
        await web_push.send(
            web_push.PushEndpoint(device.endpoint, device.p256dh, device.auth), payload, ttl=ttl, topic=topic
        )
    except (web_push.Gone, web_push.Busy, web_push.Refused) as trouble:
        log.info(
            "push_not_taken", device=device.id, why=type(trouble).__name__, detail=str(trouble.__cause__ or "")[:300]
        )
        return trouble
    return None


async def _learn(
    user_id: str, notification_id: str, results: Sequence[tuple[Device, Exception | None]], attempt: int
) -> None:
    """Forget devices that are gone, and have those tried again later whose service was busy."""
    gone = [device.id for device, trouble in results if isinstance(trouble, web_push.Gone)]
    busy = {device.id: trouble.after or 0 for device, trouble in results if isinstance(trouble, web_push.Busy)}
    async with transaction() as db:
        if gone:
            await db.execute("delete from push_subscriptions where id = any(%(gone)s::text[])", gone=gone)
        if busy and attempt < ATTEMPTS:
            pause = min(max(PAUSE * 2 ** (attempt - 1), *busy.values()), LONGEST_PAUSE)
            details: dict[str, Any] = {
                "user_id": user_id,
                "notification_id": notification_id,
                "only": sorted(busy),
                "attempt": attempt + 1,
            }
            await defer(db, push_news, at=_now() + timedelta(seconds=pause), **details)


@daily("37 21 * * *")
@task("forget_silent_devices")
async def forget_silent_devices(**_when: Any) -> None:
    """Every night: devices whose sign-in has grown too old. Nothing is sent to them anyway."""
    async with transaction() as db:
        await db.execute(
            f"delete from push_subscriptions p using sessions s where s.id = p.session_id and not ({ALIVE})",  # noqa: S608
            **lifetimes(),
        )
