"""Copy all images from one store to another; may be repeated."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from neural_threads.platform.db import reading
from neural_threads.platform.errors import Upstream
from neural_threads.platform.images.stores import Store

AT_ONCE = 4
PAGE = 200


class Named(msgspec.Struct, frozen=True):
    """A picture by its name."""

    public_id: str
    content_type: str


class Tally(msgspec.Struct):
    """The progress of copying."""

    copied: int = 0
    there: int = 0
    missing: int = 0
    failed: int = 0
    total: int = 0

    @property
    def done(self) -> int:
        """The number of images that were looked at."""
        return self.copied + self.there + self.missing + self.failed


async def copy_images(source: Store, target: Store, tell: Callable[[Tally], None]) -> Tally:
    """Copy what `target` does not have yet; run again after an interruption, it goes on where it was."""
    async with reading() as db:
        tally = Tally(total=await db.value("select count(*) from media"))
    after = ""
    while names := await _page(after):
        for place in range(0, len(names), AT_ONCE):
            some = names[place : place + AT_ONCE]
            await asyncio.gather(*(_copy(source, target, one, tally) for one in some))
            tell(tally)
        after = names[-1].public_id
    return tally


async def _page(after: str) -> list[Named]:
    async with reading() as db:
        return await db.all(
            Named,
            """
            select public_id, content_type
              from media
             where public_id > %(after)s
             order by public_id
             limit %(limit)s
            """,
            after=after,
            limit=PAGE,
        )


async def _copy(source: Store, target: Store, one: Named, tally: Tally) -> None:
    try:
        if await target.has(one.public_id):
            tally.there += 1
            return
        data = await source.read(one.public_id)
        with tempfile.TemporaryDirectory(prefix="threads-copy-") as folder:
            path = Path(folder) / "picture"
            await asyncio.to_thread(path.write_bytes, data)
            await target.put(one.public_id, path, one.content_type)
        tally.copied += 1
    except FileNotFoundError:
        tally.missing += 1
    except Upstream:
        tally.failed += 1
