"""Load a turn: the question and the data that may be used to answer it."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from neural_threads.features.accounts.enums import BodyShape, Gender, Location
from neural_threads.features.accounts.queries import person_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    DesignerSegment,
    DesignSegment,
    ImageReading,
    OutfitSegment,
    OwnedItem,
    Profile,
    QuestionSegment,
    Said,
    TailorSegment,
    TextSegment,
    Turn,
)
from neural_threads.features.wardrobe.shapes import ItemColor, WardrobeCategory
from neural_threads.platform.db import Db
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.images.signed_url import PrivateImage

from .segments import decode_segments
from .shapes import PendingAnswer

EARLIER_MESSAGES = 12
MOST_ITEMS = 1_000

# An item stands with a tailor while an accepted order has it; a look whose items have parts keeps them together. Both are
# read once for the whole wardrobe, not for each of up to a thousand items.
ITEM = """
select w.id, w.category, w.subcategory, w.name, w.color, w.colors, w.brand, '/media/' || w.image_id as image_url,
       case when w.cutout_state = 'SHOWN' then '/media/' || w.cutout_id end as cutout_url,
       w.last_worn_on, w.worn_count, w.created_at, w.portfolio_item_id is not null as is_design, s.look_id as set_id,
       w.id in (select r.wardrobe_item_id from alteration_requests r
                 where r.customer_id = %(customer)s and r.wardrobe_item_id is not null
                   and r.status in ('ACCEPTED', 'IN_PROGRESS')
       ) as at_tailor
  from wardrobe_items w
  left join (select p.item_id, min(p.look_id) as look_id
               from wardrobe_looks l join wardrobe_look_parts p on p.look_id = l.id
              where l.customer_id = %(customer)s and p.part is not null
              group by p.item_id) s on s.item_id = w.id
 where w.customer_id = %(customer)s
"""

WARDROBE = f"""
{ITEM}
 order by w.created_at desc, w.id desc
 limit %(limit)s
"""

EARLIER = """
select m.role, m.content, m.segments
  from chatbot_messages m join chatbot_messages q on q.id = %(question)s and q.conversation_id = m.conversation_id
 where (m.created_at, m.id) < (q.created_at, q.id)
 order by m.created_at desc, m.id desc
 limit %(limit)s
"""

PROFILE = """
select c.gender, c.body_shape, c.style_preferences, c.budget_min, c.budget_max, c.location
  from customers c where c.id = %(customer)s
