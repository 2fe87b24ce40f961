"""Tailors: search parameters and answers."""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.accounts.enums import Language, Location, Skill
from neural_threads.features.accounts.shapes import Latitude, Longitude, Years
from neural_threads.features.catalog.designers.shapes import LARGEST_PAGE, PAGE_SIZE, SortOrder, is_short
from neural_threads.features.portfolio.shapes import SampleWork
from neural_threads.features.reviews.shapes import Review
from neural_threads.platform.db.keyset_paging import DEFAULT_LIMIT, MAX_LIMIT, Limit
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import search_text
from neural_threads.platform.serialization.types import Incoming, Moment, Shape, Text

FACETS = ("skills", "location")
"""The filters whose values are counted beforehand."""
FARTHEST = 100.0
"""Kilometres; who asks for more gets this."""


class Spot(NamedTuple):
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


CENTRES = {
    Location.MG_ROAD: Spot(12.9756, 77.6050),
    Location.COMMERCIAL_STREET: Spot(12.9822, 77.6083),
}
"""From where we measure for customers who told us no more than their quarter."""


class TailorOrder(StrEnum):
    """The order of a list of tailors."""

    DISTANCE = "distance"
    RATING = "rating"
    EXPERIENCE = "experience"


class Standpoint(Incoming, frozen=True, kw_only=True):
    """The place to measure distances from, if it is given."""

    latitude: Latitude | None = None
    longitude: Longitude | None = None

    def problems(self) -> Mapping[str, str]:
        """Half a place, and numbers that are none."""
        numbers = (("latitude", self.latitude), ("longitude", self.longitude))
        found = {name: _("Must be a number.") for name, value in numbers if value is not None and math.isnan(value)}
        if (self.latitude is None) != (self.longitude is None):
            found["latitude" if self.latitude is None else "longitude"] = _("Give latitude and longitude together.")
        return found

    @property
    def spot(self) -> Spot | None:
        """The place to measure from, if it was given."""
        if self.latitude is None or self.longitude is None:
            return None
        return Spot(self.latitude, self.longitude)

    @property
    def needs_spot(self) -> bool:
        """True if it cannot be answered without a place to measure from."""
        return False


class TailorSearch(Standpoint, frozen=True, kw_only=True):
    """A search for tailors; a list means any of its values, distances are kilometres."""

    search: Annotated[Text, Meta(max_length=100)] = ""
    skills: tuple[Skill, ...] = ()
    location: Location | None = None
    min_experience: Years | None = None
    max_experience: Years | None = None
    language: tuple[Language, ...] = ()
    max_distance: Annotated[float, Meta(ge=0)] | None = None
    sort_by: TailorOrder | None = None
    sort_order: SortOrder | None = None
    page: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1
    limit: Annotated[int, Meta(ge=1)] = PAGE_SIZE

    def problems(self) -> Mapping[str, str]:
        """Return the problems of the place, of a range the wrong way round, and of a distance that is no number."""
        found = {**super().problems()}
        if self.max_distance is not None and not math.isfinite(self.max_distance):
            found["maxDistance"] = _("Must be a number.")
        low, high = self.min_experience, self.max_experience
        if low is not None and high is not None and low > high:
            found["minExperience"] = found["maxExperience"] = _("The minimum is more than the maximum.")
        if self.order is TailorOrder.DISTANCE and self.sort_order is SortOrder.DESC:
            found["sortOrder"] = _("Distance can only be sorted from near to far.")
        return found

    @property
    def order(self) -> TailorOrder:
        """The order asked for; unsaid it is the nearest first for who says where they are, else the best rated."""
        return self.sort_by or (TailorOrder.DISTANCE if self.spot else TailorOrder.RATING)

    @property
    def direction(self) -> SortOrder:
        """The order's direction; by default nearest, best rated or most experienced first."""
        return self.sort_order or (SortOrder.ASC if self.order is TailorOrder.DISTANCE else SortOrder.DESC)

    @property
    def needs_spot(self) -> bool:
        """True if it cannot be answered without a place to measure from."""
        return self.order is TailorOrder.DISTANCE or self.max_distance is not None

    @property
    def metres(self) -> float | None:
        """The greatest distance, in metres."""
        return None if self.max_distance is None else min(self.max_distance, FARTHEST) * 1000

    @property
    def page_size(self) -> int:
        """The number of tailors on a page."""
        return min(self.limit, LARGEST_PAGE)

    @property
    def offset(self) -> int:
        """The number of tailors on the pages before."""
        return (self.page - 1) * self.page_size

    @property
    def filters(self) -> dict[str, object]:
        """The SQL parameters that decide who is found, but for the place; the same for every page and order."""
        return {
            "search": search_text(self.search),
            "skills": sorted(set(self.skills)) or None,
            "location": self.location,
            "min_experience": self.min_experience,
            "max_experience": self.max_experience,
            "languages": sorted(set(self.language)) or None,
            "by_letters": self.is_short or None,
        }

    @property
    def narrows(self) -> bool:
        """True if a name or years are asked for, which the index of places knows, too."""
        years = self.min_experience is not None or self.max_experience is not None
        return years or bool(search_text(self.search) and not self.is_short)

    @property
    def is_short(self) -> bool:
        """True if one or two letters of a name are looked for."""
        return is_short(self.search)

    @property
    def facets(self) -> tuple[str, ...] | None:
        """The one trait that is looked for, none when everybody is; None when it takes more to fit."""
        traits = {*self.skills, *([self.location] if self.location else [])}
        others = any(value is not None for name, value in self.filters.items() if name not in FACETS)
        return None if others or len(traits) > 1 else tuple(traits)


class TailorListing(TailorSearch, frozen=True, kw_only=True):
    """The query of a list of tailors: a search, and a part of what it finds, by a cursor or by the number of a page."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[Text, Meta(max_length=500)] | None = None

    @property
    def page_size(self) -> int:
        """The number of tailors in an answer."""
        return min(self.limit, MAX_LIMIT)


class Tailor(Shape, frozen=True, kw_only=True):
    """A tailor as a card shows one, with three samples of work. `distance` in km, one decimal, from where one looks.

    Where the shop is, everybody may know. Phone and e-mail are only there for viewers who are signed in.
    """

    id: str
    user_id: str
    name: str
    bio: str
    location: Location
    address: str | None
    latitude: float | None
    longitude: float | None
    distance: float | None
    years_of_experience: int
    skills: tuple[Skill, ...]
    languages: tuple[Language, ...]
    profile_photo: str | None
    rating: float
    review_count: int
    sample_work: tuple[SampleWork, ...]
    phone: str | UnsetType | None = UNSET
    email: str | UnsetType = UNSET


class TailorProfile(Tailor, frozen=True, kw_only=True):
    """A tailor, whole."""

    created_at: Moment
    reviews: tuple[Review, ...]
    ratings: tuple[int, int, int, int, int]
    can_review: bool
