"""Links sent by e-mail: verify an address, reset a password. Only hashes of their tokens are stored."""

import msgspec
import structlog

from neural_threads.platform.db import Db
from neural_threads.platform.errors import Malformed
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.jobs import defer
from neural_threads.platform.security.tokens import fingerprint

from .jobs import mail_reset, mail_verification, password_mark
from .queries import EXACT_FIRST, PERSON, SAME_MAILBOX
from .session_cache import forgetting_person
from .sessions import end_sessions_of
from .shapes import Person, email_key, tidy_email

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


async def ask_to_verify(db: Db, user_id: str) -> None:
    """Queue a letter that lets somebody prove that the address is theirs."""
    await defer(db, mail_verification, user_id=user_id, mail_id=new_id())


async def forget_password(db: Db, email: str) -> None:
    """Queue a letter with a link, if there is such an account. The work done here is the same if there is none."""
    account = await db.maybe(
        _Account,
        f"select id, password_hash from users where {SAME_MAILBOX} and deleted_at is null {EXACT_FIRST}",  # noqa: S608
        email=tidy_email(email),
        key=email_key(email),
    ) or _Account(new_id(), "")
    mark = password_mark(account.password_hash)
    await defer(db, mail_reset, user_id=account.id, mail_id=new_id(), password=mark)


class _Account(msgspec.Struct, frozen=True):
    id: str
    password_hash: str


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
        raise DeadLink()
    forgetting_person(db, user_id)
    log.info("email_verified", user_id=user_id)
    return True


async def is_proven_by(db: Db, token: str) -> bool:
    """Return True when this link is the newest of an address that is proven by now."""
    return bool(
        await db.value(
            "select is_email_verified from users where email_verify_token = %(hash)s and deleted_at is null",
            hash=fingerprint(token),
        )
    )


async def person_with_reset(db: Db, token: str) -> Person:
    """Return whom this link lets choose a new password; UsedLink when somebody did with it, DeadLink when nobody can."""
    sql = f"""
        {PERSON} join password_resets r on r.user_id = u.id
         where r.token = %(hash)s and r.until > now() and r.used_at is null and u.deleted_at is null
    """
    person = await db.maybe(Person, sql, hash=fingerprint(token))
    if person is None:
        raise UsedLink() if await password_set_by(db, token) else DeadLink()
    return person


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
        raise UsedLink() if await password_set_by(db, token) else DeadLink()
    await db.execute(
        "update users set password_hash = %(new)s, is_email_verified = true, updated_at = now() where id = %(id)s",
        new=new_hash,
        id=user_id,
    )
    await end_sessions_of(db, user_id)
    log.info("password_reset", user_id=user_id)
