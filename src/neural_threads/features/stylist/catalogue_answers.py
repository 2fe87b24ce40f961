"""Answer questions about designers, tailors and designs from the catalogue, each result with its reason."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory

from .deciding import Decision
from .follow_ups import budget_of, is_cheaper_asked, others_of, prices_before
from .garments import GROUPS, is_near_colour, replaces
from .lexicon import words_set
from .phrases import rupees, say
from .reasoned_cards import least_price, priced_design_segment, reasoned_designer, reasoned_tailor
from .shapes import (
    Catalogue,
    LanguageCode,
    Segment,
    TextSegment,
    Turn,
    Wearer,
)
from .tapped import drops_the_place
from .understanding import Understood, understand
from .wearers import suits, suits_all, wearer_of, wearers_of

T = TypeVar("T", Designer, Tailor, Design)
SHOWN: Final = 3
_LOOKED_AT: Final = 24
_PRIMARY: Final = (
    Skill.ZIPPER_REPAIR, Skill.BUTTON_WORK, Skill.EMBROIDERY, Skill.HEMMING, Skill.BRIDAL_WORK, Skill.CUSTOM_FITTING, Skill.ALTERATIONS,
    Skill.ETHNIC_WEAR, Skill.WESTERN_WEAR, Skill.STITCHING,
)  # fmt: skip
"""Of several skills that a wish touches, the one that it is about."""
_AT_WORK: Final = frozenset({"office", "meeting", "presentation", "interview"})
_UNABLE: Final = words_set(
    "dont don't not cant cannot nahi nahin नहीं baralla gottilla ಬರಲ್ಲ ಬರಲ್ಲಾ ಬರುವುದಿಲ್ಲ ಗೊತ್ತಿಲ್ಲ varadhu varathu theriyadhu theriyathu வராது தெரியாது radu raadu teliyadu రాదు తెలియదు"
)


async def answer_designer(
    turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue
) -> list[Segment]:
    """Return designers who have everything that was asked for, or say that there are none."""
    said_now = _with_earlier(decision)
    niches, languages, location = _niches(said_now), _languages(said_now), _location(said_now)
    said_budget = decision.said.budget_max or next(
        (one.budget_max for one in reversed(said_before(decision)) if one.budget_max), None
    )
    result: tuple[Designer, ...] = ()
    for budget in dict.fromkeys((Decimal(said_budget) if said_budget else None, None)):
        result = result or await catalogue.designers(
            niches=niches, location=location, languages=languages, budget_max=budget, limit=_LOOKED_AT
        )
    fitting = [one for one in result if set(niches) <= set(one.design_niches)] or [
        one for one in result if not niches or niches[0] in one.design_niches
    ]
    wearer = _wearer(turn, decision, said_now)
    # Who speaks of the clothes of others only comes last: nobody is left out for what a text does not say.
    fitting.sort(key=lambda one: not suits_all([one.bio, *(item.description for item in one.portfolio_items)], wearer))
    is_cheaper = is_cheaper_asked(decision)
    if is_cheaper:
        fitting.sort(key=lambda one: least_price(one) or Decimal("Infinity"))
    shown, are_known = others_of(turn, decision, fitting)
    people = [reasoned_designer(one, language, niches, languages, with_price=is_cheaper) for one in shown[:SHOWN]]
    return _introduced("designer", decision, language, people, are_known=are_known)


def said_before(decision: Decision) -> tuple[Understood, ...]:
    """Return what earlier messages of the same topic said."""
    return decision.earlier if decision.is_follow_up else ()


async def answer_tailor(turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue) -> list[Segment]:
    """Return tailors who can do all of it, else the main thing; or say that there are none."""
    said_now = _with_earlier(decision)
    skills = [*sorted(said_now.skills, key=_PRIMARY.index), *_implied_skills(said_now)]
    skills = list(dict.fromkeys(skills))
    languages, location = _languages(said_now), _location(said_now)
    result = await catalogue.tailors(skills=tuple(skills[:1]), location=location, languages=languages, limit=_LOOKED_AT)
    fitting = sorted(result, key=lambda one: -len(set(skills) & set(one.skills)))
    shown, are_known = others_of(turn, decision, fitting)
    people = [reasoned_tailor(one, language, skills, languages) for one in shown[:SHOWN]]
    return _introduced("tailor", decision, language, people, are_known=are_known)


async def answer_design(turn: Turn, decision: Decision, language: LanguageCode, catalogue: Catalogue) -> list[Segment]:
    """Return designs of the kind, at or under the price; the garment's words give way before the niche and the price do."""
    said_now = _with_earlier(decision)
    price = budget_of(turn, decision)
    result, is_near = await _find_designs(said_now, price, _wearer(turn, decision, said_now), catalogue)
    shown, are_known = others_of(turn, decision, result)
    if not shown:
        seen = prices_before(turn) if is_cheaper_asked(decision) else []
        none = say(language, "cheaper.none", price=rupees(min(seen))) if seen else say(language, "design.none")
        return [TextSegment(text=none)]
    plain = "design.intro" if _is_understood(said_now) else "design.some"
    intro = say(language, "design.intro_max", price=rupees(price)) if price else say(language, plain)
    if are_known:
        intro = say(language, "others.none")
    elif is_near:  # What comes nearest does not fit what was asked for.
        intro = say(language, "design.near") + (f" {intro}" if price else "")
    cards = (priced_design_segment(one, language) for one in shown[:SHOWN])
    return [TextSegment(text=intro), *cards]


