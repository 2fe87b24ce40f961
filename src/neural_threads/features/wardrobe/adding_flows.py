"""Add a wardrobe item: its image is stored and analysed between the transactions, on no connection."""

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import remove_image
from neural_threads.features.media.flows import keep_upload
from neural_threads.features.media.queries import own_image
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.images.upload import Upload

from .actions import add_item, save_design
from .colours import examine_image
from .jobs import read_colour
from .queries import item_for, similar_items_of
from .shapes import AddedItem, NewFacts, NewItem, SavedDesign, WardrobeItem

Added = tuple[AddedItem, bool]
"""An item, and whether it is new."""


async def add(me: Person, new: NewItem) -> Added:
    """An item with an image of mine. NotFound when the image is not."""
    async with reading() as db:
        image_id = await own_image(db, me, new.image_url)
    return await _add_image(me, image_id, new)


async def add_upload(me: Person, upload: Upload, details: NewFacts) -> Added:
    """An item with what was just received; no image stays behind when the item cannot be kept."""
    kept = await keep_upload(me, upload)
    try:
        return await _add_image(me, kept.public_id, details)
    except BaseException:
        async with transaction() as db:
            await remove_image(db, me, kept.public_id)
        raise


async def _add_image(me: Person, image_id: str, new: NewFacts) -> Added:
    """An item with this image. A colour that is not told is read from it."""
    color, image_hash = await examine_image(image_id)
    details = new.facts
    if details.columns["color"] is None:
        details = msgspec.structs.replace(details, color=color)
    async with transaction() as db:
        item, is_new = await add_item(db, me, image_id, details, client_id=new.client_id, image_hash=image_hash)
        return _with_similar(item, await similar_items_of(db, me, image_hash, but=item.id)), is_new


async def keep_design(me: Person, target: SavedDesign) -> Added:
    """A designer's item among mine."""
    async with transaction() as db:
        item, is_new = await save_design(db, me, target.portfolio_item_id, target)
    if item.color is None:
        await read_colour(item_id=item.id)
        async with reading() as db:
            item = await item_for(db, me, item.id)
    return _with_similar(item, []), is_new


def _with_similar(item: WardrobeItem, similar: list[str]) -> AddedItem:
    """The item as a POST answers it."""
    known = {name: getattr(item, name) for name in WardrobeItem.__struct_fields__}
    return AddedItem(**known, similar_items=tuple(similar))
