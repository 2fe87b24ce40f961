"""Background jobs of notifications: e-mails to those who asked for them, and pushes to devices."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from neural_threads.features.accounts.queries import ALIVE, lifetimes
from neural_threads.platform.batching import Batcher
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.ids import new_id
from neural_threads.platform.jobs import bring_forward, defer, periodic, queued, task
from neural_threads.platform.realtime import is_online

from . import email_digest, web_push
from .quiet_hours import is_night

TIME_TO_LOOK = timedelta(seconds=8)
"""For those who have a page open: what they have seen by then is not told."""
MAIL_RETRIES = 12


# Mails


@periodic("*/5 * * * *")
@task("mail_what_waits")
async def mail_what_waits(**_when: Any) -> None:
    """Every five minutes of the day: queue a letter for each who asked for one and has not looked.

    What a letter tells of is claimed in the transaction that queues it, so nothing is told twice and nothing is lost.
    """
    if is_night(datetime.now(HOME_ZONE)):
        return
    async with reading() as db:
        readers = await email_digest.readers_to_mail(db)
    for user_id in readers:
        async with transaction() as db:
            if ids := await email_digest.claim(db, user_id):
                await defer(db, mail_digest, user_id=user_id, ids=ids, mail_id=new_id())


@task("mail_digest", retries=MAIL_RETRIES)
async def mail_digest(user_id: str, ids: list[str], mail_id: str) -> None:
    """Send one letter about these notifications, as far as they are still unread."""
    await email_digest.send_letter(user_id, ids, mail_id)


# Pushes


async def push_after_commit(db: Db, reader_id: str, notification_id: str) -> None:
    """Have this person's devices told, once the transaction has committed."""
    at = datetime.now(HOME_ZONE) + TIME_TO_LOOK if is_online(reader_id) else None
    await defer(db, push_news, at=at, user_id=reader_id, notification_id=notification_id)


@task("push_news")
async def push_news(user_id: str, notification_id: str, only: list[str] | None = None, attempt: int = 1) -> None:
    """Tell devices of a notification that is still unread; `only`: those whose service was busy the last time."""
    later = await web_push.push_now(user_id, notification_id, only, attempt)
    if later is not None:
        more: dict[str, Any] = {} if later.only is None else {"only": later.only, "attempt": later.attempt}
        async with transaction() as db:
            await defer(db, push_news, at=later.at, user_id=user_id, notification_id=notification_id, **more)


# The same for a notification `n` within the statement that stores it, which cannot know who is online: the time to look is
# taken back with `push_now`.
PUSH_OF_NOTIFICATION = queued(
    push_news,
    arguments=Sql("jsonb_build_object('user_id', n.user_id, 'notification_id', n.id) || %(push_context)s::text::jsonb"),
    at=Sql(f"clock_timestamp() + interval '{TIME_TO_LOOK.seconds} seconds'"),
)


async def push_now(job_id: int) -> None:
    """Have the devices told at once, where a push was queued with a time to look.

    Nobody waits for it: should the database be gone, the devices are told when that time is over.
    """
    task = asyncio.create_task(_push_now(job_id), name="push-now")
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _push_now(job_id: int) -> None:
    with suppress(Unavailable):
        await _pushes.get(job_id)


async def _bring_forward(job_ids: Sequence[int]) -> Mapping[int, None]:
    async with reading() as db:
        await bring_forward(db, job_ids)
    return {}


_tasks: set[asyncio.Task[None]] = set()
_pushes = Batcher[int, None](_bring_forward)


@periodic("37 21 * * *")
@task("forget_silent_devices")
async def forget_silent_devices(**_when: Any) -> None:
    """Every night: devices whose sign-in has grown too old. Nothing is sent to them anyway."""
    async with transaction() as db:
        await db.execute(
            sql(
                "delete from push_subscriptions p using sessions s where s.id = p.session_id and not ({alive})",
                alive=ALIVE,
            ),
            **lifetimes(),
        )
