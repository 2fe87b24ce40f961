"""Store the segments of an answer, and check them again before they are shown.

What is stored names what was offered then. Before a segment is shown its ids are looked up again: what exists, and may be
seen, is shown with the facts of today; what is gone is shown as gone, without its id.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import structlog

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    DesignerSegment,
    DesignSegment,
    OutfitSegment,
    Segment,
    StyledItem,
    TailorSegment,
    TextSegment,
)
from neural_threads.features.wardrobe.shapes import WardrobeCategory
from neural_threads.platform.db import Db
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage

log = structlog.get_logger(__name__)
S = TypeVar("S", bound="_Facts")
C = TypeVar("C", DesignerSegment, TailorSegment, DesignSegment)


class Presented(msgspec.Struct, frozen=True):
    """Segments as they may be shown. `gone`: by the index of an outfit, the names of its items that exist no longer."""

    segments: list[Segment]
    gone: dict[int, tuple[str, ...]]


# Storage


def encode_segments(segments: Iterable[Segment]) -> str:
    """Return the JSON that is stored. Image addresses stand in it without a signature."""
    return _encoder.encode(list(segments)).decode()


def decode_segments(stored: Any) -> list[Segment]:
    """Return the segments of a stored message; what no longer fits the shapes is left out."""
    segments: list[Segment] = []
    for each in stored or ():
        try:
            segments.append(msgspec.convert(each, Segment, strict=False, dec_hook=_decode))
        except msgspec.ValidationError as error:
            log.warning("stored_segment_unreadable", error=str(error))
    return segments


def _encode(value: object) -> object:
    if isinstance(value, PrivateImage):
        return str.__str__(value)
    raise NotImplementedError(type(value).__name__)


def _decode(kind: type, value: str) -> object:
    if kind is PrivateImage:
        return PrivateImage(value)
    raise NotImplementedError(kind.__name__)


_encoder = msgspec.json.Encoder(enc_hook=_encode, decimal_format="number")


# What exists today


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    id: str


class _Item(_Facts, frozen=True, kw_only=True):
    name: str | None
    category: WardrobeCategory
    color: str | None
    image_url: PrivateImage
    cutout_url: PrivateImage | None


class _Provider(_Facts, frozen=True, kw_only=True):
    user_id: str
    name: str
    location: Location
    languages: tuple[Language, ...]
    years_of_experience: int
    rating: float
    review_count: int
    profile_photo: str | None


class _Designer(_Provider, frozen=True, kw_only=True):
    niches: tuple[Niche, ...]


class _Tailor(_Provider, frozen=True, kw_only=True):
    skills: tuple[Skill, ...]


class _Design(_Facts, frozen=True, kw_only=True):
    designer_id: str
    designer_user_id: str
    designer_name: str
    description: str
    category: PortfolioCategory
    price: Decimal | None
    price_max: Decimal | None
    image_url: str


class _Existing(msgspec.Struct, frozen=True):
    items: Mapping[str, _Item]
    designers: Mapping[str, _Designer]
    tailors: Mapping[str, _Tailor]
    designs: Mapping[str, _Design]


ITEMS = """
select w.id, w.name, w.category, w.color, '/media/' || w.image_id as image_url,
       case when w.cutout_state = 'SHOWN' then '/media/' || w.cutout_id end as cutout_url
  from wardrobe_items w where w.customer_id = %(customer)s and w.id = any(%(ids)s::text[])
"""

_PROVIDER = """
select p.id, p.user_id, u.name, p.location, p.languages, p.years_of_experience, p.rating, p.review_count,
       '/media/' || p.photo_id as profile_photo
"""

DESIGNERS = f"""
{_PROVIDER}, p.design_niches as niches
  from designers p join users u on u.id = p.user_id where p.id = any(%(ids)s::text[]) and p.search_name is not null
"""

TAILORS = f"""
{_PROVIDER}, p.skills
  from tailors p join users u on u.id = p.user_id where p.id = any(%(ids)s::text[]) and p.search_name is not null
