"""Portfolio items: request bodies and answers."""

import math
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, structs

from neural_threads.features.accounts import enums
from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import CHANGE_OF, Budget, Niches, ProfileChange, TailorChange
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.types import NO_NUL, Id, Incoming, Moment, Shape


class SampleWork(Shape, frozen=True, kw_only=True):
    """Something that a tailor sewed or mended, to show how."""

    id: str
    tailor_id: str
    image_url: str
    description: str
    created_at: Moment


class PortfolioCategory(StrEnum):
    """The occasion or kind of clothes that an item is for."""

    BRIDAL = "BRIDAL"
    CASUAL = "CASUAL"
    FORMAL = "FORMAL"
    ETHNIC = "ETHNIC"
    WESTERN = "WESTERN"
    FUSION = "FUSION"
    CUSTOM = "CUSTOM"


class PortfolioItem(Shape, frozen=True, kw_only=True):
    """A piece that a designer shows, with what such a piece costs in INR."""

    id: str
    designer_id: str
    image_url: str
    description: str
    budget_min: Decimal | None
    budget_max: Decimal | None
    category: PortfolioCategory
    created_at: Moment


MOST_ITEMS = 200
"""In one portfolio; as many as a profile shows."""
PAISA = Decimal("0.01")

ImageUrl = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]
Words = Annotated[str, Meta(pattern=NO_NUL, max_length=1000)]


class ProviderProfileChange(TailorChange, frozen=True, kw_only=True, rename="camel"):
    """A change of a provider's own profile: `designNiches` is the designers', `skills` and the place on the map the tailors'."""

    design_niches: Niches | UnsetType = UNSET

    def by(self, role: Role) -> ProfileChange:
        """The change as this role may make it; Invalid where a field belongs to the other."""
        known = {field.name for field in structs.fields(CHANGE_OF[role])}
        given = [field for field in structs.fields(self) if getattr(self, field.name) is not UNSET]
        wrong = {field.encode_name: _("There is no such field.") for field in given if field.name not in known}
        if wrong:
            raise Invalid(fields=wrong)
        return CHANGE_OF[role](**{field.name: getattr(self, field.name) for field in given})


class NewSample(Incoming, frozen=True, kw_only=True):
    """A new sample of a tailor: an image of their own, by its address or its public id."""

    image_url: ImageUrl
    description: Words = ""

    @property
    def columns(self) -> dict[str, object]:
        """Return the columns that are stored beside the image."""
        return {"description": self.description}


class NewPortfolioItem(NewSample, frozen=True, kw_only=True):
    """A new item of a designer, with the price range of such an item in INR."""

    category: PortfolioCategory
    budget_min: Budget | None = None
    budget_max: Budget | None = None

    def problems(self) -> Mapping[str, str]:
        return prices_problem(self.budget_min, self.budget_max)

    @property
    def columns(self) -> dict[str, object]:
        prices = {"budget_min": in_paise(self.budget_min), "budget_max": in_paise(self.budget_max)}
        return {**super().columns, "category": self.category, **prices}


class SampleChange(Incoming, frozen=True, kw_only=True):
    """A change of a sample; fields left out stay."""

    description: Words | UnsetType = UNSET

    @property
    def columns(self) -> dict[str, object]:
        """Return the columns that are to be written."""
        return {} if self.description is UNSET else {"description": self.description}


class PortfolioItemChange(SampleChange, frozen=True, kw_only=True):
    """A change of a portfolio item; null removes a price."""

    category: PortfolioCategory | UnsetType = UNSET
    budget_min: Budget | UnsetType | None = UNSET
    budget_max: Budget | UnsetType | None = UNSET

    def problems(self) -> Mapping[str, str]:
        least = None if isinstance(self.budget_min, UnsetType) else self.budget_min
        most = None if isinstance(self.budget_max, UnsetType) else self.budget_max
        return prices_problem(least, most)

    @property
    def columns(self) -> dict[str, object]:
        given = super().columns
        if self.category is not UNSET:
            given["category"] = self.category
        for name, price in (("budget_min", self.budget_min), ("budget_max", self.budget_max)):
            if not isinstance(price, UnsetType):
                given[name] = in_paise(price)
        return given


class Arrangement(Incoming, frozen=True, kw_only=True):
    """The ids that come first, in this order; the others follow as they were."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=MOST_ITEMS)]

    def problems(self) -> Mapping[str, str]:
        return {} if len(set(self.ids)) == len(self.ids) else {"ids": _("Give each item only once.")}


class PortfolioSearch(Incoming, frozen=True, kw_only=True):
    """The part of one's own portfolio to return."""

    cursor: str | None = None
    limit: Limit | None = None


def in_paise(price: float | None) -> Decimal | None:
    """The price as the database keeps it."""
    return None if price is None else Decimal(str(price)).quantize(PAISA)


def prices_problem(least: float | None, most: float | None) -> Mapping[str, str]:
    """Return what is wrong with a price range, by field."""
    given = {"budgetMin": least, "budgetMax": most}
    problems = {
        name: _("Must be a number.") for name, value in given.items() if value is not None and math.isnan(value)
    }
    if not problems and least is not None and most is not None and least > most:
        problems["budgetMax"] = _("The minimum is more than the maximum.")
    return problems


def label(value: StrEnum) -> str:
    """A niche, language, place or category in the reader's language: MG_ROAD is "MG Road"."""
    return _("Custom") if value == PortfolioCategory.CUSTOM else enums.label(value)
