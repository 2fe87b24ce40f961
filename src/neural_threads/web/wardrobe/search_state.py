"""The state of the wardrobe page: filters, address, chips."""

from typing import Any, NamedTuple

import msgspec

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.portfolio.shapes import label as said_occasion
from neural_threads.features.wardrobe.shapes import Counts, WardrobeCategory, WardrobeSearch, label
from neural_threads.platform.colour.palette import SWATCHES, ColorFamily, family_label
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.encode import encode_query
from neural_threads.web.templates.search_state import SearchState

PATH = "/customer/wardrobe"
A_PAGE = 24
UNWORN_DAYS = 90


class Kind(NamedTuple):
    """A chip: what it says, how many pieces it would leave, where it leads, and whether it is on."""

    value: str
    text: str
    many: int
    href: str
    is_on: bool


class Hue(NamedTuple):
    """A chip that may have a colour, as "#rrggbb"."""

    text: str
    swatch: str
    href: str
    is_on: bool


class WardrobeSearchState(SearchState[WardrobeSearch]):
    """A look at the wardrobe."""

    shape = WardrobeSearch
    place = PATH

    @property
    def search(self) -> WardrobeSearch:
        """The same for the database, as many items as a page shows."""
        return msgspec.structs.replace(self.wanted, limit=self.wanted.limit or A_PAGE)

    @property
    def is_filtered(self) -> bool:
        """True if anything but the whole wardrobe is asked for."""
        target = self.wanted
        chosen = (
            target.category or target.subcategory or target.color_family or target.pattern or target.not_worn_for_days
        )
        return bool(target.search.strip() or chosen)

    def kinds(self, counts: Counts) -> list[Kind]:
        """A chip for each category that has an item, or is on."""
        chosen = self.wanted.category
        return [
            Kind(
                one, label(one), counts.categories.get(one, 0), self.href(category=_turned(chosen, one)), one in chosen
            )
            for one in WardrobeCategory
            if counts.categories.get(one) or one in chosen
        ]

    def occasions(self, counts: Counts) -> list[Kind]:
        """The same for subcategories."""
        chosen, many = self.wanted.subcategory, counts.subcategories
        return [
            Kind(one, said_occasion(one), many.get(one, 0), self.href(subcategory=_turned(chosen, one)), one in chosen)
            for one in PortfolioCategory
            if many.get(one) or one in chosen
        ]

    def families(self) -> list[Hue]:
        """A dot for each colour family."""
        chosen = self.wanted.color_family
        return [
            Hue(family_label(one), SWATCHES[one], self.href(color_family=_turned(chosen, one)), one in chosen)
            for one in ColorFamily
        ]

    @property
    def long_unworn(self) -> Hue:
        """The chip for what was not worn for three months."""
        is_on = self.wanted.not_worn_for_days is not None
        return Hue(_("Not worn for 3 months"), "", self.href(not_worn_for_days=None if is_on else UNWORN_DAYS), is_on)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields of the search form: every filter but the words."""
        target = msgspec.structs.replace(self.wanted, search="", cursor=None, limit=None)
        return encode_query(target)


def _turned(chosen: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    """Only this one; none when it was on."""
    return () if one in chosen else (one,)