async def _find_designs(
    said_now: Understood, price: Decimal | None, wearer: Wearer | None, catalogue: Catalogue
) -> tuple[tuple[Design, ...], bool]:
    """Return designs, the nearest to the wish, and whether none has the garment that was named."""
    named, implied = _categories(_design_niches(said_now)), _categories(_niches(said_now))
    searches = _searches(said_now)
    if _design_niches(said_now) and not named:
        searches = [
            search for search in searches if search
        ]  # No design is of this niche; only a garment's word can find one.
    tries = [(search, categories) for search in searches for categories in dict.fromkeys((named or implied, named))]
    if named or not _design_niches(said_now):
        tries.append(("", named or implied))
    for search, categories in dict.fromkeys(tries):
        result = await catalogue.designs(search=search, categories=categories, price_max=price, limit=_LOOKED_AT)
        result = tuple(
            one
            for one in result
            if (price is None or (one.budget_min is not None and one.budget_min <= price))
            and suits(one.description, wearer)
        )
        if search:
            result = tuple(one for one in result if not _is_another(one, said_now))
        if result:
            is_wide = search == "" and searches[:1] != [""] and said_now.has("garments")
            if is_wide:  # Nearest is what is worn in its place: to a lehenga an anarkali, no dupatta.
                result = tuple(sorted(result, key=lambda one: not _is_instead(one, said_now)))
            return result, is_wide or not any(_has_colour(one, said_now) for one in result)
    return (), False


def _is_instead(one: Design, said_now: Understood) -> bool:
    """Return True if the description names a garment that is worn instead of one of those sought."""
    sought = said_now.values.get("garments", [])
    return any(replaces(kind, other) for kind in sought for other in garments_in(one.description or ""))


def _is_another(one: Design, said_now: Understood) -> bool:
    """Return True if the description names garments, and none of those sought: letters alone make a lehenga of leheriya."""
    sought = {other for value in said_now.values.get("garments", []) for other in (value, *GROUPS.get(value, ()))}
    named = set(garments_in(one.description or ""))
    return bool(sought and named) and not sought & (
        named | {other for value in named for other in GROUPS.get(value, ())}
    )


def _has_colour(one: Design, said_now: Understood) -> bool:
    """Return True if no colour is sought, or the description names one of them or a neighbour."""
    sought = said_now.values.get("colours", [])
    named = _described(one.description or "").values.get("colours", [])
    return not sought or any(is_near_colour(colour, sought) for colour in named)


def garments_in(description: str) -> list[str]:
    """Return the garments that a description names."""
    return _described(description).values.get("garments", [])


@lru_cache(maxsize=2048)
def _described(text: str) -> Understood:
    return understand(text)


