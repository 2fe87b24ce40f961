"""Finding outfits. Only their customer finds them."""

from collections.abc import Sequence

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.conversations.presenting import shown_messages
from neural_threads.features.stylist.conversations.queries import customer_of, message_row
from neural_threads.features.stylist.conversations.turn import wardrobe_for
from neural_threads.features.stylist.model.checking import item_label
from neural_threads.features.stylist.shapes import OutfitSegment, OwnedItem, StyledItem
from neural_threads.platform.db import Db
from neural_threads.platform.errors import NotFound
from neural_threads.platform.paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.wire import Moment

from .shapes import KeptOutfit, KeptOutfitSearch, WhichItem, WhichOutfit

MOST_ALTERNATIVES = 24

KEPT = """
select o.id, o.message_id, o.segment_index as index, o.name, o.why, o.created_at,
       array(select k.item_id from kept_outfit_items k where k.outfit_id = o.id order by k.position) as item_ids,
       (extract(epoch from o.created_at) * 1000000)::bigint as position
  from kept_outfits o
"""


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    message_id: str | None
    index: int
    name: str
    why: str
    created_at: Moment
    item_ids: list[str]
    position: int


async def outfit_for(db: Db, me: Person, which: WhichOutfit) -> OutfitSegment:
    """Return an outfit of an answer of mine with the items that are still there. NotFound when there is none."""
    row = await message_row(db, customer_of(me), which.message_id)
    [(message, _shown)] = await shown_messages(db, customer_of(me), [row])
    segment = message.segments[which.index] if which.index < len(message.segments) else None
    if not isinstance(segment, OutfitSegment):
        raise NotFound
    return segment


async def kept_outfits_of(db: Db, me: Person, search: KeptOutfitSearch) -> tuple[list[KeptOutfit], str | None]:
    """Return a page of the outfits that I keep, the newest first, and the cursor of the page after it."""
    scope = f"kept outfits {me.id}"
    position, id = open_cursor(scope, search.cursor) if search.cursor else (None, None)
    limit = page_size(search.limit)
    rows = await db.all(
        _Row,
        f"""
        {KEPT}
         where o.customer_id = %(me)s
           and (%(position)s::bigint is null
                or (o.created_at, o.id) < (timestamptz 'epoch' + %(position)s::bigint * interval '1 microsecond', %(id)s::text))
         order by o.created_at desc, o.id desc
         limit %(limit)s
        """,
        me=customer_of(me),
        position=position,
        id=id,
        limit=limit + 1,
    )
    last = rows[limit - 1] if len(rows) > limit else None
    shown = await _with_items(db, me, rows[:limit])
    return shown, seal_cursor(scope, last.position, last.id) if last else None


async def kept_outfit_for(db: Db, me: Person, id: str) -> KeptOutfit:
    """Return one outfit that I keep; NotFound for any other."""
    rows = await db.all(_Row, f"{KEPT} where o.id = %(id)s and o.customer_id = %(me)s", id=id, me=customer_of(me))
    if not rows:
        raise NotFound
    return (await _with_items(db, me, rows))[0]


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


async def _with_items(db: Db, me: Person, rows: Sequence[_Row]) -> list[KeptOutfit]:
    owned = {item.id: item for item in await wardrobe_for(db, customer_of(me))} if rows else {}
    return [
        KeptOutfit(
            id=row.id,
            message_id=row.message_id,
            index=row.index,
            name=row.name,
            why=row.why,
            items=[styled(owned[id]) for id in row.item_ids if id in owned],
            created_at=row.created_at,
        )
        for row in rows
    ]
