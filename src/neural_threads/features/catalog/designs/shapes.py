"""Designs: search parameters and answers."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from neural_threads.features.accounts.enums import Language, Location
from neural_threads.features.accounts.shapes import Budget
from neural_threads.features.portfolio.shapes import PortfolioCategory, PortfolioItem
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import search_text
from neural_threads.platform.serialization.types import Incoming, Shape, Text


class DesignSearch(Incoming, frozen=True, kw_only=True):
    """A search for designs. Prices in INR; a list means any of its values."""

    search: Annotated[Text, Meta(max_length=100)] = ""
    category: tuple[PortfolioCategory, ...] = ()
    min_price: Budget | None = None
    max_price: Budget | None = None
    language: tuple[Language, ...] = ()
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    limit: Limit | None = None

    def problems(self) -> Mapping[str, str]:
        """A range the wrong way round, and numbers that are none."""
        prices = (("minPrice", self.min_price), ("maxPrice", self.max_price))
        found = {name: _("Must be a number.") for name, value in prices if value is not None and math.isnan(value)}
        if self.min_price is not None and self.max_price is not None and self.min_price > self.max_price:
            found["minPrice"] = found["maxPrice"] = _("The minimum is more than the maximum.")
        return found

    @property
    def has_price(self) -> bool:
        """True if an item's price matters."""
        return self.min_price is not None or self.max_price is not None

    @property
    def filters(self) -> dict[str, object]:
        """The SQL parameters that decide whether a design is found, besides its words."""
        return {
            "categories": sorted(set(self.category)) or None,
            "min_price": None if self.min_price is None else Decimal(str(self.min_price)),
            "max_price": None if self.max_price is None else Decimal(str(self.max_price)),
            "languages": sorted(set(self.language)) or None,
        }

    @property
    def scope(self) -> str:
        """The name of this list, for its cursors."""
        return f"designs {search_text(self.search)!r} {self.filters}"


class DesignOwner(Shape, frozen=True, kw_only=True):
    """The designer of a design."""

    id: str
    user_id: str
    name: str
    location: Location
    languages: tuple[Language, ...]
    profile_photo: str | None
    rating: float
    review_count: int


class Design(PortfolioItem, frozen=True, kw_only=True):
    """A piece with its designer. `savedItemId`: the wardrobe piece by whose deletion it is let go again."""

    designer: DesignOwner
    is_saved: bool
    saved_item_id: str | None


class DesignPage(Shape, frozen=True, kw_only=True):
    """One page of designs, and where the next begins."""

    designs: tuple[Design, ...]
    next_cursor: str | None
