"""E-mail digests of unread notifications: only for those who asked for them, and never at night.

A letter says who and how many, never what was written. One tells of everything that waits; of a chat it tells once, until
the chat was looked at.
"""

from email.message import EmailMessage

from neural_threads.features.accounts.queries import person_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.i18n import LOCALE_OF, ngettext, pick_locale, use_language
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import isolated

from .queries import ACTOR, FIELDS
from .shapes import Notification, Stored

PATIENCE = 15
"""Minutes that something may stay unread before we write."""
AT_ONCE = 50


# What is unread for so long, of a type that its reader wants letters about, to an address that is proved to be theirs.
DUE = Sql("""
  from notifications n
  join notification_settings s on s.user_id = n.user_id and n.type = any(s.by_mail) and n.unread_since > s.since
  join users u on u.id = n.user_id and u.is_email_verified and u.deleted_at is null
 where not n.is_read and n.mailed_at is null and n.unread_since < now() - make_interval(mins => %(patience)s)
""")


async def readers_to_mail(db: Db) -> list[str]:
    """Return the people for whom something waits that they want an e-mail about."""
    return await db.all(str, f"select distinct n.user_id {DUE}", patience=PATIENCE)


async def claim(db: Db, user_id: str) -> list[str]:
    """Mark what waits for this person as told by mail, and return the ids. The mail is to be queued in this transaction."""
    return await db.all(
        str,
        sql(
            """
        with due as (
          select n.id {due} and n.user_id = %(user)s order by n.created_at desc limit {at_once} for update of n skip locked
        )
        update notifications n set mailed_at = now() from due where n.id = due.id returning n.id
        """,
            due=DUE,
            at_once=AT_ONCE,
        ),
        user=user_id,
        patience=PATIENCE,
    )


async def send_letter(user_id: str, ids: list[str], mail_id: str) -> None:
    """Send one letter of all that was claimed and is still unread."""
    async with reading() as db:
        person = await person_of(db, user_id)
        waiting = await _unread(db, user_id, ids)
    if waiting and person is not None:
        with use_language(pick_locale(LOCALE_OF[person.language])):
            letter = letter_for(person, [one.told() for one in waiting], mail_id)
        await mail.send(letter)


async def _unread(db: Db, user_id: str, ids: list[str]) -> list[Stored]:
    return await db.all(
        Stored,
        sql(
            "select {fields}, '' as language from notifications n {actor} "
            "where n.id = any(%(ids)s::text[]) and n.user_id = %(user)s and not n.is_read order by n.created_at desc",
            fields=FIELDS,
            actor=ACTOR,
        ),
        ids=ids,
        user=user_id,
    )


def letter_for(person: Person, waiting: list[Notification], id: str | None = None) -> EmailMessage:
    """Return what waits for this person, in the current language."""
    base = get_settings().base_url
    many = sum(one.count for one in waiting) if len(waiting) == 1 else len(waiting)
    subject = ngettext("%(count)s new notification", "%(count)s new notifications", many) % {"count": many}
    lines = [_("Hello %(name)s,") % {"name": isolated(person.name)}, "", _("this happened while you were away:"), ""]
    for one in waiting:
        lines += [f"• {one.message}", f"  {base}{one.link or '/notifications'}"]
    lines += [
        "",
        _("You get these e-mails because they are switched on in your settings. Switch them off here:"),
        f"{base}/settings#notifications",
        "",
    ]
    return mail.letter(person.email, person.name, subject, "\n".join(lines), id=id)