"""

DESIGNS = """
select i.id, i.designer_id, d.user_id as designer_user_id, u.name as designer_name, i.description, i.category,
       i.budget_min as price, i.budget_max as price_max, '/media/' || i.image_id as image_url
  from portfolio_items i join designers d on d.id = i.designer_id join users u on u.id = d.user_id
 where i.id = any(%(ids)s::text[]) and d.search_name is not null
"""


async def present(db: Db, customer_id: str, messages: Sequence[Sequence[Segment]]) -> list[Presented]:
    """Return the segments of each message as this customer may see them now. At most four look-ups for all of them."""
    existing = await _existing(db, customer_id, [segment for segments in messages for segment in segments])
    return [_presented(segments, existing) for segments in messages]


async def _existing(db: Db, customer_id: str, segments: Sequence[Segment]) -> _Existing:
    item_ids = [item.id for segment in segments if isinstance(segment, OutfitSegment) for item in segment.items]

    async def look_up(shape: type[S], sql: str, ids: list[str]) -> dict[str, S]:
        rows = await db.all(shape, sql, ids=ids, customer=customer_id) if ids else []
        return {row.id: row for row in rows}

    return _Existing(
        items=await look_up(_Item, ITEMS, item_ids),
        designers=await look_up(_Designer, DESIGNERS, _ids_of(segments, DesignerSegment)),
        tailors=await look_up(_Tailor, TAILORS, _ids_of(segments, TailorSegment)),
        designs=await look_up(_Design, DESIGNS, _ids_of(segments, DesignSegment)),
    )


def _ids_of(segments: Sequence[Segment], kind: type[DesignerSegment | TailorSegment | DesignSegment]) -> list[str]:
    return [segment.id for segment in segments if isinstance(segment, kind)]


def _presented(segments: Sequence[Segment], existing: _Existing) -> Presented:
    shown: list[Segment] = []
    gone: dict[int, tuple[str, ...]] = {}
    for index, segment in enumerate(segments):
        if isinstance(segment, OutfitSegment):
            missing = tuple(item.name for item in segment.items if item.id not in existing.items)
            if missing:
                gone[index] = missing
        shown.append(_refreshed(segment, existing))
    return Presented(shown, gone)


def _refreshed(segment: Segment, existing: _Existing) -> Segment:
    """Return the segment with the facts of today; a text that says so where it names nothing that is there."""
    if isinstance(segment, OutfitSegment):
        items = tuple(_item(item, existing.items[item.id]) for item in segment.items if item.id in existing.items)
        return (
            msgspec.structs.replace(segment, items=items)
            if items
            else _text(_("The items of this outfit are no longer in your wardrobe."))
        )
    if isinstance(segment, DesignerSegment):
        designer = existing.designers.get(segment.id)
        return (
            _updated(segment, designer)
            if designer
            else _text(_("A designer who was named here is no longer on Neural Threads."))
        )
    if isinstance(segment, TailorSegment):
        tailor = existing.tailors.get(segment.id)
        return (
            _updated(segment, tailor)
            if tailor
            else _text(_("A tailor who was named here is no longer on Neural Threads."))
        )
    if isinstance(segment, DesignSegment):
        design = existing.designs.get(segment.id)
        return _updated(segment, design) if design else _text(_("A design that was shown here is no longer offered."))
    return segment


def _item(item: StyledItem, details: _Item) -> StyledItem:
    return msgspec.structs.replace(
        item,
        name=details.name or item.name,
        category=details.category,
        color=details.color,
        image_url=details.image_url,
        cutout_url=details.cutout_url,
    )


def _updated(segment: C, details: _Facts) -> C:
    return msgspec.structs.replace(segment, **{name: getattr(details, name) for name in details.__struct_fields__})


def _text(text: str) -> TextSegment:
    return TextSegment(text=text)
