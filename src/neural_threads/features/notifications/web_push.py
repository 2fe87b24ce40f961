"""Send push messages: who and how many, never the text itself, and nothing in quiet hours.

The system shows one for each notification, so a chat has one however many messages come; it rings for the first.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from neural_threads.features.accounts.queries import ALIVE, lifetimes, person_of
from neural_threads.platform import web_push
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import HOME_ZONE, LOCALE_OF, pick_locale, use_language
from neural_threads.platform.jobs import earlier_attempts
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape

from . import quiet_hours
from .preferences import BY_PUSH
from .queries import ACTOR, FIELDS
from .shapes import Notification, Stored

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(hours=12)
ATTEMPTS = 5
PAUSE = 20  # seconds before the second attempt; doubled each time
LONGEST_PAUSE = 3600


class Push(Shape, frozen=True, kw_only=True):
    """The contents of a push. `tag`: the notification; a later push with the same tag replaces it."""

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


class Later(msgspec.Struct, frozen=True):
    """A push that is to be tried again: when, and at which devices (None: all)."""

    at: datetime
    only: list[str] | None = None
    attempt: int = 1


async def push_now(user_id: str, notification_id: str, only: list[str] | None, attempt: int) -> Later | None:
    """Tell devices of a notification that is still unread. Returns what is to be tried later, if anything."""
    now = _now()
    if quiet_hours.is_night(now):
        return Later(quiet_hours.morning_after(now))
    async with transaction() as db:
        news = await _news(db, user_id, notification_id, again=only is not None)
        person = await person_of(db, user_id)
        devices = await _devices(db, user_id, only) if news else []
    if news is None or person is None or not devices:
        return None
    locale = pick_locale(LOCALE_OF[person.language])
    with use_language(locale):
        payload = encode(_push(news.told(), locale))
    ttl = int(min(KEPT_FOR, quiet_hours.until_night(now)).total_seconds())
    troubles = await asyncio.gather(*(_try(device, payload, ttl, notification_id) for device in devices))
    return await _learn(list(zip(devices, troubles, strict=True)), attempt)


def _now() -> datetime:
    return datetime.now(HOME_ZONE)


def _push(one: Notification, locale: str) -> Push:
    return Push(tag=one.id, title=one.title, body=one.message, url=one.link or "/notifications", lang=locale)


async def _news(db: Db, user_id: str, notification_id: str, *, again: bool) -> Stored | None:
    """The notification, if it is unread and nobody told this much of it; `again`: if it was told and nothing came since.

    A job that was begun before may have been killed between this and the sending, so it does not ask who told what; a
    device that has the push already shows it in the place of the first.
    """
    return await db.maybe(
        Stored,
        sql(
            """
        with news as (
          update notifications n set pushed_at = clock_timestamp()
            from users u left join notification_settings s on s.user_id = u.id
           where n.id = %(id)s and n.user_id = %(user)s and not n.is_read
             and u.id = n.user_id and n.type = any({by_push})
             and ((n.pushed_at is null or n.pushed_at < n.created_at) <> %(again)s or %(begun_before)s)
          returning n.*
        )
        select {fields}, '' as language from news n {actor}
        """,
            by_push=BY_PUSH,
            fields=FIELDS,
            actor=ACTOR,
        ),
        id=notification_id,
        user=user_id,
        again=again,
        begun_before=earlier_attempts.get() > 0,
    )


async def _devices(db: Db, user_id: str, only: list[str] | None) -> list[Device]:
    statement = sql(
        """
        select p.id, p.endpoint, p.p256dh, p.auth
          from push_subscriptions p join sessions s on s.id = p.session_id and s.user_id = p.user_id
         where p.user_id = %(user)s and {alive} and (%(only)s::text[] is null or p.id = any(%(only)s::text[]))
    """,
        alive=ALIVE,
    )
    return await db.all(Device, statement, user=user_id, only=only, **lifetimes())


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


async def _learn(results: Sequence[tuple[Device, Exception | None]], attempt: int) -> Later | None:
    """Forget devices that are gone, and have those tried again later whose service was busy."""
    gone = [device.id for device, trouble in results if isinstance(trouble, web_push.Gone)]
    busy = {device.id: trouble.after or 0 for device, trouble in results if isinstance(trouble, web_push.Busy)}
    if gone:
        async with transaction() as db:
            await db.execute("delete from push_subscriptions where id = any(%(gone)s::text[])", gone=gone)
    if not busy or attempt >= ATTEMPTS:
        return None
    pause = min(max(PAUSE * 2 ** (attempt - 1), *busy.values()), LONGEST_PAUSE)
    return Later(_now() + timedelta(seconds=pause), sorted(busy), attempt + 1)
