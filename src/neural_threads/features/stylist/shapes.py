"""The stylist's input, and the segments of its answer.

Segments are the truth of an answer; markers, bubbles and cards are rendered from them. Every id in a segment was a
candidate of the same turn: an item of the asker's wardrobe, or somebody whom the catalogue's own queries returned.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol

from neural_threads.features.accounts.enums import BodyShape, Gender, Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.wardrobe.shapes import WardrobeCategory
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Shape

LanguageCode = Literal["en", "hi", "kn", "ta", "te"]
Wearer = Literal["woman", "man"]
"""Whose clothes are asked for, as far as a garment depends on it."""


class Intent(StrEnum):
    """The subject of a message."""

    OUTFIT = "outfit"
    DESIGNER = "designer"
    TAILOR = "tailor"
    DESIGN = "design"
    WARDROBE = "wardrobe"
    COLOUR = "colour"
    BODY = "body"
    CARE = "care"
    GREETING = "greeting"
    OUT_OF_SCOPE = "out_of_scope"
    UNCLEAR = "unclear"


# Answer


class TextSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """A paragraph of prose."""

    text: str


class StyledItem(Shape, frozen=True, kw_only=True):
    """An item of the wardrobe in an outfit. `cutoutUrl`: the item without its ground, if there is such an image."""

    id: str
    name: str
    category: WardrobeCategory
    color: str | None
    image_url: PrivateImage | None
    cutout_url: PrivateImage | None = None


class OutfitSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="outfit"):
    """Items that are worn together. `missing`: what the outfit lacks, in words; `score`: 0-1, its parts in `reasons`."""

    title: str
    items: tuple[StyledItem, ...]
    why: str
    missing: tuple[str, ...] = ()
    score: float = 0.0
    reasons: Mapping[str, float] = {}


class DesignerSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="designer"):
    """A designer with the facts of a card."""

    id: str
    user_id: str | None
    name: str
    why: str
    location: Location
    niches: tuple[Niche, ...]
    languages: tuple[Language, ...]
    years_of_experience: int
    rating: float
    review_count: int
    profile_photo: str | None


class TailorSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="tailor"):
    """A tailor with the facts of a card. `distance` in km, when it is known."""

    id: str
    user_id: str | None
    name: str
    why: str
    location: Location
    skills: tuple[Skill, ...]
    languages: tuple[Language, ...]
    years_of_experience: int
    rating: float
    review_count: int
    profile_photo: str | None
    distance: float | None = None


class DesignSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="design"):
    """A design with its designer. Prices in INR: `price` is where the design begins."""

    id: str
    designer_id: str
    designer_user_id: str | None
    designer_name: str
    description: str
    category: PortfolioCategory
    price: Decimal | None
    price_max: Decimal | None
    image_url: str
    why: str


class QuestionSegment(Shape, frozen=True, kw_only=True, tag_field="type", tag="question"):
    """A question back, with answers that can be tapped."""

    text: str
    choices: tuple[str, ...] = ()


Segment = TextSegment | OutfitSegment | DesignerSegment | TailorSegment | DesignSegment | QuestionSegment


# Question


class Said(Shape, frozen=True, kw_only=True):
    """An earlier message of the conversation. `shown`: the ids on an answer's cards; `prices`: where its designs begin, in INR."""

    role: Literal["user", "assistant"]
    text: str
    shown: tuple[str, ...] = ()
    prices: tuple[int, ...] = ()


class Profile(Shape, frozen=True, kw_only=True):
    """The asker's profile without name and contact. Budget in INR."""

    gender: Gender | None = None
    body_shape: BodyShape | None = None
    style_preferences: tuple[str, ...] = ()
    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    location: Location | None = None


class OwnedItem(Shape, frozen=True, kw_only=True):
    """An item of the asker's wardrobe. `colors`: names of the dominant colours, the strongest first; `setId`: items kept together."""

    id: str
    category: WardrobeCategory
    subcategory: PortfolioCategory | None = None
    name: str | None = None
    color: str | None = None
    colors: tuple[str, ...] = ()
    brand: str | None = None
    image_url: PrivateImage | None = None
    cutout_url: PrivateImage | None = None
    last_worn_at: datetime | None = None
    worn_count: int = 0
    set_id: str | None = None
    at_tailor: bool = False
    created_at: datetime | None = None


class ImageReading(Shape, frozen=True, kw_only=True):
    """The reading of an image that was sent: names of its colours, the strongest first, and what it may show."""

    colors: tuple[str, ...] = ()
    category: WardrobeCategory | None = None
    subcategory: PortfolioCategory | None = None


class Turn(Shape, frozen=True, kw_only=True):
    """One question with all that may be used to answer it. `language`: of the interface; `now`: aware, in Asia/Kolkata.

    `saved`: designs that are kept in the wardrobe, which nobody can wear before they are made.
    """

    message: str
    history: tuple[Said, ...] = ()
    profile: Profile = Profile()
    wardrobe: tuple[OwnedItem, ...] = ()
    saved: tuple[OwnedItem, ...] = ()
    language: LanguageCode = "en"
    now: datetime
    image: ImageReading | None = None


class Reply(Shape, frozen=True, kw_only=True):
    """The answer. `suggestions`: what may be asked next; `title`: a name for the conversation, from this question.

    `wearer`: who is to wear what was asked for, when that is known; it chooses candidates and is never said.
    """

    segments: tuple[Segment, ...]
    suggestions: tuple[str, ...]
    language: LanguageCode
    title: str
    intent: Intent
    slots: Mapping[str, object]
    wearer: Wearer | None = None


class Catalogue(Protocol):
    """The offer of the marketplace to the asker, best first. An empty filter means any."""

    async def designers(
        self,
        *,
        niches: tuple[Niche, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        budget_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Designer, ...]:
        """Designers with any of these niches and any of these languages."""

    async def tailors(
        self,
        *,
        skills: tuple[Skill, ...] = (),
        location: Location | None = None,
        languages: tuple[Language, ...] = (),
        limit: int = 3,
    ) -> tuple[Tailor, ...]:
        """Tailors with any of these skills and any of these languages."""

    async def designs(
        self,
        *,
        search: str = "",
        categories: tuple[PortfolioCategory, ...] = (),
        price_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Design, ...]:
        """Designs of these categories with these English words, which begin at or under the price."""
