"""Offer what an outfit lacks: a design that could fill the gap, else a designer who could make it."""

from collections.abc import Sequence
from typing import Final

from neural_threads.features.accounts.enums import Niche
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.portfolio.shapes import PortfolioCategory

from .catalogue_answers import garments_in
from .fitness import FAMILY_FEASTS
from .garments import BOTTOMS, ONE_PIECE, TOPS
from .phrases import say
from .reasoned_cards import priced_design_segment, reasoned_designer
from .shapes import Catalogue, LanguageCode, Segment, TextSegment, Turn, Wearer
from .wearers import suits, suits_all

FEASTS: Final = FAMILY_FEASTS | {
    "diwali", "festival", "onam", "eid", "christmas", "holi", "puja", "farewell", "cocktail",
}  # fmt: skip
_WORK: Final = frozenset({"interview", "office", "meeting", "presentation", "court"})
_RITES: Final = frozenset({"temple", "housewarming", "naming", "baby_shower", "in_laws"})
_LOOKED_AT: Final = 24
_FILLS: Final = {"bottom": BOTTOMS, "top": TOPS}
_WORDS: Final[dict[tuple[str, PortfolioCategory], tuple[str, ...]]] = {
    ("bottom", PortfolioCategory.FORMAL): ("trousers",),
    ("bottom", PortfolioCategory.ETHNIC): ("kurta",),
    ("bottom", PortfolioCategory.CASUAL): ("trousers",),
    ("top", PortfolioCategory.FORMAL): ("shirt",),
    ("top", PortfolioCategory.ETHNIC): ("kurta",),
    ("top", PortfolioCategory.CASUAL): ("shirt",),
    ("", PortfolioCategory.FORMAL): ("blazer",),
    ("", PortfolioCategory.ETHNIC): ("kurta",),
    ("", PortfolioCategory.CASUAL): ("shirt",),
}
"""The word of English descriptions by which a garment for the gap is searched when none of the newest designs fills it."""


async def offer_for_gap(
    missing: Sequence[str],
    occasions: Sequence[str],
    turn: Turn,
    wearer: Wearer | None,
    catalogue: Catalogue,
    language: LanguageCode,
) -> list[Segment]:
    """Return one design in the profile's budget that suits who is to wear it, else a designer; nothing when there is neither.

    `missing`: the roles that an outfit lacks, as in Outfit; empty when all of it is lacking.
    """
    role = next((each for each in missing if each in _FILLS), "")
    category = _category_for(set(occasions))
    others: list[Design] = []
    for search in ("", *_WORDS[role, category]):
        result = await catalogue.designs(
            search=search, categories=(category,), price_max=turn.profile.budget_max, limit=_LOOKED_AT
        )
        suitable = [one for one in result if suits(one.description, wearer)]
        if filling := [one for one in suitable if _fills(one, role)]:
            return _offered(filling[0], language)
        others += [one for one in suitable if _stands_alone(one)]
    if others:
        return _offered(others[0], language)
    niche = Niche(category.value)
    makers = await catalogue.designers(niches=(niche,), limit=_LOOKED_AT)
    able = [one for one in makers if suits_all([one.bio, *(item.description for item in one.portfolio_items)], wearer)]
    return (
        [TextSegment(text=say(language, "offer.designer")), reasoned_designer(able[0], language, (niche,), ())]
        if able
        else []
    )


def _category_for(occasions: set[str]) -> PortfolioCategory:
    if occasions & _WORK:
        return PortfolioCategory.FORMAL
    return PortfolioCategory.ETHNIC if occasions & (FEASTS | _RITES) else PortfolioCategory.CASUAL


def _offered(design: Design, language: LanguageCode) -> list[Segment]:
    return [TextSegment(text=say(language, "offer.designs")), priced_design_segment(design, language)]


def _fills(design: Design, role: str) -> bool:
    """Return True when a design is described as a garment of the role; any does when the whole outfit is lacking."""
    return not role or bool(_FILLS[role].intersection(garments_in(design.description or "")))


def _stands_alone(design: Design) -> bool:
    """Return True when a design could be worn instead of the outfit: one piece, or not said."""
    kinds = set(garments_in(design.description or ""))
    return not kinds or bool(kinds & ONE_PIECE)