def _categories(niches: tuple[Niche, ...]) -> tuple[PortfolioCategory, ...]:
    return tuple(PortfolioCategory(niche.value) for niche in niches if niche.value in PortfolioCategory.__members__)


def _implied_skills(said_now: Understood) -> list[Skill]:
    """Return skills that the garment or the occasion asks for, behind those that were named: they decide between equals."""
    implied = []
    if said_now.has("niches", "BRIDAL") or said_now.has("modifiers", "own"):
        implied.append(Skill.BRIDAL_WORK)
    if said_now.has(
        "garments",
        "saree",
        "blouse",
        "lehenga",
        "kurta",
        "kurti",
        "salwar",
        "anarkali",
        "sharara",
        "sherwani",
        "ethnic",
        "petticoat",
        "veshti",
    ):
        implied.append(Skill.ETHNIC_WEAR)
    if said_now.has(
        "garments",
        "suit",
        "blazer",
        "gown",
        "dress",
        "western",
        "waistcoat",
        "trousers",
        "jeans",
        "skirt",
        "coat",
        "formals",
    ):
        implied.append(Skill.WESTERN_WEAR)
    if said_now.has("skills", "HEMMING"):
        implied.append(Skill.ALTERATIONS)
    if said_now.has("skills", "STITCHING"):
        implied.append(Skill.CUSTOM_FITTING)
    return implied


def _introduced(
    kind: str, decision: Decision, language: LanguageCode, people: Sequence[Segment], *, are_known: bool
) -> list[Segment]:
    """Return people behind the sentences that say what they are: the best for it, the cheapest, or those seen before."""
    said_now = _with_earlier(decision)
    if not people:
        return [TextSegment(text=say(language, f"{kind}.none"))]
    text = say(language, f"{kind}.intro" if _is_understood(said_now) else f"{kind}.some")
    if is_cheaper_asked(decision):
        text = say(language, f"{kind}.cheaper")
    elif are_known:
        text = say(language, "others.none")
    if said_now.has("cues", "other_language"):
        text = say(language, "language.other") + " " + text
    if said_now.is_elsewhere:
        text = say(language, "place.elsewhere") + " " + text
    return [TextSegment(text=text), *people]


def _is_understood(said_now: Understood) -> bool:
    """Return True when something that the catalogue can be asked for was named; a name or an unknown trade is not."""
    slots = ("niches", "skills", "languages", "garments", "occasions", "fabrics", "colours", "modifiers")
    return any(said_now.has(slot) for slot in slots) or said_now.location is not None or said_now.budget_max is not None


# What is asked


def _wearer(turn: Turn, decision: Decision, said_now: Understood) -> Wearer | None:
    """Return who is to wear it: who wears the garment that is asked for by name (a husband may buy a saree), else who is asked for."""
    kinds = said_now.values.get("garments", [])
    named = wearers_of(kinds)
    return wearer_of(turn.profile, decision) if not named else named.pop() if len(named) == 1 else None


def _with_earlier(decision: Decision) -> Understood:
    """Return what is said now, with the slots of earlier messages that it leaves open when it continues them."""
    said_now = decision.said
    if not decision.is_follow_up:
        return said_now
    values = {} if drops_the_place(said_now.text) else dict(said_now.values)
    places_end = max(
        (n for n, one in enumerate((*decision.earlier, said_now)) if drops_the_place(one.text)), default=-1
    )
    for number, earlier in reversed([*enumerate(decision.earlier)]):
        if drops_the_place(earlier.text):
            continue
        for kind in ("niches", "skills", "places", "languages", "garments", "occasions", "fabrics", "colours"):
            if (kind == "garments" and said_now.has("niches")) or (kind == "places" and number < places_end):
                continue
            if (
                kind not in values
                and earlier.has(kind)
                and not (kind == "niches" and said_now.has("garments") and not earlier.has("cues", "designer"))
            ):
                values[kind] = earlier.values[kind]
    for kind, unwanted in said_now.unwanted.items():
        values[kind] = [value for value in values.get(kind, []) if value not in unwanted]
    kept = {kind: result for kind, result in values.items() if result}
    return Understood(
        text=said_now.text, words=said_now.words, language=said_now.language, matches=said_now.matches, values=kept,
        unwanted=said_now.unwanted, budget_max=said_now.budget_max,
    )  # fmt: skip