"""


class _Content(msgspec.Struct, frozen=True):
    content: str
    image_id: str | None


class _Owned(msgspec.Struct, frozen=True, kw_only=True):
    """An item as PostgreSQL gives it."""

    id: str
    category: str
    subcategory: str | None
    name: str | None
    color: str | None
    colors: Any
    brand: str | None
    image_url: str
    cutout_url: str | None
    last_worn_on: date | None
    worn_count: int
    set_id: str | None
    at_tailor: bool
    created_at: datetime
    is_design: bool


class _Earlier(msgspec.Struct, frozen=True):
    role: str
    content: str
    segments: Any


class _Customer(msgspec.Struct, frozen=True):
    gender: Gender | None
    body_shape: BodyShape | None
    style_preferences: list[str]
    budget_min: Decimal | None
    budget_max: Decimal | None
    location: Location | None


class Asker(msgspec.Struct, frozen=True):
    """The customer who asks, and the image that was sent with the question."""

    me: Person
    image_id: str | None


async def load_asker(db: Db, pending: PendingAnswer) -> Asker | None:
    """Return who asked; None when the customer or the question is gone."""
    me = await person_of(db, pending.user_id)
    content = await _content(db, pending)
    return Asker(me, content.image_id) if me and content else None


async def load_turn(db: Db, pending: PendingAnswer, image: ImageReading | None) -> Turn | None:
    """Return the turn of a question; None when it is gone."""
    content = await _content(db, pending)
    if content is None:
        return None
    rows = await _rows_of(db, pending.customer_id)
    return Turn(
        message=content.content,
        history=await _history(db, pending),
        profile=await _profile(db, pending.customer_id),
        wardrobe=tuple(_owned_item(row) for row in rows if not row.is_design),
        saved=tuple(_owned_item(row) for row in rows if row.is_design),
        language=pending.locale,
        now=datetime.now(HOME_ZONE),
        image=image,
    )


async def _content(db: Db, pending: PendingAnswer) -> _Content | None:
    return await db.maybe(
        _Content, "select content, image_id from chatbot_messages where id = %(id)s", id=pending.question_id
    )


async def item_of_image(db: Db, customer_id: str, image_id: str) -> OwnedItem | None:
    """Return the item of a wardrobe that has this image."""
    row = await db.maybe(_Owned, f"{ITEM} and w.image_id = %(image)s limit 1", customer=customer_id, image=image_id)
    return _owned_item(row) if row else None


async def wardrobe_for(db: Db, customer_id: str) -> tuple[OwnedItem, ...]:
    """Return the items of a wardrobe that can be worn, the newest first: no saved designs."""
    return tuple(_owned_item(row) for row in await _rows_of(db, customer_id) if not row.is_design)


async def _rows_of(db: Db, customer_id: str) -> list[_Owned]:
    return await db.all(_Owned, WARDROBE, customer=customer_id, limit=MOST_ITEMS)


def _owned_item(row: _Owned) -> OwnedItem:
    return OwnedItem(
        id=row.id,
        category=WardrobeCategory(row.category),
        subcategory=PortfolioCategory(row.subcategory) if row.subcategory else None,
        name=row.name,
        color=row.color,
        colors=_names(row),
        brand=row.brand,
        image_url=PrivateImage(row.image_url),
        cutout_url=PrivateImage(row.cutout_url) if row.cutout_url else None,
        last_worn_at=datetime.combine(row.last_worn_on, time(12), HOME_ZONE) if row.last_worn_on else None,
        worn_count=row.worn_count,
        set_id=row.set_id,
        at_tailor=row.at_tailor,
        created_at=row.created_at,
    )


def _names(row: _Owned) -> tuple[str, ...]:
    """Return the names of an item's colours: the one that its owner says first, then those that were read."""
    result = [row.color] if row.color else []
    colors = msgspec.convert(row.colors or [], list[ItemColor], strict=False)
    return tuple(dict.fromkeys([*result, *(color.name for color in colors)]))


async def _profile(db: Db, customer_id: str) -> Profile:
    row = await db.one(_Customer, PROFILE, customer=customer_id)
    return Profile(
        gender=row.gender,
        body_shape=row.body_shape,
        style_preferences=tuple(row.style_preferences),
        budget_min=row.budget_min,
        budget_max=row.budget_max,
        location=row.location,
    )


async def _history(db: Db, pending: PendingAnswer) -> tuple[Said, ...]:
    rows = await db.all(_Earlier, EARLIER, question=pending.question_id, limit=EARLIER_MESSAGES)
    return tuple(
        Said(role="user", text=row.content) if row.role == "user" else _answered(row.segments) for row in reversed(rows)
    )


def _answered(stored: Any) -> Said:
    """Return what an answer said in sentences, and what its cards named; the cards are looked up anew in every turn."""
    segments = decode_segments(stored)
    people_and_designs = (DesignerSegment, TailorSegment, DesignSegment)
    worn = [item.id for each in segments if isinstance(each, OutfitSegment) for item in each.items]
    return Said(
        role="assistant",
        text="\n".join(each.text for each in segments if isinstance(each, TextSegment | QuestionSegment)),
        shown=(*worn, *(each.id for each in segments if isinstance(each, people_and_designs))),
        prices=tuple(
            int(each.price) for each in segments if isinstance(each, DesignSegment) and each.price is not None
        ),
    )
