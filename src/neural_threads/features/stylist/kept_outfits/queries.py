"""Find outfits. Only their customer finds them."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.conversations.presenting import shown_messages
from neural_threads.features.stylist.conversations.queries import customer_of, message_row
from neural_threads.features.stylist.conversations.turn import wardrobe_for
from neural_threads.features.stylist.model.checking import item_label
from neural_threads.features.stylist.shapes import OutfitSegment, OwnedItem, StyledItem
from neural_threads.platform.db import Db
from neural_threads.platform.errors import NotFound

from .shapes import WhichItem, WhichOutfit

MOST_ALTERNATIVES = 24


async def outfit_for(db: Db, me: Person, which: WhichOutfit) -> OutfitSegment:
    """Return an outfit of an answer of mine with the items that are still there. NotFound when there is none."""
    row = await message_row(db, customer_of(me), which.message_id)
    [(message, _shown)] = await shown_messages(db, customer_of(me), [row])
    segment = message.segments[which.index] if which.index < len(message.segments) else None
    if not isinstance(segment, OutfitSegment):
        raise NotFound
    return segment


async def alternatives_for(db: Db, me: Person, message_id: str, which: WhichItem) -> list[StyledItem]:
    """Return what could be worn instead: items of the same category that the outfit does not have, of its style first."""
    outfit = await outfit_for(db, me, WhichOutfit(message_id=message_id, index=which.index))
    worn = {item.id for item in outfit.items}
    wardrobe = await wardrobe_for(db, customer_of(me))
    fitting = [item for item in wardrobe if item.id not in worn]
    if which.item_id is not None:
        replaced = next((item for item in wardrobe if item.id == which.item_id and item.id in worn), None)
        if replaced is None:
            raise NotFound
        fitting = [item for item in fitting if item.category is replaced.category]
        fitting.sort(key=lambda item: item.subcategory is not replaced.subcategory)
    return [styled(item) for item in fitting[:MOST_ALTERNATIVES]]


def styled(item: OwnedItem) -> StyledItem:
    """Return an item of the wardrobe as it stands in an outfit."""
    return StyledItem(
        id=item.id,
        name=item.name or item_label(item),
        category=item.category,
        color=item.color,
        image_url=item.image_url,
        cutout_url=item.cutout_url,
    )
