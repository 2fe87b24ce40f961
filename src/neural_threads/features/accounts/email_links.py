"""Links sent by e-mail: verify an address, reset a password. Only hashes of their tokens are stored."""

import asyncio

import structlog

from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.errors import Malformed
from neural_threads.platform.i18n import LOCALE_OF, use_language
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.jobs import defer, task
from neural_threads.platform.security.tokens import fingerprint, one_time_token

from .queries import PERSON, person_of
from .session_cache import forgetting_person
from .sessions import end_sessions_of
from .shapes import Person, tidy_email

log = structlog.get_logger(__name__)


class DeadLink(Malformed):
    """The same answer for a guessed, a used and an old link."""

    code = "LINK_OVER"

    def sentence(self) -> str:
        return _("This link is no longer good. Ask for a new one.")


async def ask_to_verify(db: Db, user_id: str) -> None:
    """Queue a letter that lets somebody prove that the address is theirs."""
    await defer(db, mail_verification, user_id=user_id)


async def forget_password(db: Db, email: str) -> None:
    """Queue a letter with a link, if there is such an account. The work done here is the same if there is none."""
    await defer(db, mail_reset, email=tidy_email(email).lower())


@task("mail_verification")
async def mail_verification(user_id: str) -> None:
    """Make a link good for a day, and send it. The token is made here, so that the queue never holds one."""
    token = one_time_token()
    async with transaction() as db:
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
        await _send(person, *_verification_letter(person, token))


@task("mail_reset")
async def mail_reset(email: str) -> None:
    """Make a link good for an hour, and send it to whoever has this address."""
    await asyncio.sleep(0.3)  # The answer is out by now: how long it took cannot tell whether there is a letter.
    token = one_time_token()
    async with transaction() as db:
        sql = f"{PERSON} where lower(u.email) = %(email)s and u.deleted_at is null"
        person = await db.maybe(Person, sql, email=email)
        if person:
            await _store_reset(db, person, token)
    if person:
        await _send(person, *_reset_letter(person, token))


async def _store_reset(db: Db, person: Person, token: str) -> None:
    await db.execute("delete from password_resets where user_id = %(user)s", user=person.id)
    await db.execute(
        "insert into password_resets (token, user_id, until) values (%(hash)s, %(user)s, now() + interval '1 hour')",
        hash=fingerprint(token),
        user=person.id,
    )


async def verify_email(db: Db, token: str) -> None:
    """The address is proven. DeadLink for anything but the newest link, unused and less than a day old."""
    user_id = await db.value(
        """
        update users set is_email_verified = true, email_verify_token = null, email_verify_until = null, updated_at = now()
         where email_verify_token = %(hash)s and email_verify_until > now() and deleted_at is null
        returning id
        """,
        hash=fingerprint(token),
    )
    if user_id is None:
        raise DeadLink()
    forgetting_person(db, user_id)
    log.info("email_verified", user_id=user_id)


async def person_with_reset(db: Db, token: str) -> Person:
    """Return whom this link lets choose a new password; DeadLink when nobody."""
    sql = f"""
        {PERSON} join password_resets r on r.user_id = u.id
         where r.token = %(hash)s and r.until > now() and u.deleted_at is null
    """
    person = await db.maybe(Person, sql, hash=fingerprint(token))
    if person is None:
        raise DeadLink()
    return person


async def reset_password(db: Db, token: str, new_hash: str) -> None:
    """Use the link up: set the new password and end every session. Whoever has the link has the mailbox, too."""
    user_id = await db.value(
        "delete from password_resets where token = %(hash)s and until > now() returning user_id",
        hash=fingerprint(token),
    )
    if user_id is None:
        raise DeadLink()
    await db.execute(
        """
        update users set password_hash = %(new)s, is_email_verified = true, email_verify_token = null,
                         email_verify_until = null, updated_at = now()
         where id = %(id)s
        """,
        new=new_hash,
        id=user_id,
    )
    await end_sessions_of(db, user_id)
    log.info("password_reset", user_id=user_id)


async def _send(person: Person, subject: str, body: str) -> None:
    await mail.send(mail.letter(person.email, person.name, subject, body))


def _verification_letter(person: Person, token: str) -> tuple[str, str]:
    with use_language(LOCALE_OF[person.language]):
        subject = _("Is this your e-mail address?")
        words = _("Namaste %(name)s,\n\nplease confirm your address with this link. It is good for 24 hours:")
        rest = _("If you did not sign up, you need not do anything.\n\nNeural Threads, Bengaluru")
        return subject, _letter(words, person, f"/verify-email?token={token}", rest)


def _reset_letter(person: Person, token: str) -> tuple[str, str]:
    with use_language(LOCALE_OF[person.language]):
        subject = _("Choose a new password")
        words = _("Namaste %(name)s,\n\nwith this link you can choose a new password. It is good for one hour, once:")
        rest = _(
            "If you did not ask for it, your password is still the same and nobody has seen it.\n\nNeural Threads, Bengaluru"
        )
        return subject, _letter(words, person, f"/reset-password?token={token}", rest)


def _letter(words: str, person: Person, path: str, rest: str) -> str:
    """Links begin with the configured address, never with the Host that a request named."""
    return f"{words % {'name': person.name}}\n\n{get_settings().base_url}{path}\n\n{rest}\n"
