"""Delete a person's files outside the database: images, and mails in the outbox folder."""

import asyncio
import email
import email.policy
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from neural_threads.platform import mail
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.jobs import defer, task

AT_ONCE = 200


async def queue_images(db: Db, images: Sequence[str]) -> None:
    """Have the files of images removed whose rows are gone; without a row nobody sees them any more."""
    for place in range(0, len(images), AT_ONCE):
        await defer(db, drop_pictures, public_ids=list(images[place : place + AT_ONCE]))


@task("drop_pictures", retries=12)
async def drop_pictures(public_ids: list[str]) -> None:
    """Remove the files. A store that does not answer is asked again later."""
    folder = Folder(get_settings().media_dir)
    for public_id in public_ids:
        await asyncio.to_thread(folder.drop_smaller, public_id)
        await current_store().drop(public_id)


def dropping_letters(db: Db, address: str) -> None:
    """After the commit, remove letters to this address from the outbox. What went out by SMTP is in their own mailbox."""
    if not get_settings().smtp_url:
        db.after_commit(lambda: asyncio.to_thread(_drop_letters, mail.outbox(), address.lower()))


def _drop_letters(outbox: Path, address: str) -> None:
    for path in outbox.glob("*.eml"):
        with suppress(OSError):
            if address in _readers(path):
                path.unlink()


def _readers(path: Path) -> set[str]:
    with path.open("rb") as file:
        to = email.message_from_binary_file(file, policy=email.policy.default)["To"]
    return {_as_typed(reader.addr_spec).lower() for reader in to.addresses} if to else set()


def _as_typed(address: str) -> str:
    """Letters beyond ASCII stand in a header as bytes (RFC 6532), which the library hands out as surrogates."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
