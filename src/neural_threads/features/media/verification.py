"""Compare the rows of images with the files in their store: list missing files, and files without a row."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec

from neural_threads.platform.db import reading
from neural_threads.platform.images.stores import Store

AT_ONCE = 8
PAGE = 500
YOUNG = timedelta(days=1)
"""A file may be there before its row is; the nightly sweep leaves it alone for as long."""
MOST_NAMED = 20


class Verification(msgspec.Struct):
    """The number of images, missing and orphaned ones, and the names of the first of these."""

    images: int = 0
    files: int = 0
    missing: int = 0
    orphaned: int = 0
    can_list: bool = True
    """False for a store that does not tell its names; then `orphaned` says nothing."""
    missing_names: list[str] = []
    orphaned_names: list[str] = []


async def verify_images(store: Store) -> Verification:
    """Look at every row and every file. Nothing is changed. Raises Upstream when the store cannot be reached."""
    result = Verification()
    await _look_at_rows(store, result)
    await _look_at_files(store, result)
    return result


async def _look_at_rows(store: Store, result: Verification) -> None:
    after = ""
    while names := await _names_after(after):
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            for name, is_there in zip(some, await asyncio.gather(*(store.has(name) for name in some)), strict=True):
                result.images += 1
                if not is_there:
                    result.missing += 1
                    _note(result.missing_names, name)
        after = names[-1]


async def _names_after(after: str) -> list[str]:
    async with reading() as db:
        return await db.all(
            str,
            "select public_id from media where public_id > %(after)s order by public_id limit %(limit)s",
            after=after,
            limit=PAGE,
        )


async def _look_at_files(store: Store, result: Verification) -> None:
    batches = store.files()
    if batches is None:
        result.can_list = False
        return
    young = datetime.now(UTC) - YOUNG
    async for batch in batches:
        result.files += len(batch)
        names = [file.public_id for file in batch if file.modified_at < young]
        async with reading() as db:
            rows = await db.all(
                str, "select public_id from media where public_id = any(%(names)s::text[])", names=names
            )
        for name in sorted(set(names) - set(rows)):
            result.orphaned += 1
            _note(result.orphaned_names, name)


def _note(names: list[str], name: str) -> None:
    if len(names) < MOST_NAMED:
        names.append(name)
