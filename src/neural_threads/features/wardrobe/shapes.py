"""Wardrobe items: request bodies and answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import NO_NUL, Id, Incoming, Moment, Shape, Text

Word = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", max_length=60)]
Name = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", max_length=120)]
ImageUrl = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]


class WardrobeCategory(StrEnum):
    """What kind of piece it is."""

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


class WardrobeItem(Shape, frozen=True, kw_only=True):
    """A piece in somebody's wardrobe. `portfolioItemId`: it is a design that they keep, shown by its maker's picture."""

    id: str
    customer_id: str
    image_url: PrivateImage
    portfolio_item_id: str | None
    category: WardrobeCategory
    subcategory: PortfolioCategory | None
    color: str | None
    brand: str | None
    name: str | None
    created_at: Moment
    updated_at: Moment


class Facts(Incoming, frozen=True, kw_only=True):
    """What one tells about a piece. What is empty is not known; a missing colour is read from the picture."""

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
            "color": _known(self.color),
            "brand": _known(self.brand),
            "name": _known(self.name),
        }


class NewItem(Facts, frozen=True, kw_only=True):
    """A piece with a picture that was uploaded before."""

    image_url: ImageUrl

    @property
    def facts(self) -> Facts:
        """What is told about it."""
        return Facts(**{name: getattr(self, name) for name in Facts.__struct_fields__})


class SavedDesign(Facts, frozen=True, kw_only=True):
    """A designer's piece that is to be kept. What is not told of it is taken from there."""

    portfolio_item_id: Id
    category: WardrobeCategory = WardrobeCategory.DRESS


class ItemChange(Incoming, frozen=True, kw_only=True):
    """What is to be different; what is left out stays, and null or nothing takes it away."""

    category: WardrobeCategory | UnsetType = UNSET
    subcategory: PortfolioCategory | UnsetType | None = UNSET
    color: Word | UnsetType | None = UNSET
    brand: Word | UnsetType | None = UNSET
    name: Name | UnsetType | None = UNSET

    def problems(self) -> Mapping[str, str]:
        return {} if self.columns else {"name": _("Change at least one field.")}

    @property
    def columns(self) -> dict[str, str | None]:
        """The columns to be set."""
        given = {name: getattr(self, name) for name in self.__struct_fields__ if getattr(self, name) is not UNSET}
        return {name: _known(value) for name, value in given.items()}


class WardrobeSearch(Incoming, frozen=True, kw_only=True):
    """Which pieces are asked for: of any of these kinds, with these words in name, colour or brand."""

    category: tuple[WardrobeCategory, ...] = ()
    subcategory: tuple[PortfolioCategory, ...] = ()
    search: Annotated[Text, Meta(max_length=100)] = ""
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


EVERYTHING = WardrobeSearch()


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many pieces contain the words (`total`), how many of them fit every filter, and how many each kind would leave."""

    total: int
    fitting: int
    categories: Mapping[str, int]
    subcategories: Mapping[str, int]


class SavedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """Whose design it is that somebody keeps."""

    design_id: str
    designer_id: str
    name: str


def _known(value: str | None) -> str | None:
    return value.strip() if value is not None and not is_blank(value) else None
