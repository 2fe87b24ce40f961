"""Designers: search parameters and answers."""

import math
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.accounts.enums import Language, Location, Niche
from neural_threads.features.accounts.shapes import Budget, Years
from neural_threads.features.portfolio.shapes import PortfolioItem
from neural_threads.features.reviews.shapes import Review
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import search_text
from neural_threads.platform.serialization.types import Incoming, Moment, Shape, Text

PAGE_SIZE = 12
LARGEST_PAGE = 50
FACETS = ("niches", "languages", "location")
"""The filters whose values are counted beforehand."""


def is_short(name: str) -> bool:
    """Return True if no more than two letters of a name were typed."""
    text = search_text(name)
    return text is not None and len(text) <= 2


class SortBy(StrEnum):
    """The order of a list of providers."""

    RATING = "rating"
    EXPERIENCE = "experience"
    REVIEWS = "reviews"


class SortOrder(StrEnum):
    """The direction of an order."""

    ASC = "asc"
    DESC = "desc"


class DesignerSearch(Incoming, frozen=True, kw_only=True):
    """A search for designers. Prices in INR; a list means any of its values."""

    search: Annotated[Text, Meta(max_length=100)] = ""
    niche: tuple[Niche, ...] = ()
    location: Location | None = None
    min_experience: Years | None = None
    max_experience: Years | None = None
    min_budget: Budget | None = None
    max_budget: Budget | None = None
    language: tuple[Language, ...] = ()
    saved: bool = False
    sort_by: SortBy = SortBy.RATING
    sort_order: SortOrder = SortOrder.DESC
    page: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1
    limit: Annotated[int, Meta(ge=1)] = PAGE_SIZE

    def problems(self) -> Mapping[str, str]:
        """Ranges the wrong way round, and numbers that are none."""
        budgets = (("minBudget", self.min_budget), ("maxBudget", self.max_budget))
        found = {name: _("Must be a number.") for name, value in budgets if value is not None and math.isnan(value)}
        for low, high, value, limit in (
            ("minExperience", "maxExperience", self.min_experience, self.max_experience),
            ("minBudget", "maxBudget", self.min_budget, self.max_budget),
        ):
            if value is not None and limit is not None and value > limit:
                found[low] = found[high] = _("The minimum is more than the maximum.")
        return found

    @property
    def page_size(self) -> int:
        """The number of designers on a page."""
        return min(self.limit, LARGEST_PAGE)

    @property
    def offset(self) -> int:
        """The number of designers on the pages before."""
        return (self.page - 1) * self.page_size

    @property
    def filters(self) -> dict[str, object]:
        """The SQL parameters that decide whether a designer is found; the same for every page and order."""
        return {
            "search": search_text(self.search),
            "niches": sorted(set(self.niche)) or None,
            "languages": sorted(set(self.language)) or None,
            "location": self.location,
            "min_experience": self.min_experience,
            "max_experience": self.max_experience,
            "min_budget": None if self.min_budget is None else Decimal(str(self.min_budget)),
            "max_budget": None if self.max_budget is None else Decimal(str(self.max_budget)),
            "by_letters": self.is_short or None,
        }

    @property
    def is_short(self) -> bool:
        """True if one or two letters of a name are looked for."""
        return is_short(self.search)

    @property
    def facets(self) -> tuple[str, ...] | None:
        """The one trait that is looked for, none when everybody is; None when it takes more to fit."""
        traits = {*self.niche, *self.language, *([self.location] if self.location else [])}
        others = self.saved or any(value is not None for name, value in self.filters.items() if name not in FACETS)
        return None if others or len(traits) > 1 else tuple(traits)


class Designer(Shape, frozen=True, kw_only=True):
    """A designer as a card shows one: with three pieces, and whether the viewer has saved them."""

    id: str
    user_id: str
    name: str
    bio: str
    location: Location
    years_of_experience: int
    design_niches: tuple[Niche, ...]
    languages: tuple[Language, ...]
    profile_photo: str | None
    rating: float
    review_count: int
    is_saved: bool
    portfolio_items: tuple[PortfolioItem, ...]


class DesignerProfile(Designer, frozen=True, kw_only=True):
    """A designer, whole. Phone and e-mail are only there for viewers who are signed in."""

    phone: str | UnsetType | None = UNSET
    email: str | UnsetType = UNSET
    created_at: Moment
    reviews: tuple[Review, ...]
    ratings: tuple[int, int, int, int, int]
    similar_designers: tuple[Designer, ...]
    can_review: bool
