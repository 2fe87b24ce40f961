"""Cards of people and designs with the reason why they are shown, in the language of the answer."""

from decimal import Decimal

from neural_threads.features.accounts.enums import Language, Niche, Skill, label
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import label as said_category
from neural_threads.platform.i18n import use_language

from .cards import design_segment, designer_segment, tailor_segment
from .phrases import listed, rupees, say
from .shapes import DesignerSegment, DesignSegment, LanguageCode, TailorSegment


def reasoned_designer(
    one: Designer,
    language: LanguageCode,
    niches: tuple[Niche, ...],
    languages: tuple[Language, ...],
    *,
    with_price: bool = False,
) -> DesignerSegment:
    """Return a designer as a card that says the niches, those asked for first, and languages and prices when they were asked for."""
    with use_language(language):
        what = listed(label(niche) for niche in sorted(one.design_niches, key=lambda niche: niche not in niches))
    price = least_price(one) if with_price else None
    priced = say(language, "person.from", price=rupees(price)) if price is not None else ""
    return designer_segment(one, " ".join(filter(None, [_why(one, what, language, languages), priced])))


def least_price(one: Designer) -> Decimal | None:
    """Return the lowest price in INR at which a piece of a designer's card begins; None when none says one."""
    return min((item.budget_min for item in one.portfolio_items if item.budget_min is not None), default=None)


def reasoned_tailor(
    one: Tailor, language: LanguageCode, skills: list[Skill], languages: tuple[Language, ...]
) -> TailorSegment:
    """Return a tailor as a card that says up to three skills, those asked for first, and the languages when they were asked for."""
    with use_language(language):
        what = listed(label(skill) for skill in sorted(one.skills, key=lambda skill: skill not in skills)[:3])
    return tailor_segment(one, _why(one, what, language, languages))


def _why(one: Designer | Tailor, what: str, language: LanguageCode, languages: tuple[Language, ...]) -> str:
    with use_language(language):
        location = label(one.location)
        spoken = listed(label(each) for each in one.languages)
    key = "person.why" if one.review_count else "person.why_new"
    text = say(language, key, what=what, location=location, rating=f"{one.rating:.1f}", count=one.review_count)
    return text + (" " + say(language, "person.speaks", languages=spoken) if languages else "")


def priced_design_segment(one: Design, language: LanguageCode) -> DesignSegment:
    """Return a design as a card, which says its category, its designer and, when it is known, its price in INR."""
    with use_language(language):
        category = said_category(one.category)
    key = "design.why" if one.budget_min is not None else "design.why_unpriced"
    price = rupees(one.budget_min or 0)
    return design_segment(one, say(language, key, category=category, designer=one.designer.name, price=price))
