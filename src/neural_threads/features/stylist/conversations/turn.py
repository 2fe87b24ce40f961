"""Loading a turn: the question with all that may be used to answer it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import structlog

from neural_threads.features.accounts.kinds import BodyShape, Gender, Location
from neural_threads.features.accounts.queries import person_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.marketplace.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    ImageReading,
    OwnedItem,
    Profile,
    QuestionSegment,
    Said,
    TextSegment,
    Turn,
)
from neural_threads.features.wardrobe.colours import colour_of
from neural_threads.features.wardrobe.shapes import WardrobeCategory
from neural_threads.platform.db import Db
from neural_threads.platform.errors import ThreadsError
from neural_threads.platform.i18n import HOME_ZONE
from neural_threads.platform.media_address import PrivatePicture

from .segments import decode_segments
from .shapes import PendingAnswer

log = structlog.get_logger(__name__)

EARLIER_MESSAGES = 12
MOST_ITEMS = 1_000

WARDROBE = """
select w.id, w.category, w.subcategory, w.name, w.color, w.brand, '/media/' || w.image_id as image_url, w.created_at
  from wardrobe_items w
 where w.customer_id = %(customer)s
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
    id: str
    category: WardrobeCategory
    subcategory: PortfolioCategory | None
    name: str | None
    color: str | None
    brand: str | None
    image_url: PrivatePicture
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
    """A turn, who asks, and the picture that was sent with the question."""

    me: Person
    turn: Turn
    image_id: str | None


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
        wardrobe=await wardrobe_for(db, pending.customer_id),
        language=pending.locale,
        now=datetime.now(HOME_ZONE),
    )
    return LoadedTurn(me=me, turn=turn, image_id=question.image_id)


async def read_image(image_id: str | None) -> ImageReading | None:
    """Return what can be read from the picture of a question; None without one, or when it cannot be read."""
    if image_id is None:
        return None
    try:
        colour = await colour_of(image_id)
    except ThreadsError as error:
        log.info("question_image_unread", error=error.code)
        return ImageReading()
    return ImageReading(colors=(colour,) if colour else ())


async def wardrobe_for(db: Db, customer_id: str) -> tuple[OwnedItem, ...]:
    """Return the items of a wardrobe, the newest first."""
    rows = await db.all(_Owned, WARDROBE, customer=customer_id, limit=MOST_ITEMS)
    return tuple(
        OwnedItem(
            id=row.id,
            category=row.category,
            subcategory=row.subcategory,
            name=row.name,
            color=row.color,
            colors=(row.color,) if row.color else (),
            brand=row.brand,
            image_url=row.image_url,
            created_at=row.created_at,
        )
        for row in rows
    )


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
