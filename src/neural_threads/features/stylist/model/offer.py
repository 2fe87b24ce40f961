"""The items and candidates that a language model is offered in one turn, by number. It never learns an id."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import (
    Catalogue,
    OwnedItem,
    Reply,
    Turn,
)

MOST_ITEMS = 60
MOST_PEOPLE = 6
T = TypeVar("T")
Candidate = TypeVar("Candidate", Designer, Tailor, Design)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an answer may name. A thing's number is its position in its list, from 1."""

    items: tuple[OwnedItem, ...]
    designers: tuple[Designer, ...]
    tailors: tuple[Tailor, ...]
    designs: tuple[Design, ...]


def numbered(things: Sequence[T], number: int) -> T | None:
    """Return the thing with this number; None when nothing was offered under it."""
    return things[number - 1] if 1 <= number <= len(things) else None


async def offer_for(turn: Turn, reply: Reply, catalogue: Catalogue) -> Offer:
    """Return what may be named: the wardrobe, and the catalogue's best for what the local stylist understood."""
    slots = reply.slots
    niches = _of(Niche, slots.get("niche"))
    skills = _of(Skill, slots.get("skill"))
    categories = _of(PortfolioCategory, slots.get("niche"))
    location = next(iter(_of(Location, slots.get("location"))), None)
    languages = _of(Language, slots.get("language"))
    designers = await catalogue.designers(niches=niches, location=location, languages=languages, limit=MOST_PEOPLE)
    tailors = await catalogue.tailors(skills=skills, location=location, languages=languages, limit=MOST_PEOPLE)
    designs = await catalogue.designs(categories=categories, price_max=turn.profile.budget_max, limit=MOST_PEOPLE)
    return Offer(
        items=turn.wardrobe[:MOST_ITEMS],
        designers=designers,
        tailors=tailors,
        designs=designs,
    )


def _of(kind: type[T], value: object) -> tuple[T, ...]:
    """Return those of a slot's values that are members of `kind`."""
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    members = {str(member): member for member in kind}  # type: ignore[attr-defined]
    return tuple(members[str(each)] for each in values if str(each) in members)