def _niches(said_now: Understood) -> tuple[Niche, ...]:
    """Return the niches that are named; mixed Indian and Western is fusion; else what the garment or the occasion implies."""
    named = [niche for niche in said_now.niches if niche.value not in said_now.unwanted.get("niches", ())]
    if (
        Niche.FUSION in named
        or {Niche.ETHNIC, Niche.WESTERN} <= set(named)
        or (Niche.WESTERN in named and said_now.has("modifiers", "mix"))
    ):
        return (Niche.FUSION,)
    if Niche.SPORTSWEAR in named:
        return (Niche.SPORTSWEAR,)
    if named:
        return tuple(named[:2])
    if said_now.has("modifiers", "own") or (
        said_now.has("occasions", "wedding") and said_now.has("garments", "lehenga", "sherwani")
    ):
        return (Niche.BRIDAL,)
    if said_now.has("garments", "gown", "dress"):
        return (Niche.WESTERN,)
    if said_now.has(
        "garments", "saree", "lehenga", "kurta", "kurti", "salwar", "anarkali", "sharara", "sherwani", "ethnic"
    ):
        return (Niche.ETHNIC,)
    if said_now.has("garments", "blazer", "suit", "formals", "waistcoat"):
        return (Niche.FORMAL,)
    if said_now.has("occasions") and set(said_now.values["occasions"]) <= _AT_WORK:
        return (Niche.FORMAL,)
    return (Niche.SPORTSWEAR,) if said_now.has("occasions", "gym") else ()


def _design_niches(said_now: Understood) -> tuple[Niche, ...]:
    """Return only niches that were named: a garment is searched by its word."""
    named = _niches(said_now)
    if not said_now.niches:
        return ()
    if (
        named == (Niche.WESTERN,)
        and said_now.has("garments", "gown")
        and not any(m.kind == "niches" and "western" in m.form for m in said_now.matches)
    ):
        return ()
    return named[:1]


def _languages(said_now: Understood) -> tuple[Language, ...]:
    """Return the languages that somebody is to speak: not those that the asker does not ("Kannada nahi aati")."""
    target = []
    for match in (match for match in said_now.matches if match.kind == "languages"):
        after = said_now.words[match.end : match.end + 3]
        before = said_now.words[max(0, match.start - 3) : match.start]
        if not (set(after) | set(before)) & _UNABLE or len(set(said_now.spoken)) == 1:
            target.append(Language(match.value))
    return tuple(dict.fromkeys(target))[:1] or said_now.spoken[:1]


def _location(said_now: Understood) -> Location | None:
    return said_now.location


_WORDS: Final = {
    "salwar": "salwar", "nehru_jacket": "nehru jacket", "tshirt": "shirt", "top": "shirt", "kurti": "kurta", "pyjama": "kurta", "suit": "blazer", "jacket": "jacket",
    "ethnic": "", "western": "", "formals": "", "tops": "", "bottoms": "", "accessories": "",
}  # fmt: skip
_CLOTHS: Final = {"silk": "silk", "cotton": "cotton", "linen": "linen", "wool": "wool", "embroidered": "zardozi"}


def _searches(said_now: Understood) -> list[str]:
    """Return searches from narrow to wide; the words are those of English descriptions."""
    garments = [
        word for value in said_now.values.get("garments", []) if (word := _WORDS.get(value, value.replace("_", " ")))
    ]
    fabrics = [_CLOTHS[value] for value in said_now.values.get("fabrics", []) if value in _CLOTHS]
    colours = said_now.values.get("colours", [])
    garment = garments[0] if garments else ""
    tries = [" ".join([garment, *fabrics[:1], *colours[:1]]), " ".join([garment, *fabrics[:1]]), garment]
    if garment == "" or said_now.niches:
        tries.append("")
    if garment == "" and fabrics:
        tries.insert(1, fabrics[0])
    return list(dict.fromkeys(text.strip() for text in tries))
