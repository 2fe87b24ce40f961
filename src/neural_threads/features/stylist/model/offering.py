"""Choose what a language model is offered: by what the local stylist understood, in the process in which it did."""

from typing import TypeVar

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import Catalogue, Reply, Turn
from neural_threads.features.stylist.wearers import suits

from .offer import Offer

MOST_ITEMS = 60
MOST_PEOPLE = 6
_LOOKED_AT = 24
T = TypeVar("T")


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
    designs = await catalogue.designs(categories=categories, price_max=turn.profile.budget_max, limit=_LOOKED_AT)
    return Offer(
        items=turn.wardrobe[:MOST_ITEMS],
        designers=designers,
        tailors=tailors,
        designs=tuple(one for one in designs if suits(one.description, reply.wearer))[:MOST_PEOPLE],
    )


def _of(kind: type[T], value: object) -> tuple[T, ...]:
    """Return those of a slot's values that are members of `kind`."""
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    members = {str(member): member for member in kind}  # type: ignore[attr-defined]
    return tuple(members[str(each)] for each in values if str(each) in members)
