"""Loading a turn: the question with all that may be used to answer it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
import structlog

from neural_threads.features.accounts.enums import BodyShape, Gender, Location
from neural_threads.features.accounts.queries import person_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    ImageReading,
    OwnedItem,
    Profile,
    QuestionSegment,
    Said,
    TextSegment,
    Turn,
)
from neural_threads.features.wardrobe.flows import read_image
from neural_threads.features.wardrobe.shapes import ItemColor, WardrobeCategory
from neural_threads.platform.db import Db, reading
from neural_threads.platform.errors import ThreadsError
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.images.signed_url import PrivateImage

from .segments import decode_segments
from .shapes import PendingAnswer

log = structlog.get_logger(__name__)

EARLIER_MESSAGES = 12
MOST_ITEMS = 1_000

# An item stands with a tailor while an accepted order has it; a look whose items have parts keeps them together.
ITEM = """
select w.id, w.category, w.subcategory, w.name, w.color, w.colors, w.brand, '/media/' || w.image_id as image_url,
       case when w.cutout_state = 'SHOWN' then '/media/' || w.cutout_id end as cutout_url,
       w.last_worn_on, w.worn_count, w.created_at,
       (select p.look_id from wardrobe_look_parts p where p.item_id = w.id and p.part is not null order by p.look_id limit 1) as set_id,
       exists (select from alteration_requests r
                where r.wardrobe_item_id = w.id and r.customer_id = w.customer_id and r.status in ('ACCEPTED', 'IN_PROGRESS')
       ) as at_tailor
  from wardrobe_items w
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


class _Question(msgspec.Struct, frozen=True):
    content: str
    image_id: str | None


class _Owned(msgspec.Struct, frozen=True, kw_only=True):
    """A row as PostgreSQL gives it: 500 of them are read in one step of the server's loop, which therefore converts nothing."""

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


class LoadedTurn(msgspec.Struct, kw_only=True):
    """A turn, who asks, and the picture that was sent with the question. The turn's wardrobe is made of `rows` by `owned_items`."""

    me: Person
    turn: Turn
    image_id: str | None
    rows: list[_Owned]


async def load_turn(db: Db, pending: PendingAnswer) -> LoadedTurn | None:
    """Return the turn of a question; None when its customer is gone."""
    me = await person_of(db, pending.user_id)
    question = await db.maybe(
        _Question, "select content, image_id from chatbot_messages where id = %(id)s", id=pending.question_id
    )
    if me is None or question is None:
        return None
    turn = Turn(
        message=question.content,
        history=await _history(db, pending),
        profile=await _profile(db, pending.customer_id),
        language=pending.locale,
        now=datetime.now(HOME_ZONE),
    )
    rows = await db.all(_Owned, WARDROBE, customer=pending.customer_id, limit=MOST_ITEMS)
    return LoadedTurn(me=me, turn=turn, image_id=question.image_id, rows=rows)


async def read_question_image(me: Person, image_id: str | None) -> ImageReading | None:
    """Return what is known or can be read of the image of a question; None without one."""
    if image_id is None:
        return None
    async with reading() as db:
        item = await db.maybe(
            _Owned, f"{ITEM} and w.image_id = %(image)s limit 1", customer=me.customer_id, image=image_id
        )
    if item is not None and item.colors:
        owned = owned_items([item])[0]
        return ImageReading(colors=owned.colors, category=owned.category, subcategory=owned.subcategory)
    try:
        colors, suggestion = await read_image(image_id)
    except (FileNotFoundError, ThreadsError) as error:
        log.info("question_image_unread", error=type(error).__name__)
        return ImageReading()
    return ImageReading(
        colors=tuple(color.name for color in colors),
        category=suggestion.category if suggestion else None,
        subcategory=suggestion.subcategory if suggestion else None,
    )


async def wardrobe_for(db: Db, customer_id: str) -> tuple[OwnedItem, ...]:
    """Return the items of a wardrobe, the newest first."""
    return owned_items(await db.all(_Owned, WARDROBE, customer=customer_id, limit=MOST_ITEMS))


def owned_items(rows: Sequence[_Owned]) -> tuple[OwnedItem, ...]:
    """Return the items of rows, in their order."""
    return tuple(
        OwnedItem(
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
        for row in rows
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
        Said(role="user", text=row.content) if row.role == "user" else Said(role="assistant", text=_prose(row.segments))
        for row in reversed(rows)
    )


def _prose(stored: Any) -> str:
    """Return what an answer said in sentences; its cards are looked up anew in every turn."""
    segments = decode_segments(stored)
    return "\n".join(each.text for each in segments if isinstance(each, TextSegment | QuestionSegment))
