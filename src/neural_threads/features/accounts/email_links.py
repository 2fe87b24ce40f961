"""Links sent by e-mail: verify an address, reset a password. Only hashes of their tokens are stored."""

import structlog

from neural_threads.platform.db import Db
from neural_threads.platform.errors import Malformed
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.jobs import defer
from neural_threads.platform.security.tokens import fingerprint

from .jobs import mail_reset, mail_verification, password_mark
from .queries import PERSON, LoginRecord, login_records_of
from .session_cache import forgetting_person
from .sessions import end_sessions_of
from .shapes import Person

log = structlog.get_logger(__name__)


class DeadLink(Malformed):
    """The same answer for a guessed and an old link."""

    code = "LINK_OVER"

    def sentence(self) -> str:
        return _("This link is no longer valid. Ask for a new one.")


class UsedLink(DeadLink):
    """The link did its work before: a second tap, the browser's Back, the mail program's tab that came back."""

    code = "LINK_USED"

    def sentence(self) -> str:
        return _("Your password is set already. Sign in with it, or ask for a new link.")


class NewerLink(DeadLink):
    """The link is one of before, and the newest that was sent after it is good. Only who has the mailbox can learn that."""

    code = "LINK_REPLACED"

    def sentence(self) -> str:
        return _("We sent you a newer link after this one. Please use the link in the newest e-mail.")


async def ask_to_verify(db: Db, user_id: str) -> None:
    """Queue a letter that lets somebody prove that the address is theirs."""
    await defer(db, mail_verification, user_id=user_id, mail_id=new_id())


async def forget_password(db: Db, email: str) -> None:
    """Queue a letter with a link for each account of this mailbox. The work done here is the same if there is none."""
    for account in await login_records_of(db, email) or [LoginRecord(new_id(), "")]:
        mark = password_mark(account.password_hash)
        await defer(db, mail_reset, user_id=account.id, mail_id=new_id(), password=mark)


async def verify_email(db: Db, token: str) -> bool:
    """Note that the address is proven. Return False when this link has proven it before.

    DeadLink for anything but the newest link, unused and less than a day old.
    """
    user_id = await db.value(
        """
        update users set is_email_verified = true, updated_at = now()
         where email_verify_token = %(hash)s and email_verify_until > now() and not is_email_verified and deleted_at is null
        returning id
        """,
        hash=fingerprint(token),
    )
    if user_id is None:
        if await is_proven_by(db, token):
            return False
        raise NewerLink() if await is_verification_replaced(db, token) else DeadLink()
    forgetting_person(db, user_id)
    log.info("email_verified", user_id=user_id)
    return True


async def is_proven_by(db: Db, token: str) -> bool:
    """Return True when this link was sent to an address that is proven by now."""
    return bool(
        await db.value(
            """
            select is_email_verified from users
             where id in (select id from users where email_verify_token = %(hash)s
                          union all select user_id from replaced_links where token = %(hash)s)
               and deleted_at is null
            """,
            hash=fingerprint(token),
        )
    )


async def is_verification_replaced(db: Db, token: str) -> bool:
    """Return True when a newer link was sent after this one, and is good."""
    return bool(
        await db.value(
            """
            select true from replaced_links l join users u on u.id = l.user_id
             where l.token = %(hash)s and u.email_verify_until > now() and not u.is_email_verified and u.deleted_at is null
            """,
            hash=fingerprint(token),
        )
    )


async def person_with_reset(db: Db, token: str) -> Person:
    """Return whom this link lets choose a new password.

    Raise UsedLink when somebody did with it or a newer one, NewerLink when a newer one is good, else DeadLink.
    """
    sql = f"""
        {PERSON} join password_resets r on r.user_id = u.id
         where r.token = %(hash)s and r.until > now() and r.used_at is null and u.deleted_at is null
    """
    person = await db.maybe(Person, sql, hash=fingerprint(token))
    if person is None:
        raise await _why_not(db, token)
    return person


async def _why_not(db: Db, token: str) -> DeadLink:
    newest_is_used = await db.value(
        """
        select r.used_at is not null from password_resets r
         where r.user_id = (select user_id from replaced_links where token = %(hash)s)
           and (r.used_at is not null or r.until > now())
        """,
        hash=fingerprint(token),
    )
    if newest_is_used or await password_set_by(db, token):
        return UsedLink()
    return DeadLink() if newest_is_used is None else NewerLink()


async def password_set_by(db: Db, token: str) -> str | None:
    """Return the hash of the password that was set by this link, if it was and is still the newest of its person."""
    row: str | None = await db.value(
        """
        select u.password_hash from password_resets r join users u on u.id = r.user_id
         where r.token = %(hash)s and r.used_at is not null and u.deleted_at is null
        """,
        hash=fingerprint(token),
    )
    return row


async def reset_password(db: Db, token: str, new_hash: str) -> None:
    """Use the link up: set the new password and end every session. Whoever has the link has the mailbox, too."""
    user_id = await db.value(
        """
        update password_resets set used_at = now(), until = now()
         where token = %(hash)s and until > now() and used_at is null
        returning user_id
        """,
        hash=fingerprint(token),
    )
    if user_id is None:
        raise await _why_not(db, token)
    await db.execute(
        "update users set password_hash = %(new)s, is_email_verified = true, updated_at = now() where id = %(id)s",
        new=new_hash,
        id=user_id,
    )
    await end_sessions_of(db, user_id)
    log.info("password_reset", user_id=user_id)
