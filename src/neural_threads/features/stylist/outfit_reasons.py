"""The "why" of an outfit: reasons that its card does not show, each only where it is true of these very items."""

from itertools import combinations
from typing import Final

from neural_threads.platform.colour.harmony import NEUTRAL, oklch

from .fitness import LIKED, MESSY, SOBER, OutfitRequirements, is_washable
from .garments import Garment
from .outfits import MAIN, Outfit
from .phrases import say, value_name
from .shapes import LanguageCode

_MOST: Final = 3
_FITS, _HARDLY_FITS = 0.7, 0.5
"""From which share of fitness on a reason speaks of the occasion; below which it is said that nothing comes closer."""
_CALM: Final = frozenset({"white", "ivory", "cream", "beige", "grey", "charcoal", "black"})
"""Colours that draw no eye, whatever their chroma in the palette."""
_NEAR, _FAR = 40, 130
"""Degrees of hue: neighbours lie within the first, opposites beyond the second."""
_FOR: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "work": (
        frozenset({"interview", "office", "meeting", "presentation", "court"}),
        frozenset({"office", "smart", "ethnic"}),
    ),
    "ritual": (
        frozenset({"temple", "puja", "housewarming", "naming", "baby_shower", "onam", "in_laws"}),
        frozenset({"ethnic", "festive"}),
    ),
    "feast": (
        frozenset(
            {"wedding", "reception", "engagement", "sangeet", "festival", "diwali", "eid", "mehendi", "function"}
        ),
        frozenset({"ethnic", "festive"}),
    ),
    "evening": (
        frozenset({"party", "date", "dinner", "birthday", "christmas", "anniversary", "cocktail"}),
        frozenset({"party", "smart", "festive"}),
    ),
    "leisure": (
        frozenset({"movie", "casual", "travel", "college"}),
        frozenset({"casual", "smart"}),
    ),
    "active": (frozenset({"gym", "trek"}), frozenset({"sport", "casual"})),
}
"""Reasons by occasion, and the styles of which they are true."""


def why(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode, *, is_first: bool = True) -> str:
    """Return the reasons that count most, as sentences. What the first outfit said of the occasion is not said again."""
    occasion = _of_occasion(outfit, wish, language)
    before, behind = _of_custom(outfit, wish, language), _of_weather(outfit, wish, language)
    behind += [*_of_colours(outfit, language), *_of_history(outfit, language)]
    reasons = [*before, *(occasion if is_first or not (before or behind) else []), *behind]
    if not reasons:
        return say(language, "why.any" if len(outfit.garments) > 1 else "why.alone")
    return " ".join(reasons[:_MOST])


def _mains(outfit: Outfit) -> list[Garment]:
    return [garment for garment in outfit.garments if garment.role in MAIN]


def _of_custom(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode) -> list[str]:
    """Return that a colour is liked at the occasion, and that what gets dirty there can be washed."""
    liked = {colour for occasion in wish.occasions for colour in LIKED.get(occasion, ())}
    colour = next((one.colour for one in _mains(outfit) if one.colour in liked), None)
    reasons = []
    if colour and "funeral" not in wish.occasions:
        reasons.append(say(language, "why.custom", colour=value_name(language, "colour", colour)))
    if MESSY & set(wish.occasions) and all(is_washable(garment) for garment in _mains(outfit)):
        reasons.append(say(language, "why.washable"))
    return reasons


def _of_occasion(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode) -> list[str]:
    occasions = set(wish.occasions)
    if not occasions:
        return []
    if outfit.parts["occasion"] < _HARDLY_FITS:
        return [say(language, "why.nearest")]
    mains = _mains(outfit)
    if "funeral" in occasions:
        is_quiet = all(garment.colour in SOBER for garment in mains)
        return [say(language, "why.mourning")] if is_quiet else []
    if wish.is_own and any(garment.style in ("bridal", "festive") for garment in mains):
        return [say(language, "why.own")]
    return [
        say(language, f"why.{name}")
        for name, (places, styles) in _FOR.items()
        if wish.occasions[0] in places
        and outfit.parts["occasion"] >= _FITS
        and all(garment.style in styles for garment in mains)
        and (name != "ritual" or all(garment.is_ethnic for garment in mains))
    ]


def _of_weather(outfit: Outfit, wish: OutfitRequirements, language: LanguageCode) -> list[str]:
    if "rain" in wish.weather and any(garment.keeps_rain_off for garment in outfit.garments):
        return [say(language, "why.rain")]
    if wish.weather & {"cold", "snow"} and any(garment.role in ("layer", "outer") for garment in outfit.garments):
        return [say(language, "why.cold")]
    if "hot" in wish.weather and any(garment.fabrics & {"cotton", "linen"} for garment in outfit.garments):
        return [say(language, "why.hot")]
    return []


def _of_colours(outfit: Outfit, language: LanguageCode) -> list[str]:
    """Return how two colours of the outfit are to each other: what carries it first, the bag not at all."""
    seen: dict[str, Garment] = {}
    for garment in sorted(outfit.garments, key=lambda one: one.role not in MAIN):
        if garment.lab and garment.colour and garment.role != "bag":
            seen.setdefault(garment.colour, garment)
    if len(seen) < 2:
        return []
    chroma = {colour: oklch(garment.lab)[1] for colour, garment in seen.items() if garment.lab}
    calm = {colour for colour in seen if colour in _CALM or chroma[colour] < NEUTRAL}
    if len(calm) == len(seen):
        return [say(language, "why.neutral")]
    for one, other in combinations(seen, 2):
        quiet, strong = sorted((one, other), key=lambda colour: (colour not in calm, chroma[colour]))
        names = {"a": value_name(language, "colour", quiet), "b": value_name(language, "colour", strong)}
        if quiet in calm and strong not in calm:
            return [say(language, "why.accent", **names)]
        first, second = seen[one].lab, seen[other].lab
        if quiet in calm or first is None or second is None:
            continue
        apart = abs((oklch(first)[2] - oklch(second)[2] + 180) % 360 - 180)
        if apart <= _NEAR or apart >= _FAR:
            return [say(language, "why.neighbours" if apart <= _NEAR else "why.contrast", **names)]
    return []


def _of_history(outfit: Outfit, language: LanguageCode) -> list[str]:
    """Return what the wardrobe knows of these items: a set, one that waits to be worn, or a long rest."""
    sets = [garment.item.set_id for garment in outfit.garments if garment.item.set_id]
    if len(sets) > len(set(sets)):
        return [say(language, "why.set")]
    has_worn = any(garment.item.last_worn_at for garment in outfit.garments)
    fresh = next((one.item.name for one in _mains(outfit) if not one.item.last_worn_at and one.item.name), None)
    if has_worn and fresh:
        return [say(language, "why.unworn", item=fresh)]
    return [say(language, "why.rested")] if has_worn and outfit.parts["recency"] == 1.0 else []
