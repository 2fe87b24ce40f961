"""Background jobs of accounts: mails with links that prove an address or let somebody choose a new password.

A mail is named before it is queued, and its link follows from that name and our secret key. So the queue holds neither an
address nor a link, and a job that runs twice sends the same mail with the same link again instead of another one.
"""

import asyncio

from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.i18n import LOCALE_OF, use_language
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.jobs import task
from neural_threads.platform.security.tokens import fingerprint, mailed_token
from neural_threads.platform.serialization.text import isolated

from .queries import person_of
from .shapes import Person, email_key

MAIL_RETRIES = 12
"""Over two hours, so that mail survives the absence of its server."""


def password_mark(password_hash: str) -> str:
    """Return a short name of a stored password, to see later whether it was changed."""
    return fingerprint(password_hash).hex()[:16]


@task("mail_verification", retries=MAIL_RETRIES)
async def mail_verification(user_id: str, mail_id: str | None = None) -> None:
    """Make a link good for a day, and send it. `mail_id` is missing in jobs of earlier versions."""
    mail_id = mail_id or new_id()
    token = mailed_token("verify", mail_id, user_id)
    async with transaction() as db:
        await _remember(db, user_id, "select email_verify_token, id from users where id = %(user)s", token)
        await db.execute(
            """
            update users set email_verify_token = %(hash)s, email_verify_until = now() + interval '24 hours'
             where id = %(id)s and not is_email_verified
            """,
            hash=fingerprint(token),
            id=user_id,
        )
        person = await person_of(db, user_id)
    if person and not person.is_email_verified:
        await _send(person, mail_id, *_verification_letter(person, token))


@task("mail_reset", retries=MAIL_RETRIES)
async def mail_reset(
    user_id: str | None = None, mail_id: str | None = None, password: str | None = None, email: str | None = None
) -> None:
    """Make a link good for an hour, and send it; nothing when the password was changed since the mail was asked for.

    Jobs of earlier versions have only `email`.
    """
    await asyncio.sleep(0.3)  # The answer is out by now: how long it took cannot tell whether there is a letter.
    mail_id = mail_id or new_id()
    async with transaction() as db:
        if email is not None:
            user_id = await db.value(
                "select id from users where lower(email) = %(email)s and deleted_at is null", email=email
            )
        person = await person_of(db, user_id) if user_id else None
        if person is None or not await _is_same_password(db, person, password):
            return
        token = mailed_token("reset", mail_id, person.id)
        await _store_reset(db, person, token)
        is_one_of_several = await _shares_mailbox(db, person)
    await _send(person, mail_id, *_reset_letter(person, token, is_one_of_several=is_one_of_several))


async def _shares_mailbox(db: Db, person: Person) -> bool:
    sql = "select count(*) > 1 from users where deleted_at is null and %(key)s in (email_key, shared_mailbox)"
    return bool(await db.value(sql, key=email_key(person.email)))


async def _is_same_password(db: Db, person: Person, mark: str | None) -> bool:
    stored = await db.value("select password_hash from users where id = %(id)s", id=person.id)
    return mark is None or password_mark(stored) == mark


async def _store_reset(db: Db, person: Person, token: str) -> None:
    await _remember(db, person.id, "select token, user_id from password_resets where user_id = %(user)s", token)
    await db.execute("delete from password_resets where user_id = %(user)s", user=person.id)
    await db.execute(
        "insert into password_resets (token, user_id, until) values (%(hash)s, %(user)s, now() + interval '1 hour')",
        hash=fingerprint(token),
        user=person.id,
    )


async def _remember(db: Db, user_id: str, links: str, newest: str) -> None:
    """Remember for two days that the links of before were replaced, so that they can say so."""
    await db.execute(
        "delete from replaced_links where user_id = %(user)s and created_at < now() - interval '2 days'", user=user_id
    )
    await db.execute(
        f"""
        insert into replaced_links (token, user_id)
        select token, user_id from ({links}) as link (token, user_id) where token <> %(hash)s
            on conflict do nothing
        """,  # noqa: S608 - our own queries
        user=user_id,
        hash=fingerprint(newest),
    )


async def _send(person: Person, mail_id: str, subject: str, body: str) -> None:
    await mail.send(mail.letter(person.email, person.name, subject, body, id=mail_id))


def _verification_letter(person: Person, token: str) -> tuple[str, str]:
    with use_language(LOCALE_OF[person.language]):
        subject = _("Confirm your e-mail address")
        words = _("Namaste %(name)s,\n\nplease confirm your e-mail address with this link. It is valid for 24 hours:")
        rest = _("If you did not sign up, you can ignore this e-mail.\n\nNeural Threads, Bengaluru")
        return subject, _letter(words, person, f"/verify-email?token={token}", rest)


def _reset_letter(person: Person, token: str, *, is_one_of_several: bool) -> tuple[str, str]:
    with use_language(LOCALE_OF[person.language]):
        subject = _("Choose a new password")
        words = _(
            "Namaste %(name)s,\n\nuse this link to choose a new password. It is valid for one hour and works once:"
        )
        rest = _(
            "If you did not ask for this, you can ignore this e-mail: your password stays the same.\n\nNeural Threads, Bengaluru"
        )
        if is_one_of_several:
            other = _(
                "You have more than one account with this mailbox. This link is for the one with the address %(email)s."
            )
            rest = f"{other % {'email': isolated(person.email)}}\n\n{rest}"
        return subject, _letter(words, person, f"/reset-password?token={token}", rest)


def _letter(words: str, person: Person, path: str, rest: str) -> str:
    """Links begin with the configured address, never with the Host that a request named."""
    return f"{words % {'name': isolated(person.name)}}\n\n{get_settings().base_url}{path}\n\n{rest}\n"
