"""Socket events of the wardrobe, sent to its owner's open pages."""

from neural_threads.platform.db import Db
from neural_threads.platform.realtime import emit, server_event, user_room
from neural_threads.platform.serialization.types import Shape


class WardrobeItemUpdated(Shape, frozen=True, kw_only=True):
    """Something was read from an item's picture: look at it again."""

    item_id: str


WARDROBE_ITEM_UPDATED = server_event(
    "wardrobe-item-updated", WardrobeItemUpdated, "the owner of the item, on all their devices"
)


def tell_owner(db: Db, user_id: str, item_id: str) -> None:
    """Open pages of the owner hear of it after the commit."""
    update = WardrobeItemUpdated(item_id=item_id)
    db.after_commit(emit(user_room(user_id), WARDROBE_ITEM_UPDATED, update))
