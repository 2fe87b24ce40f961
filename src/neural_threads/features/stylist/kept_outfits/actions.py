"""Keeping an outfit, letting it go, swapping an item of it, and showing it in a chat."""

from uuid import UUID, uuid5

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import open_chat, send_message
from neural_threads.features.chat.shapes import NewChat, NewMessage
from neural_threads.features.chat.sharing import Shared, share_piece
from neural_threads.features.stylist.conversations.presenting import shown_messages
from neural_threads.features.stylist.conversations.queries import customer_of, message_row
from neural_threads.features.stylist.conversations.segments import decode_segments, encode_segments
from neural_threads.features.stylist.conversations.shapes import StylistMessage
from neural_threads.features.stylist.conversations.turn import wardrobe_for
from neural_threads.features.stylist.shapes import OutfitSegment, Segment
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id

from .queries import kept_outfit_for, outfit_for, styled
from .shapes import AlreadyWorn, ItemSwap, KeptOutfit, OutfitShown, SharedOutfit, WhichOutfit


async def keep_outfit(db: Db, me: Person, which: WhichOutfit) -> tuple[KeptOutfit, bool]:
    """Keep an outfit of an answer, and return it and whether it is new. Kept again, it has the items of now."""
    outfit = await outfit_for(db, me, which)
    id = new_id()
    kept = await db.value(
        """
        insert into kept_outfits (id, customer_id, message_id, segment_index, name, why, created_at)
        values (%(id)s, %(me)s, %(message)s, %(index)s, %(name)s, %(why)s, clock_timestamp())
        on conflict (message_id, segment_index) do update set name = excluded.name, why = excluded.why
        returning id
        """,
        id=id,
        me=customer_of(me),
        message=which.message_id,
        index=which.index,
        name=outfit.title,
        why=outfit.why,
    )
    await db.execute("delete from kept_outfit_items where outfit_id = %(id)s", id=kept)
    await db.execute(
        """
        insert into kept_outfit_items (outfit_id, item_id, position)
        select %(id)s, item, nth from unnest(%(items)s::text[]) with ordinality as worn (item, nth)
        """,
        id=kept,
        items=[item.id for item in outfit.items],
    )
    return await kept_outfit_for(db, me, str(kept)), kept == id


async def drop_outfit(db: Db, me: Person, id: str) -> None:
    """Keep an outfit no longer; its items stay in the wardrobe. NotFound when I keep no such outfit."""
    if not await db.execute(
        "delete from kept_outfits where id = %(id)s and customer_id = %(me)s", id=id, me=customer_of(me)
    ):
        raise NotFound


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

    One message says what it is, and one picture of each item follows. The same `clientId` again shows nothing twice.
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
        messages.append((await share_piece(db, me, chat_id, piece))[0])
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
