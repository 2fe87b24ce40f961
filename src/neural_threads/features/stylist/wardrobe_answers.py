"""Questions about one's own wardrobe, answered from the data: lists, gaps, items not worn for long, duplicates."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from .deciding import Decision
from .garments import Garment, garment_of, is_near_colour
from .outfit_answers import name_of
from .phrases import listed, say, value_name
from .shapes import LanguageCode, Turn
from .understanding import Understood

LONG: Final = timedelta(days=60)
_MOST: Final = 12
_WHOLE: Final = frozenset({"ethnic", "western", "formals", "tops", "bottoms", "outerwear", "accessories", "shoes"})


def answer_wardrobe(turn: Turn, decision: Decision, language: LanguageCode) -> str:
    """Return the answer as prose; saved designs are named apart, for nobody has them yet."""
    return " ".join([_answer(turn, decision, language), *_saved(turn, decision, language)])


def _saved(turn: Turn, decision: Decision, language: LanguageCode) -> list[str]:
    """Return the saved designs of what was asked for; all of them when everything was."""
    if not turn.saved or decision.said.has("cues", "duplicate", "unworn", "missing"):
        return []
    result = _asked([garment_of(item) for item in turn.saved], decision)
    names = listed(name_of(garment.item, language) for garment in result[:_MOST])
    return [say(language, "have.saved", items=names)] if result else []


def _answer(turn: Turn, decision: Decision, language: LanguageCode) -> str:
    if not turn.wardrobe:
        return say(language, "list.empty")
    garments = [garment_of(item) for item in turn.wardrobe]
    result = decision.said
    if result.has("cues", "duplicate"):
        return _duplicates(garments, language)
    if result.has("cues", "unworn"):
        return _unworn(turn, _asked(garments, decision) or garments, language)
    asked_kinds = _named_kinds(result)
    if result.has("cues", "missing") and not asked_kinds:
        return _gaps(garments, language)
    if asked_kinds or result.has("colours") or result.has("fabrics"):
        return _have(garments, decision, language)
    items = listed(name_of(garment.item, language) for garment in garments[:40])
    if re.search(_SINGLE, result.text) and not result.has("cues", "closet"):
        return say(language, "have.unknown", items=items)
    return say(language, "list.all", count=len(garments), items=items)


_SINGLE: Final = re.compile(r"\b(?:do i (?:own|have)|have i got|is there) (?:a|an|any|my)\b", re.IGNORECASE)
"""Asks for one thing; when no finding tells which, we do not know its word."""
_OF_NICHE: Final = {"FORMAL": "formals", "ETHNIC": "ethnic", "WESTERN": "western", "SPORTSWEAR": "sports"}


def _named_kinds(result: Understood) -> list[str]:
    """Return the garments that were named; "anything formal" names the formal ones."""
    kinds = result.values.get("garments", [])
    return kinds or [_OF_NICHE[niche] for niche in result.values.get("niches", []) if niche in _OF_NICHE]


def _asked(garments: Sequence[Garment], decision: Decision) -> list[Garment]:
    """Return the items of the garments, colours and fabrics that were named."""
    result = decision.said
    kinds = [*_named_kinds(result), *result.unwanted.get("garments", ())]
    colours, fabrics = result.values.get("colours", []), result.values.get("fabrics", [])
    return [
        garment
        for garment in garments
        if (not kinds or any(garment.is_of(kind) for kind in kinds))
        and (not colours or garment.colour in colours or is_near_colour(garment.colour, colours))
        and (not fabrics or garment.fabrics & set(fabrics))
    ]


def _have(garments: Sequence[Garment], decision: Decision, language: LanguageCode) -> str:
    result = _asked(garments, decision)
    if result:
        names = [
            f"{name_of(g.item, language)} ({g.item.color})"
            if decision.said.has("cues", "colour") and g.item.color
            else name_of(g.item, language)
            for g in result
        ]
        if decision.said.has("cues", "count"):
            return say(language, "have.count", count=len(result), items=listed(names))
        return say(language, "have.yes", items=listed(names))
    kinds = _named_kinds(decision.said)
    if not kinds:
        colours = decision.said.values.get("colours", [])
        return say(
            language, "have.no_colour", colour=listed(value_name(language, "colour", colour) for colour in colours)
        )
    text = say(language, "have.no", garment=listed(value_name(language, "garment", kind) for kind in kinds))
    others = [g for g in garments if _is_akin(g, kinds)]
    if others:
        text += " " + say(language, "have.instead", items=listed(name_of(g.item, language) for g in others[:4]))
    return text


def _is_akin(garment: Garment, kinds: Sequence[str]) -> bool:
    """Return True for what could serve instead: other footwear for heels, other bottoms for jeans."""
    roles = {"shoes": {"heels", "sneakers", "sandals", "juttis", "formal_shoes", "boots", "shoes"}, "bottom": {"trousers", "jeans", "leggings", "palazzo", "skirt", "shorts", "pyjama", "veshti"},
             "top": {"shirt", "tshirt", "top", "kurta", "kurti", "blouse"}, "layer": {"blazer", "jacket", "waistcoat", "sweater", "hoodie", "coat", "raincoat", "nehru_jacket"},
             "outer": {"blazer", "jacket", "coat", "raincoat", "sweater"}, "onepiece": {"saree", "lehenga", "gown", "dress", "anarkali", "salwar", "sherwani"}}  # fmt: skip
    return bool(roles.get(garment.role, set()) & set(kinds))


def _gaps(garments: Sequence[Garment], language: LanguageCode) -> str:
    """Return what a wardrobe of a working week and a feast lacks."""
    roles = {garment.role for garment in garments}
    styles = {garment.style for garment in garments}
    tests = {
        "top": "top" in roles or "onepiece" in roles,
        "bottom": "bottom" in roles,
        "shoes": "shoes" in roles,
        "layer": "layer" in roles,
        "ethnic": bool(styles & {"ethnic", "festive", "bridal"}),
        "formal": "office" in styles,
        "bag": "bag" in roles,
        "rain": any(garment.keeps_rain_off for garment in garments),
    }
    lacking = [say(language, f"gap.{name}") for name, is_there in tests.items() if not is_there]
    return say(language, "gaps.intro", items=listed(lacking[:4])) if lacking else say(language, "gaps.none")


def _unworn(turn: Turn, garments: Sequence[Garment], language: LanguageCode) -> str:
    worn = [garment for garment in garments if garment.item.last_worn_at]
    resting = sorted(
        (g for g in worn if g.item.last_worn_at and turn.now - g.item.last_worn_at > LONG),
        key=lambda g: g.item.last_worn_at or turn.now,
    )
    never = [garment for garment in garments if not garment.item.last_worn_at]
    if not worn:
        return say(language, "unworn.unknown", items=listed(name_of(g.item, language) for g in never[:_MOST]))
    names = listed(name_of(g.item, language) for g in [*never, *resting][:_MOST])
    return say(language, "unworn.items", items=names) if names else say(language, "unworn.none")


def _duplicates(garments: Sequence[Garment], language: LanguageCode) -> str:
    """Return groups of the same kind and colour."""
    groups: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for garment in garments:
        groups[garment.kind, garment.colour].append(name_of(garment.item, language))
    double = [" + ".join(names) for names in groups.values() if len(names) > 1]
    return say(language, "duplicate.items", items=listed(double)) if double else say(language, "duplicate.none")
