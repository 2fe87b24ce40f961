"""Delete unused uploads, files without a row, and incomplete uploads."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.upload import sweep_incoming
from neural_threads.platform.jobs import daily, task

from .actions import forget_file
from .references import IS_USED

log = structlog.get_logger(__name__)

UNUSED_DAYS = 7
"""A draft may wait so long for the message or the request that it was uploaded for."""
FILE_AGE = 86_400.0
AT_ONCE = 500


@daily("23 * * * *")
@task("sweep_incoming_uploads")
async def sweep_uploads(**_when: Any) -> None:
    """Every hour: what cut uploads have left on this machine's disk."""
    removed = await asyncio.to_thread(sweep_incoming, Folder(get_settings().media_dir))
    if removed:
        log.info("uploads_swept", files=removed)


@daily("41 21 * * *")
@task("sweep_pictures")
async def sweep_pictures(**_when: Any) -> None:
    """Every night (India's): images that were uploaded and never used, then files that no row knows."""
    rows = 0
    while removed := await _remove_unused():
        rows += removed
    files = await _remove_unknown(Folder(get_settings().media_dir))
    log.info("pictures_swept", rows=rows, files=files)


async def _remove_unused() -> int:
    async with transaction() as db:
        gone = await db.all(
            str,
            f"""
            with old as (
              select m.public_id
                from media m
               where m.created_at < now() - make_interval(days => %(days)s)
                 and m.public_id like 'u/%%' and not {IS_USED}
               limit %(limit)s
                 for update skip locked
            )
            delete from media m using old where m.public_id = old.public_id and not {IS_USED}
            returning m.public_id
            """,  # noqa: S608 - put together from constants
            days=UNUSED_DAYS,
            limit=AT_ONCE,
        )
    for public_id in gone:
        await forget_file(public_id)
    return len(gone)


async def _remove_unknown(folder: Folder) -> int:
    removed = 0
    for names in await asyncio.to_thread(lambda: list(_old_names(folder.root))):
        async with reading() as db:
            known = set(
                await db.all(str, "select public_id from media where public_id = any(%(names)s::text[])", names=names)
            )
        for name in set(names) - known:
            await forget_file(name)
            removed += 1
    return removed


def _old_names(root: Path) -> Iterator[list[str]]:
    """The uploads that lie here for more than a day, some at a time."""
    young = time.time() - FILE_AGE
    batch: list[str] = []
    for shelf in ("originals", "derived"):
        for path in (root / shelf / "u").glob("*/*"):
            if path.stat().st_mtime < young:
                batch.append(str(path.relative_to(root / shelf)))
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch
