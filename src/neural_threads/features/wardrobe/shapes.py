"""Wardrobe items: request bodies and answers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.platform.colour.palette import ColorFamily
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import NO_NUL, RUPEES, Id, Incoming, Moment, Shape, Text

Word = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", max_length=60)]
Name = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", max_length=120)]
Price = Annotated[float, Meta(ge=0, le=9_999_999_999, extra=RUPEES)]
MOST_COLORS = 3
ImageUrl = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]


class WardrobeCategory(StrEnum):
    """The category of an item."""

    UPPERWEAR = "UPPERWEAR"
    BOTTOMWEAR = "BOTTOMWEAR"
    DRESS = "DRESS"
    JACKET = "JACKET"
    OUTERWEAR = "OUTERWEAR"
    SHOES = "SHOES"
    BAG = "BAG"
    ACCESSORIES = "ACCESSORIES"


_WORDS: dict[WardrobeCategory, LazyText] = {
    WardrobeCategory.UPPERWEAR: lazy_gettext("Tops"),
    WardrobeCategory.BOTTOMWEAR: lazy_gettext("Bottoms"),
    WardrobeCategory.DRESS: lazy_gettext("Dresses"),
    WardrobeCategory.JACKET: lazy_gettext("Jackets"),
    WardrobeCategory.OUTERWEAR: lazy_gettext("Coats"),
    WardrobeCategory.SHOES: lazy_gettext("Shoes"),
    WardrobeCategory.BAG: lazy_gettext("Bags"),
    WardrobeCategory.ACCESSORIES: lazy_gettext("Accessories"),
}


def label(category: WardrobeCategory) -> str:
    """The category in the reader's language."""
    return str(_WORDS[category])


class Pattern(StrEnum):
    """The pattern of a cloth."""

    PLAIN = "PLAIN"
    STRIPES = "STRIPES"
    CHECKS = "CHECKS"
    PRINT = "PRINT"


_PATTERN_LABELS: dict[Pattern, LazyText] = {
    Pattern.PLAIN: lazy_gettext("Plain"),
    Pattern.STRIPES: lazy_gettext("Stripes"),
    Pattern.CHECKS: lazy_gettext("Checks"),
    Pattern.PRINT: lazy_gettext("Print or embroidery"),
}


def pattern_label(pattern: Pattern) -> str:
    """Return the pattern's name in the reader's language."""
    return str(_PATTERN_LABELS[pattern])


class CutoutState(StrEnum):
    """The state of an item's cut-out, which shows it without its ground. SUGGESTED: both ways of finding the outline did not agree."""

    SHOWN = "SHOWN"
    SUGGESTED = "SUGGESTED"
    HIDDEN = "HIDDEN"


class ItemColor(Shape, frozen=True, kw_only=True):
    """One of an item's colours. `name`: of our palette, or as it was typed; `share` of the garment, 0-1, if it was read."""

    name: str
    hex: str | None
    share: float | None = None


class Suggestion(Shape, frozen=True, kw_only=True):
    """Guesses from the image, for its owner to confirm. None: no guess."""

    category: WardrobeCategory | None = None
    subcategory: PortfolioCategory | None = None
    pattern: Pattern | None = None


class AtTailor(Shape, frozen=True, kw_only=True):
    """The alteration for which an item is with a tailor."""

    order_id: str
    tailor_id: str
    tailor_name: str
    promised_date: date | None


class WardrobeItem(Shape, frozen=True, kw_only=True):
    """A piece in somebody's wardrobe. `portfolioItemId`: it is a design that they keep, shown by its maker's picture.

    `colors`, `cutoutUrl`, `cutoutState` and `suggested` are read from the picture by a job; null until `isRead`. `costPerWear`:
    the price (INR) by the times it was worn.
    """

    id: str
    customer_id: str
    image_url: PrivateImage
    portfolio_item_id: str | None
    category: WardrobeCategory
    subcategory: PortfolioCategory | None
    color: str | None
    brand: str | None
    name: str | None
    pattern: Pattern | None
    price: Decimal | None
    is_read: bool
    colors: list[ItemColor] | None
    cutout_url: PrivateImage | None
    cutout_state: CutoutState | None
    suggested: Suggestion | None
    worn_count: int
    last_worn_on: date | None
    cost_per_wear: Decimal | None
    at_tailor: AtTailor | None
    created_at: Moment
    updated_at: Moment

    @property
    def shown_url(self) -> PrivateImage:
        """The image that stands for the item: the cut-out when it is shown, else the original."""
        is_cut = self.cutout_url is not None and self.cutout_state is CutoutState.SHOWN
        return self.cutout_url if is_cut and self.cutout_url is not None else self.image_url


class AddedItem(WardrobeItem, frozen=True, kw_only=True):
    """A new piece, and those of mine whose pictures look the same."""

    similar_items: tuple[str, ...] = ()


class Facts(Incoming, frozen=True, kw_only=True):
    """The fields of an item that its owner gives. Empty means unknown; a missing colour is read from the image."""

    category: WardrobeCategory
    subcategory: PortfolioCategory | None = None
    color: Word | None = None
    brand: Word | None = None
    name: Name | None = None

    @property
    def columns(self) -> dict[str, str | None]:
        """The same for the database."""
        return {
            "category": self.category,
            "subcategory": self.subcategory,
            "color": _shade(self.color),
            "brand": _typed(self.brand),
            "name": _typed(self.name),
        }


class NewFacts(Facts, frozen=True, kw_only=True):
    """The fields of a new item. The same `clientId` again is the same item, however often it is sent."""

    client_id: UUID | None = None

    @property
    def facts(self) -> Facts:
        """The given fields of the item."""
        return Facts(**{name: getattr(self, name) for name in Facts.__struct_fields__})


class NewItem(NewFacts, frozen=True, kw_only=True):
    """A piece with a picture that was uploaded before."""

    image_url: ImageUrl


class SavedDesign(Facts, frozen=True, kw_only=True):
    """A designer's piece that is to be kept. What is not told of it is taken from there."""

    portfolio_item_id: Id
    category: WardrobeCategory = WardrobeCategory.DRESS


class ItemChange(Incoming, frozen=True, kw_only=True):
    """A change of an item; fields left out stay, null or an empty value clears. Prices in INR.

    `suggested`: null only, when the suggestion was taken or is not wanted.
    """

    category: WardrobeCategory | UnsetType = UNSET
    subcategory: PortfolioCategory | UnsetType | None = UNSET
    color: Word | UnsetType | None = UNSET
    brand: Word | UnsetType | None = UNSET
    name: Name | UnsetType | None = UNSET
    pattern: Pattern | UnsetType | None = UNSET
    price: Price | UnsetType | None = UNSET
    colors: Annotated[list[Word], Meta(max_length=MOST_COLORS)] | UnsetType | None = UNSET
    cutout_state: CutoutState | UnsetType = UNSET
    suggested: UnsetType | None = UNSET

    def problems(self) -> Mapping[str, str]:
        if self.cutout_state is CutoutState.SUGGESTED:
            return {"cutoutState": _("Must be one of %(values)s.") % {"values": "SHOWN, HIDDEN"}}
        return {} if self.given else {"name": _("Change at least one field.")}

    @property
    def given(self) -> dict[str, object]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if getattr(self, name) is not UNSET}

    @property
    def columns(self) -> dict[str, object]:
        """The plain columns to be set: all but `colors`."""
        result = {name: value for name, value in self.given.items() if name != "colors"}
        texts = {name: _typed(value) for name, value in result.items() if type(value) is str}
        color = {"color": _shade(self.color)} if isinstance(self.color, str) else {}
        return result | texts | color


class WardrobeSearch(Incoming, frozen=True, kw_only=True):
    """A search in the wardrobe: of any of these kinds, with these words in name, colour or brand.

    `notWornForDays`: not worn within so many days, nor new.
    """

    category: tuple[WardrobeCategory, ...] = ()
    subcategory: tuple[PortfolioCategory, ...] = ()
    color_family: tuple[ColorFamily, ...] = ()
    pattern: tuple[Pattern, ...] = ()
    not_worn_for_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    search: Annotated[Text, Meta(max_length=100)] = ""
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


EVERYTHING = WardrobeSearch()


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The number of items with the words (`total`), of those that fit every filter, and of those each kind would leave."""

    total: int
    fitting: int
    categories: Mapping[str, int]
    subcategories: Mapping[str, int]


class SavedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """The designer of a design that somebody keeps."""

    design_id: str
    designer_id: str
    name: str


def _typed(value: str | None) -> str | None:
    return value if value is not None and not is_blank(value) else None


def _shade(value: str | None) -> str | None:
    known = _typed(value)  # A colour is looked up by its name, so nothing stands around it.
    return known and known.strip()
