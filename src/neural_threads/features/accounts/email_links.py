"""Links that go out by mail: to prove an address, and to choose a new password. Only their hashes are stored."""

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
    """The same answer for a guessed, a used and an old link."""

    code = "LINK_OVER"

    def sentence(self) -> str:
        return _("This link is no longer good. Ask for a new one.")


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
    """Whom this link lets choose a new password; DeadLink when nobody."""
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
