"""Analyse an item's image: a query, slow work in a bounded process, and one transaction that stores the result."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TypedDict

import msgspec
import structlog

from neural_threads.features.media.actions import forget_file, keep_generated_image, new_public_id
from neural_threads.platform.colour.oklab import oklab_of
from neural_threads.platform.colour.palette import nearest_name, swatch_of
from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.images.upload import keep_files
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.vision.model_files import ModelUnusable, load_model
from neural_threads.platform.vision.reading import GarmentReading, garment_process, read

from .colours import examine_image
from .events import tell_owner
from .shapes import CutoutState, ItemColor, Pattern, Suggestion, WardrobeCategory
from .suggesting import suggested_occasion

log = structlog.get_logger(__name__)

_process = garment_process("wardrobe pictures", patience=120)


class _State:
    """The state of the last image, for /ready."""

    is_failing = False


class _Unread(msgspec.Struct, frozen=True, kw_only=True):
    item_id: str
    image_id: str
    user_id: str
    color: str | None


async def read_item(item_id: str) -> None:
    """Read mask, colours, kind and pattern from an item's image, unless that was done before.

    A process that dies leaves the colour of the image's middle. What the owner has said meanwhile stays.
    """
    async with reading() as db:
        item = await db.maybe(
            _Unread,
            """
            select w.id as item_id, w.image_id, c.user_id, w.color
              from wardrobe_items w join customers c on c.id = w.customer_id
             where w.id = %(id)s and w.read_at is null
            """,
            id=item_id,
        )
    if item is None:
        return
    async with _local_copy(item.image_id) as path:
        garment = await _read(item, path)
        if garment is None:
            colour, image_hash = await examine_image(item.image_id)
            await _keep(item, _plain_facts(colour, image_hash), None)
        else:
            await _keep(item, _facts(garment), garment)


async def read_image(image_id: str) -> tuple[list[ItemColor], Suggestion | None]:
    """Return the colours of a garment's image that is no item, the strongest first, and what it looks like."""
    async with _local_copy(image_id) as path:
        garment = await _read_garment(image_id, path)
    details = _facts(garment) if garment else _plain_facts(*await examine_image(image_id))
    return details["colors"], details["suggested"]


async def _read(item: _Unread, path: Path) -> GarmentReading | None:
    return await _read_garment(item.item_id, path)


async def _read_garment(name: str, path: Path) -> GarmentReading | None:
    """Return what the process reads; None when it dies over it or cannot decode it."""
    try:
        garment = await _process.run(read, str(path), f"{path}.cutout", get_settings().mask_model)
    except (ProcessDied, ValueError, MemoryError) as reason:
        _State.is_failing = isinstance(reason, ProcessDied)
        log.warning("garment_not_read", item=name, reason=repr(reason))
        return None
    _State.is_failing = False
    log.info("garment_read", item=name, method=garment.method, agreement=garment.agreement)
    return garment


def reading_state() -> str:
    """Return how images are read now: `model`, `grabcut` without the network, `middle` when the process died last."""
    if _State.is_failing:
        return "middle"
    return "model" if get_settings().mask_model and _is_model_there() else "grabcut"


@cache
def _is_model_there() -> bool:
    try:
        load_model("u2netp.onnx")
    except ModelUnusable as reason:
        log.error("mask_model_unusable", reason=str(reason))
        return False
    return True


@asynccontextmanager
async def _local_copy(image_id: str) -> AsyncIterator[Path]:
    """A copy of the original on this disk; it and what is made beside it are removed in the end."""
    folder = Folder(get_settings().media_dir)
    path = folder.incoming / f"reading-{secrets.token_hex(8)}"
    try:
        await asyncio.to_thread(folder.write, path, await current_store().read(image_id))
        yield path
    finally:
        await asyncio.shield(asyncio.to_thread(_remove, path))


def _remove(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        with contextlib.suppress(FileNotFoundError):
            each.unlink()


class _Facts(TypedDict):
    colors: list[ItemColor]
    suggested: Suggestion | None
    image_hash: bytes | None


def _facts(garment: GarmentReading) -> _Facts:
    colors = [
        ItemColor(name=nearest_name(oklab_of(colour.hex)), hex=colour.hex, share=colour.share)
        for colour in garment.colours
    ]
    category = WardrobeCategory(garment.category) if garment.category else None
    pattern = Pattern(garment.pattern) if garment.pattern else None
    suggestion = Suggestion(
        category=category, subcategory=suggested_occasion(category, pattern, colors), pattern=pattern
    )
    return {"colors": colors, "suggested": suggestion, "image_hash": garment.image_hash}


def _plain_facts(colour: str | None, image_hash: bytes | None) -> _Facts:
    colors = [ItemColor(name=colour, hex=swatch_of(colour))] if colour else []
    return {"colors": colors, "suggested": None, "image_hash": image_hash}


async def _keep(item: _Unread, details: _Facts, garment: GarmentReading | None) -> None:
    cutout_id, state = None, None
    if garment and garment.method == "transparent":
        cutout_id, state = item.image_id, CutoutState.SHOWN
    elif garment and garment.cutout:
        cutout_id = new_public_id()
        state = CutoutState.SHOWN if garment.is_agreed else CutoutState.SUGGESTED
    is_in_doubt = False  # From COMMIT on; when it is not answered, the file stays, since the row may be there.
    try:
        if garment and garment.cutout and cutout_id:
            await keep_files(current_store(), Folder(get_settings().media_dir), cutout_id, garment.cutout)
        async with transaction() as db:
            if garment and garment.cutout and cutout_id:
                await keep_generated_image(db, item.user_id, cutout_id, garment.cutout)
            await _write(db, item, details, cutout_id, state)
            is_in_doubt = True
    except BaseException as reason:
        if not is_in_doubt and garment and garment.cutout and cutout_id:
            await forget_file(cutout_id)
        if not isinstance(reason, _Gone):
            raise


class _Gone(Exception):
    """The piece was removed, or read, meanwhile."""


async def _write(db: Db, item: _Unread, details: _Facts, cutout_id: str | None, state: CutoutState | None) -> None:
    """Only what nobody has said yet is filled in."""
    changed = await db.execute(
        """
        update wardrobe_items
           set colors = coalesce(colors, %(colors)s::text::jsonb), suggested = %(suggested)s::text::jsonb,
               image_hash = coalesce(%(image_hash)s, image_hash), cutout_id = %(cutout)s, cutout_state = %(state)s,
               read_at = now()
         where id = %(id)s and image_id = %(image)s and read_at is null
        """,
        id=item.item_id,
        image=item.image_id,
        cutout=cutout_id,
        state=state,
        colors=encode(details["colors"]).decode(),
        suggested=encode(details["suggested"]).decode() if details["suggested"] else None,
        image_hash=details["image_hash"],
    )
    if not changed:
        raise _Gone
    tell_owner(db, item.user_id, item.item_id)
