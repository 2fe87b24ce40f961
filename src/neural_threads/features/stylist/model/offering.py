"""Choose what a language model is offered: what the local stylist found and showed, in the process in which it did."""

from collections.abc import Iterable
from typing import Any, TypeVar

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    Catalogue,
    Intent,
    OutfitSegment,
    OwnedItem,
    QuestionSegment,
    Reply,
    TextSegment,
    Turn,
)
from neural_threads.features.stylist.wearers import suits

from .offer import Offer

MOST_ITEMS = 60
MOST_PEOPLE = 6
_LOOKED_AT = 24
T = TypeVar("T")
P = TypeVar("P", Designer, Tailor, Design)


class RememberingCatalogue:
    """A catalogue that remembers whom and what it found, so that a language model can be offered the same."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.found_designers: dict[str, Designer] = {}
        self.found_tailors: dict[str, Tailor] = {}
        self.found_designs: dict[str, Design] = {}

    async def designers(self, **filters: Any) -> tuple[Designer, ...]:
        """Return what the catalogue finds."""
        result = await self._catalogue.designers(**filters)
        self.found_designers.update({one.id: one for one in result})
        return result

    async def tailors(self, **filters: Any) -> tuple[Tailor, ...]:
        """Return what the catalogue finds."""
        result = await self._catalogue.tailors(**filters)
        self.found_tailors.update({one.id: one for one in result})
        return result

    async def designs(self, **filters: Any) -> tuple[Design, ...]:
        """Return what the catalogue finds."""
        result = await self._catalogue.designs(**filters)
        self.found_designs.update({one.id: one for one in result})
        return result


async def offer_for(turn: Turn, reply: Reply, catalogue: RememberingCatalogue) -> Offer:
    """Return what may be named: of the kind that was asked for what the local stylist found, and nothing where it found that nothing fits.

    What its answer showed comes first. Of the other kinds the catalogue's best for what was understood.
    """
    slots = reply.slots
    niches = _of(Niche, slots.get("niches"))
    categories = _of(PortfolioCategory, slots.get("niches"))
    location = next(iter(_of(Location, slots.get("location"))), None)
    languages = _of(Language, slots.get("languages"))
    shown = _shown(reply)
    if reply.intent is not Intent.DESIGNER:
        await catalogue.designers(niches=niches, location=location, languages=languages, limit=MOST_PEOPLE)
    if reply.intent is not Intent.TAILOR:
        skills = _of(Skill, slots.get("skills"))
        await catalogue.tailors(skills=skills, location=location, languages=languages, limit=MOST_PEOPLE)
    if reply.intent is not Intent.DESIGN:
        await catalogue.designs(categories=categories, price_max=turn.profile.budget_max, limit=_LOOKED_AT)
    designs = [one for one in catalogue.found_designs.values() if suits(one.description, reply.wearer)]
    return Offer(
        items=_items(turn, shown),
        designers=_chosen(catalogue.found_designers.values(), shown, reply, Intent.DESIGNER),
        tailors=_chosen(catalogue.found_tailors.values(), shown, reply, Intent.TAILOR),
        designs=_chosen(designs, shown, reply, Intent.DESIGN),
    )


def _shown(reply: Reply) -> frozenset[str]:
    """Return the ids on the cards of the local stylist's answer."""
    cards = [each for each in reply.segments if not isinstance(each, TextSegment | QuestionSegment | OutfitSegment)]
    worn = [item.id for each in reply.segments if isinstance(each, OutfitSegment) for item in each.items]
    return frozenset([*worn, *(card.id for card in cards)])


def _items(turn: Turn, shown: frozenset[str]) -> tuple[OwnedItem, ...]:
    """Return the items of the local stylist's outfits, then the newest: of 500 items a model reads 60."""
    return tuple(sorted(turn.wardrobe, key=lambda item: item.id not in shown)[:MOST_ITEMS])


def _chosen(found: Iterable[P], shown: frozenset[str], reply: Reply, kind: Intent) -> tuple[P, ...]:
    result = sorted(found, key=lambda one: one.id not in shown)
    if reply.intent is kind and not any(one.id in shown for one in result):
        return ()
    return tuple(result[:MOST_PEOPLE])


def _of(kind: type[T], value: object) -> tuple[T, ...]:
    """Return those of a slot's values that are members of `kind`."""
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    members = {str(member): member for member in kind}  # type: ignore[attr-defined]
    return tuple(members[str(each)] for each in values if str(each) in members)
