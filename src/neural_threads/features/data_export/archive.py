"""Stream a person's data as one ZIP: JSON as the API answers it, and the images.

Read page by page, each page with a connection of its own, so that a slow line holds none and memory stays flat.
"""

import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from stream_zip import NO_COMPRESSION_64, ZIP_64, async_stream_zip

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.text import isolated
from neural_threads.platform.serialization.types import Moment

from .sections import SECTIONS, Pages

IMAGES = 100
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif"}
FOR_ONE = 0o600
Member = tuple[str, datetime, int, Any, AsyncIterator[bytes]]


def export_name(today: str) -> str:
    """Return what the file is called where it is kept."""
    return f"neural-threads-{today}.zip"


async def export_of(me: Person) -> AsyncIterator[bytes]:
    """The ZIP, item by item."""
    members = _members(me, _readme(me))
    async for item in async_stream_zip(members, get_compressobj=_quickly):
        yield item


def _quickly() -> "zlib._Compress":
    return zlib.compressobj(wbits=-zlib.MAX_WBITS, level=6)


async def _members(me: Person, readme: str) -> AsyncIterator[Member]:
    now = datetime.now(UTC)
    yield "README.txt", now, FOR_ONE, ZIP_64, _once(readme.encode())
    for name, pages in SECTIONS:
        yield f"{name}.json", now, FOR_ONE, ZIP_64, _listed(pages, me)
    async for kept in _images(me):
        try:
            data = await current_store().read(kept.public_id)
        except FileNotFoundError:
            continue
        # They are compressed already.
        method = NO_COMPRESSION_64(len(data), zlib.crc32(data))
        yield image_name(kept.public_id, kept.content_type), kept.created_at, FOR_ONE, method, _once(data)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _listed(pages: Callable[[Person], Pages], me: Person) -> AsyncIterator[bytes]:
    """A JSON array, one thing a line."""
    start = b"[\n"
    async for page in pages(me):
        if page:
            yield start + b",\n".join(encode(one) for one in page)
            start = b",\n"
    yield b"[]\n" if start == b"[\n" else b"\n]\n"


class ExportedImage(msgspec.Struct, frozen=True):
    """A picture of mine."""

    public_id: str
    content_type: str
    created_at: Moment


async def _images(me: Person) -> AsyncIterator[ExportedImage]:
    after = ""
    while page := await _page_of_images(me, after):
        for kept in page:
            yield kept
        after = page[-1].public_id


async def _page_of_images(me: Person, after: str) -> Sequence[ExportedImage]:
    async with reading() as db:
        return await db.all(
            ExportedImage,
            """
            select public_id, content_type, created_at
              from media
             where owner_id = %(me)s and public_id > %(after)s
             order by public_id
             limit %(limit)s
            """,
            me=me.id,
            after=after,
            limit=IMAGES,
        )


def image_name(public_id: str, content_type: str) -> str:
    """Return where an image lies in the ZIP; its address in the JSON is `/media/` and the same name."""
    return f"pictures/{public_id}.{ENDINGS.get(content_type, 'bin')}"


def _readme(me: Person) -> str:
    lines = [
        _("This is everything that Neural Threads stores about %(name)s.") % {"name": isolated(me.name)},
        "",
        _("Each .json file is a list that other programs can read; times are UTC, prices in rupees."),
        _("A picture with the address /media/u/ab/cd is at pictures/u/ab/cd."),
        _("Chats contain the messages of both people, but only your own pictures."),
    ]
    return "\n".join([*lines, ""])
