"""E-mails of a person that are still in the outbox folder. The files of their images are removed by a job."""

import asyncio
import email
import email.policy
from contextlib import suppress
from pathlib import Path

from neural_threads.features.accounts.shapes import email_key
from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db


def drop_emails_after_commit(db: Db, address: str) -> None:
    """After the commit, remove letters to this address from the outbox. What went out by SMTP is in their own mailbox."""
    if not get_settings().smtp_url:
        db.after_commit(lambda: asyncio.to_thread(_drop_emails, mail.outbox(), email_key(address)))


def _drop_emails(outbox: Path, key: str) -> None:
    for path in outbox.glob("*.eml"):
        with suppress(OSError):
            if key in _readers(path):
                path.unlink()


def _readers(path: Path) -> set[str]:
    with path.open("rb") as file:
        to = email.message_from_binary_file(file, policy=email.policy.default)["To"]
    return {email_key(_as_typed(reader.addr_spec)) for reader in to.addresses} if to else set()


def _as_typed(address: str) -> str:
    """Letters beyond ASCII stand in a header as bytes (RFC 6532), which the library hands out as surrogates."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
