"""Delete unused uploads, files without a row, and incomplete uploads."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from neural_threads.platform.db import reading, transaction
from neural_threads.platform.db.composition import sql
from neural_threads.platform.images.folder import Folder

from .actions import forget_file
from .references import IS_USED

UNUSED_DAYS = 7
"""A draft may wait so long for the message or the request that it was uploaded for."""
FILE_AGE = 86_400.0
AT_ONCE = 500


async def remove_unused() -> int:
    """Remove some uploads that were never used, rows and files. Returns how many; 0 when none is left."""
    async with transaction() as db:
        gone = await db.all(
            str,
            sql(
                """
            with old as (
              select m.public_id
                from media m
               where m.created_at < now() - make_interval(days => %(days)s)
                 and m.public_id like 'u/%%' and not {is_used}
               limit %(limit)s
                 for update skip locked
            )
            delete from media m using old where m.public_id = old.public_id and not {is_used}
            returning m.public_id
            """,
                is_used=IS_USED,
            ),
            days=UNUSED_DAYS,
            limit=AT_ONCE,
        )
    for public_id in gone:
        await forget_file(public_id)
    return len(gone)


async def remove_unknown(folder: Folder) -> int:
    """Remove files that no row knows. Returns how many."""
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
