"""Background jobs of account deletion: remove image files, and rows that were stored while the account was deleted."""

import asyncio
from collections.abc import Sequence
from typing import Any

from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.jobs import defer, periodic, task

from .erasure import erase

AT_ONCE = 200


async def queue_images(db: Db, images: Sequence[str]) -> None:
    """Have the files of images removed whose rows are gone; without a row nobody sees them any more."""
    for start in range(0, len(images), AT_ONCE):
        await defer(db, drop_pictures, public_ids=list(images[start : start + AT_ONCE]))


@task("drop_pictures", retries=12)
async def drop_pictures(public_ids: list[str]) -> None:
    """Remove the files. A store that does not answer is asked again later."""
    folder = Folder(get_settings().media_dir)
    for public_id in public_ids:
        await asyncio.to_thread(folder.drop_smaller, public_id)
        await current_store().drop(public_id)


@periodic("11 21 * * *")
@task("erase_leftovers")
async def erase_leftovers(**_when: Any) -> None:
    """Every night: what a request that was under way while its sender left may have stored afterwards."""
    async with reading() as db:
        gone = await db.all(str, "select id from users where deleted_at > now() - interval '3 days'")
    for user_id in gone:
        async with transaction() as db:
            _email, images = await erase(db, user_id)
            await queue_images(db, images)
