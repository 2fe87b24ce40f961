"""Keep an outfit, swap an item of it, send it into a chat."""

from uuid import UUID, uuid5

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import open_chat, send_message
from neural_threads.features.chat.shapes import NewChat, NewMessage
from neural_threads.features.chat.share_item import Shared, share_item
from neural_threads.features.stylist.conversations.presenting import shown_messages
from neural_threads.features.stylist.conversations.queries import customer_of, message_row
from neural_threads.features.stylist.conversations.segments import decode_segments, encode_segments
from neural_threads.features.stylist.conversations.shapes import StylistMessage
from neural_threads.features.stylist.conversations.turn import wardrobe_for
from neural_threads.features.stylist.shapes import OutfitSegment, Segment
from neural_threads.features.wardrobe.looks import Look, LookChange, NewLook, NewPart, change_look, make_look
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _

from .queries import outfit_for, styled
from .shapes import AlreadyWorn, ItemSwap, OutfitShown, SharedOutfit, WhichOutfit

LONGEST_NAME = 120


async def keep_outfit(db: Db, me: Person, which: WhichOutfit) -> tuple[Look, bool]:
    """Keep an outfit of an answer as a look of my wardrobe, and return it and whether it is new. Kept again, it has the items of now."""
    outfit = await outfit_for(db, me, which)
    # Two taps on "Keep it" wait for each other here.
    await db.value("select 1 from chatbot_messages where id = %(id)s for update", id=which.message_id)
    kept = await db.value(
        "select look_id from kept_outfits where message_id = %(message)s and segment_index = %(index)s",
        message=which.message_id,
        index=which.index,
    )
    parts = [NewPart(item_id=item.id) for item in outfit.items]
    if kept is not None:
        return await change_look(db, me, kept, LookChange(parts=parts)), False
    name = " ".join(outfit.title.split())[:LONGEST_NAME] or _("Outfit %(n)s") % {"n": 1}
    look = await make_look(db, me, NewLook(name=name, parts=parts))
    await db.execute(
        "insert into kept_outfits (message_id, segment_index, look_id) values (%(message)s, %(index)s, %(look)s)",
        message=which.message_id,
        index=which.index,
        look=look.id,
    )
    return look, True


async def swap_item(db: Db, me: Person, message_id: str, swap: ItemSwap) -> StylistMessage:
    """Put another item of mine into an outfit of an answer. NotFound for what is not there, AlreadyWorn when it has it."""
    customer_id = customer_of(me)
    await outfit_for(db, me, WhichOutfit(message_id=message_id, index=swap.index))
    await db.value("select 1 from chatbot_messages where id = %(id)s for update", id=message_id)
    segments = decode_segments((await message_row(db, customer_id, message_id)).segments)
    segments[swap.index] = await _swapped(db, customer_id, segments[swap.index], swap)
    await db.execute(
        "update chatbot_messages set segments = %(segments)s::jsonb where id = %(id)s",
        segments=encode_segments(segments),
        id=message_id,
    )
    [(message, _shown)] = await shown_messages(db, customer_id, [await message_row(db, customer_id, message_id)])
    return message


async def _swapped(db: Db, customer_id: str, outfit: Segment, swap: ItemSwap) -> OutfitSegment:
    if not isinstance(outfit, OutfitSegment):
        raise NotFound
    worn = {item.id for item in outfit.items}
    item = next((each for each in await wardrobe_for(db, customer_id) if each.id == swap.with_item_id), None)
    if item is None or swap.item_id not in worn:
        raise NotFound
    if item.id in worn:
        raise AlreadyWorn
    items = tuple(styled(item) if each.id == swap.item_id else each for each in outfit.items)
    return msgspec.structs.replace(outfit, items=items)


async def share_outfit(db: Db, me: Person, shared: SharedOutfit) -> tuple[OutfitShown, bool]:
    """Show an outfit in a chat of mine, which is opened if need be, and return whether it is new.

    One message says what it is, and one image of each item follows. The same `clientId` again shows nothing twice.
    """
    outfit = await outfit_for(db, me, WhichOutfit(message_id=shared.message_id, index=shared.index))
    chat_id = shared.chat_id
    if chat_id is None:
        draft = NewChat(designer_id=shared.designer_id, tailor_id=shared.tailor_id)
        chat_id = (await open_chat(db, me, draft))[0].id
    words = NewMessage(chat_id=chat_id, content=_words(outfit, shared.note), client_id=shared.client_id)
    first, is_new = await send_message(db, me, words)
    messages = [first]
    for item in outfit.items:
        piece = Shared(piece_id=item.id, client_id=_named(shared.client_id))
        messages.append((await share_item(db, me, chat_id, piece))[0])
    return OutfitShown(chat_id=chat_id, messages=messages), is_new


def _words(outfit: OutfitSegment, note: str) -> str:
    """Return what the customer says with the outfit."""
    names = ", ".join(item.name for item in outfit.items)
    about = _("An outfit I would like to talk about: %(title)s (%(items)s)") % {"title": outfit.title, "items": names}
    text = "\n\n".join(filter(None, [note.strip(), about]))
    if len(text) > 5_000:
        raise Invalid(fields={"note": _("Make this shorter.")})
    return text


def _named(client_id: UUID | None) -> UUID | None:
    return uuid5(client_id, "outfit") if client_id else None
