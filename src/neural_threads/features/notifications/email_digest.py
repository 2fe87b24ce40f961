"""Letters about what somebody was told and has not looked at: only if they asked for them, and never at night.

A letter says who and how many, never what was written. One tells of everything that waits; of a chat it tells once, until
the chat was looked at.
"""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

import structlog

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.i18n import HOME_ZONE, LOCALE_OF, ngettext, pick_locale, use_language
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.jobs import daily, task

from .queries import ACTOR, FIELDS
from .quiet_hours import is_night
from .shapes import Notification, Stored

log = structlog.get_logger(__name__)

PATIENCE = 15
"""Minutes that something may stay unread before we write."""
AT_ONCE = 50


@daily("*/5 * * * *")
@task("mail_what_waits")
async def mail_what_waits(**_when: Any) -> None:
    """Every five minutes of the day: a letter to each who asked for one and has not looked."""
    if is_night(datetime.now(HOME_ZONE)):
        return
    tried: list[str] = []
    while user_id := await _next_reader(tried):
        tried.append(user_id)
        await write_to(user_id)


# What is unread for so long, of a type that its reader wants letters about, to an address that is proved to be theirs.
DUE = """
  from notifications n
  join notification_settings s on s.user_id = n.user_id and n.type = any(s.by_mail) and n.unread_since > s.since
  join users u on u.id = n.user_id and u.is_email_verified and u.deleted_at is null
 where not n.is_read and n.mailed_at is null and n.unread_since < now() - make_interval(mins => %(patience)s)
"""


async def _next_reader(tried: list[str]) -> str | None:
    async with reading() as db:
        row = await db.value(
            f"select n.user_id {DUE} and n.user_id <> all(%(tried)s::text[]) limit 1", tried=tried, patience=PATIENCE
        )
    return None if row is None else str(row)


async def write_to(user_id: str) -> None:
    """One letter of all that waits. It is claimed before it is sent, so that it goes out once; given back if it cannot."""
    async with transaction() as db:
        claimed = await _claim(db, user_id)
        person = await person_of(db, user_id)
        waiting = await _claimed(db, claimed)
    if not waiting or person is None:
        return
    try:
        with use_language(pick_locale(LOCALE_OF[person.language])):
            await mail.send(letter_for(person, [one.told() for one in waiting]))
    except Exception:
        log.exception("letter_not_sent")
        async with transaction() as db:
            await db.execute("update notifications set mailed_at = null where id = any(%(ids)s::text[])", ids=claimed)


async def _claim(db: Db, user_id: str) -> list[str]:
    return await db.all(
        str,
        f"""
        with due as (
          select n.id {DUE} and n.user_id = %(user)s order by n.created_at desc limit {AT_ONCE} for update of n skip locked
        )
        update notifications n set mailed_at = now() from due where n.id = due.id returning n.id
        """,  # noqa: S608 - put together from constants
        user=user_id,
        patience=PATIENCE,
    )


async def _claimed(db: Db, ids: list[str]) -> list[Stored]:
    return await db.all(
        Stored,
        f"select {FIELDS}, '' as language from notifications n {ACTOR} where n.id = any(%(ids)s::text[]) "  # noqa: S608
        "order by n.created_at desc",
        ids=ids,
    )


def letter_for(person: Person, waiting: list[Notification]) -> EmailMessage:
    """Return what waits for this person, in the current language."""
    base = get_settings().base_url
    many = sum(one.count for one in waiting) if len(waiting) == 1 else len(waiting)
    subject = ngettext("%(count)s thing waits for you", "%(count)s things wait for you", many) % {"count": many}
    lines = [_("Hello %(name)s,") % {"name": person.name}, "", _("this happened while you were away:"), ""]
    for one in waiting:
        lines += [f"• {one.message}", f"  {base}{one.link or '/notifications'}"]
    lines += ["", _("You asked for these letters. Here you can stop them:"), f"{base}/settings#notifications", ""]
    return mail.letter(person.email, person.name, subject, "\n".join(lines))
