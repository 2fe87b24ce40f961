"""The state of the search for tailors: filter chips, sort orders, distance."""

from typing import Any

import msgspec

from neural_threads.features.accounts.enums import Language, Location, Skill
from neural_threads.features.catalog.tailors.shapes import CENTRES, Spot, TailorOrder, TailorSearch
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import number
from neural_threads.web.catalog.filters import experience_chips, language_chips, search_chips, years_in_words
from neural_threads.web.templates.search_state import Chip, NumberedSearchState

PATH = "/customer/tailors"
CIRCLES = (1, 2, 5, 10, 25)
"""Kilometres that the page offers; any other number works in the address."""


class TailorSearchState(NumberedSearchState[TailorSearch]):
    """A search for tailors."""

    shape = TailorSearch
    place = PATH

    def without(self, wrong: dict[str, str]) -> "TailorSearchState":
        """The same search without distances, which could not be told; why is said beside their field."""
        target = msgspec.structs.replace(self.wanted, max_distance=None, sort_by=None, sort_order=None)
        return TailorSearchState(target, {**self.wrong, **wrong}, self.typed)

    def near(self, spot: Spot) -> str:
        """The address of this search, the nearest to `spot` first."""
        return self.href(latitude=spot.latitude, longitude=spot.longitude, sort_by=None, sort_order=None)

    @property
    def starts(self) -> list[tuple[str, str]]:
        """The places to measure from when the device does not give one: (text, address)."""
        return [(_("Near %(place)s") % {"place": label(place)}, self.near(spot)) for place, spot in CENTRES.items()]

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        """A few searches that many begin with, unless something of the kind is already asked for: (text, address)."""
        w, result = self.wanted, []
        if not w.spot:
            result += self.starts
        elif w.max_distance is None:
            result.append((distance_in_words(2), self.href(max_distance=2.0)))
        if not w.skills:
            result += [(label(skill), self.href(skills=(skill,))) for skill in (Skill.ALTERATIONS, Skill.BRIDAL_WORK)]
        if w.min_experience is None and w.max_experience is None:
            result.append((years_in_words(10, None), self.href(min_experience=10)))
        return result

    @property
    def chips(self) -> list[Chip]:
        """One for each active filter."""
        w = self.wanted
        result = search_chips(self)
        if w.spot:
            result.append(Chip(self._nearby(w.spot), self.href(**NOWHERE)))
        if w.max_distance is not None:
            result.append(Chip(distance_in_words(w.max_distance), self.href(max_distance=None)))
        result += [
            Chip(label(s), self.href(skills=tuple(x for x in w.skills if x is not s))) for s in dict.fromkeys(w.skills)
        ]
        if w.location:
            result.append(Chip(label(w.location), self.href(location=None)))
        result += language_chips(self)
        result += experience_chips(self)
        return result

    def orders(self, spot: Spot | None) -> list[tuple[str, str, bool]]:
        """The orders that the page offers, the usual one without a value: (value, text, whether it is the present one)."""
        texts = {TailorOrder.RATING: _("Top rated"), TailorOrder.EXPERIENCE: _("Most experienced")}
        if spot:
            texts = {TailorOrder.DISTANCE: _("Nearest"), **texts}
        usual = msgspec.structs.replace(self.wanted, sort_by=None).order
        return [("" if order is usual else order, text, order is self.wanted.order) for order, text in texts.items()]

    @staticmethod
    def _nearby(spot: Spot) -> str:
        known = next((place for place, centre in CENTRES.items() if centre == spot), None)
        return _("Near %(place)s") % {"place": label(known)} if known else _("Near me")


NOWHERE: dict[str, Any] = {
    "latitude": None, "longitude": None, "max_distance": None, "sort_by": None, "sort_order": None
}  # fmt: skip


def distance_in_words(kilometres: float) -> str:
    """Within 2 km."""
    return _("Within %(km)s km") % {"km": number(kilometres)}


def circles() -> list[tuple[str, str]]:
    """The distances that the page offers."""
    return [(str(km), _("%(km)s km") % {"km": number(km)}) for km in CIRCLES]


def places(facets: dict[str, int]) -> list[tuple[Location, str, int]]:
    """The quarters, with how many tailors work there."""
    return [(place, label(place), facets.get(place, 0)) for place in Location]


def languages() -> list[tuple[Language, str]]:
    """The languages that tailors may speak."""
    return [(language, label(language)) for language in Language]


def skills(facets: dict[str, int]) -> list[tuple[Skill, str, int]]:
    """Return what tailors can do, with how many can."""
    return [(skill, label(skill), facets.get(skill, 0)) for skill in Skill]
