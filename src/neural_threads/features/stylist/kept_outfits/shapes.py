"""Outfits of an answer: keep, swap an item, show in a chat."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from neural_threads.features.chat.shapes import Message
from neural_threads.platform.errors import Conflict
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.types import NO_NUL, Id, Incoming, Shape

Index = Annotated[int, Meta(ge=0, le=200)]
Note = Annotated[str, Meta(pattern=NO_NUL, max_length=1_000)]


class WhichOutfit(Incoming, frozen=True, kw_only=True):
    """An outfit in an answer: the answer's id, and the index of the segment."""

    message_id: Id
    index: Index


class WhichItem(Incoming, frozen=True, kw_only=True):
    """An item of an outfit in an answer, or all of them."""

    index: Index = 0
    item_id: Id | None = None


class ItemSwap(Incoming, frozen=True, kw_only=True):
    """Another item of one's wardrobe in the place of one of an outfit."""

    index: Index
    item_id: Id
    with_item_id: Id

    def problems(self) -> Mapping[str, str]:
        return {"withItemId": _("Choose another item.")} if self.item_id == self.with_item_id else {}


class SharedOutfit(Incoming, frozen=True, kw_only=True):
    """An outfit to show in a chat: one that is there, or the one with this designer or tailor."""

    message_id: Id
    index: Index
    chat_id: Id | None = None
    designer_id: Id | None = None
    tailor_id: Id | None = None
    note: Note = ""
    client_id: UUID | None = None

    def problems(self) -> Mapping[str, str]:
        named = [self.chat_id, self.designer_id, self.tailor_id]
        return (
            {}
            if sum(each is not None for each in named) == 1
            else {"chatId": _("Choose one chat, designer or tailor.")}
        )


class OutfitShown(Shape, frozen=True, kw_only=True):
    """The chat in which an outfit was shown, and the messages that show it: words first, then a picture of each item."""

    chat_id: str
    messages: list[Message]


class AlreadyWorn(Conflict):
    """The item is part of the outfit already."""

    code = "ALREADY_IN_OUTFIT"

    def sentence(self) -> str:
        return _("This item is part of the outfit already.")
