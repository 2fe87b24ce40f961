"""Outfits from a wardrobe: items that go together, with a score whose parts can be explained."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Final

import msgspec

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.platform.colour.harmony import harmony

from .fitness import LEAST, MESSY, SOBER, OutfitRequirements, fitness, is_washable
from .garments import Garment
from .kept_items import WITH_BLOUSE, choices_of, goes_with, is_fixed_addition, keeping

_TOP_BOTTOM: Final[dict[tuple[str, str], float]] = {
    **{("kurta", bottom): fit for bottom, fit in (("pyjama", 1.0), ("veshti", 0.9), ("palazzo", 0.95), ("leggings", 1.0), ("jeans", 0.7), ("trousers", 0.45), ("skirt", 0.5), ("shorts", 0.0))},
    **{("shirt", bottom): fit for bottom, fit in (("trousers", 1.0), ("jeans", 0.9), ("veshti", 0.95), ("skirt", 0.8), ("palazzo", 0.7), ("shorts", 0.7), ("pyjama", 0.2), ("leggings", 0.3))},
    **{("tshirt", bottom): fit for bottom, fit in (("jeans", 1.0), ("shorts", 0.95), ("trousers", 0.7), ("skirt", 0.8), ("leggings", 0.7), ("palazzo", 0.7), ("pyjama", 0.4), ("veshti", 0.2))},
    **{("top", bottom): fit for bottom, fit in (("jeans", 1.0), ("trousers", 0.9), ("skirt", 1.0), ("palazzo", 0.9), ("shorts", 0.8), ("leggings", 0.6))},
}  # fmt: skip
_SHOES: Final[dict[str, dict[str, float]]] = {
    "juttis": {"ethnic": 1.0, "festive": 1.0, "bridal": 1.0, "casual": 0.3, "smart": 0.2},
    "sandals": {"ethnic": 0.85, "casual": 0.8, "beach": 1.0, "smart": 0.5, "festive": 0.45, "sport": 0.2},
    "sneakers": {"casual": 1.0, "sport": 1.0, "smart": 0.7, "beach": 0.6, "ethnic": 0.2, "office": 0.15},
    "heels": {"office": 0.9, "party": 1.0, "smart": 0.8, "festive": 0.85, "bridal": 0.7, "ethnic": 0.5},
    "formal_shoes": {"office": 1.0, "smart": 0.85, "party": 0.8, "festive": 0.3, "ethnic": 0.25},
    "boots": {"casual": 0.9, "smart": 0.8, "sport": 0.5},
    "shoes": {"casual": 0.8, "smart": 0.8, "office": 0.7, "party": 0.7, "ethnic": 0.4, "festive": 0.4, "sport": 0.5},
}
_MOST: Final = 7
MAIN: Final = frozenset({"top", "bottom", "onepiece"})
"""The roles of what carries an outfit."""


class Outfit(msgspec.Struct, frozen=True, kw_only=True):
    """Items worn together, their score 0-1 and its parts, and the roles that nothing in the wardrobe fills."""

    garments: tuple[Garment, ...]
    score: float
    parts: dict[str, float]
    missing: tuple[str, ...]


def compose(garments: Sequence[Garment], wish: OutfitRequirements, most: int = 2) -> list[Outfit]:
    """Return the best outfits, distinct in what carries them. Empty when nothing can carry one."""
    fits = {garment.item.id: fitness(garment, wish) for garment in garments}
    roles: dict[str, list[Garment]] = {}
    for garment in sorted(garments, key=lambda g: (-fits[g.item.id], g.item.name or "", g.item.id)):
        if fits[garment.item.id] >= LEAST and len(roles.setdefault(garment.role, [])) < _MOST:
            roles[garment.role].append(garment)
    result = sorted(
        (_finish(core, each, fits, wish) for each in choices_of(roles, garments, wish) for core in _cores(each)),
        key=lambda o: (-o.score, [g.item.id for g in o.garments]),
    )
    result = keeping(result, wish)
    result = [outfit for outfit in result if not is_seen(outfit, wish)] or result
    if "funeral" in wish.occasions:
        result = [outfit for outfit in result if _is_sober(outfit)] or result
    if MESSY & set(wish.occasions):
        result = [o for o in result if all(is_washable(g) for g in o.garments if g.role in MAIN)] or result
    result = _with_named(result, wish)
    chosen: list[Outfit] = []
    for outfit in result:
        if len(chosen) < most and (
            not chosen or (outfit.score >= 0.62 * chosen[0].score + 0.1 and _is_distinct(outfit, chosen, wish))
        ):
            chosen.append(outfit)
    return chosen


def _cores(roles: dict[str, list[Garment]]) -> Iterator[tuple[Garment, ...]]:
    """Yield what can carry an outfit: one item, or a top with a bottom; a lone top or bottom only when there is no better."""
    whole = False
    for one in roles.get("onepiece", []):
        if one.kind == "lehenga" or one.kind in (
            "saree",
            "gown",
            "dress",
            "sherwani",
            "salwar",
            "anarkali",
            "sharara",
            "coord",
        ):
            whole = True
            yield (one,)
    for top, bottom in product(roles.get("top", []), roles.get("bottom", [])):
        if _pairing(top, bottom) >= 0.3:
            whole = True
            yield (top, bottom)
    if not whole:
        yield from ((one,) for role in ("top", "bottom") for one in roles.get(role, [])[:3])


def _pairing(top: Garment, bottom: Garment) -> float:
    kind = {"kurti": "kurta", "blouse": "top", "hoodie": "tshirt", "sweater": "shirt"}.get(top.kind, top.kind)
    below = "trousers" if bottom.kind == "suit" else bottom.kind
    fit = _TOP_BOTTOM.get((kind, below), 0.5)
    if {top.style, bottom.style} == {"sport", "office"} or (
        "beach" in (top.style, bottom.style) and "office" in (top.style, bottom.style)
    ):
        return 0.1
    return fit


def _finish(
    core: tuple[Garment, ...], roles: dict[str, list[Garment]], fits: dict[str, float], wish: OutfitRequirements
) -> Outfit:
    """Add shoes, a layer and small things to what carries the outfit, and score it."""
    chosen = list(core)
    extra = () if any(g.role == "top" for g in core) or core[0].kind not in WITH_BLOUSE else ("blouse",)
    for role in (*extra, "shoes", "layer", "outer", "dupatta", "bag", "accessory"):
        best = _best_addition(role, chosen, roles.get(role, []), fits, wish)
        if best:
            chosen.append(best)
    chosen = _with_sets(chosen, roles)
    parts = _parts(chosen, core, fits, wish)
    missing = tuple(_missing(core, chosen, wish))
    score = sum(_WEIGHTS[name] * value for name, value in parts.items()) - 0.12 * len(
        [m for m in missing if m in ("bottom", "top")]
    )
    score -= _AGAINST_FIXED * (1 - min((goes_with(g, core) for g in chosen if is_fixed_addition(g, wish)), default=1.0))
    score += 0.06 * len([word for word in wish.garments if any(garment.is_of(word) for garment in chosen)])
    return Outfit(
        garments=tuple(chosen),
        score=round(min(max(score, 0.0), 1.0), 4),
        parts={k: round(v, 3) for k, v in parts.items()},
        missing=missing,
    )


def _best_addition(
    role: str, chosen: list[Garment], offered: list[Garment], fits: dict[str, float], wish: OutfitRequirements
) -> Garment | None:
    target = [one for one in offered if _is_called_for(role, one, chosen, wish)]
    if not target:
        return None
    best = max(
        target,
        key=lambda one: (
            _suits(one, chosen) * fits[one.item.id] * harmony([g.lab for g in (*chosen, one) if g.lab]),
            one.item.id,
        ),
    )
    is_fixed = any(best.item.id in ids for ids in wish.fixed)
    return best if is_fixed or _suits(best, chosen) * fits[best.item.id] >= 0.15 else None


def _is_called_for(role: str, one: Garment, chosen: list[Garment], wish: OutfitRequirements) -> bool:
    style = chosen[0].style
    if any(one.is_of(word) for word in wish.garments) or any(one.item.id in ids for ids in wish.fixed):
        return True
    if role == "shoes":
        return True
    if role == "outer":
        if "rain" in wish.weather:
            return one.keeps_rain_off
        return bool(wish.weather & {"cold", "snow"})
    if role == "layer":
        if wish.weather & {"cold", "snow"}:
            return one.is_warm or one.kind == "blazer"
        is_work = bool(set(wish.occasions) & {"interview", "meeting", "presentation", "court"})
        if one.kind in ("blazer", "waistcoat"):
            return is_work and "hot" not in wish.weather and style in ("office", "smart", "casual")
        return (
            one.kind == "nehru_jacket"
            and style in ("ethnic", "festive")
            and bool(set(wish.occasions) & {"wedding", "reception", "engagement", "diwali"})
        )
    if role == "dupatta":
        return chosen[0].kind in ("kurta", "kurti", "salwar", "anarkali") and bool(
            set(wish.occasions)
            & {
                "temple",
                "puja",
                "festival",
                "diwali",
                "wedding",
                "haldi",
                "mehendi",
                "sangeet",
                "engagement",
                "housewarming",
                "function",
                "eid",
            }
        )
    if role == "bag":
        return not set(wish.occasions) & {"gym", "trek"} and style not in ("bridal",)
    return False


def _suits(one: Garment, chosen: list[Garment]) -> float:
    """Return how well an addition goes with the style of what carries the outfit."""
    style = chosen[0].style
    if one.role == "shoes":
        if chosen[-1].kind in ("veshti", "pyjama") or (chosen[0].is_ethnic and style not in ("sport", "beach")):
            style = style if style in ("festive", "bridal") else "ethnic"
        return _SHOES.get(one.kind, {}).get(style, 0.05)
    if one.kind == "blazer":
        return {"office": 1.0, "smart": 0.9, "casual": 0.6, "party": 0.6}.get(style, 0.2)
    return 0.9


def _with_sets(chosen: list[Garment], roles: dict[str, list[Garment]]) -> list[Garment]:
    """Keep sets together: what belongs to a chosen item of a set is worn with it."""
    sets = {g.item.set_id for g in chosen if g.item.set_id}
    partners = [
        g for listed in roles.values() for g in listed if g.item.set_id in sets and g not in chosen and g.item.set_id
    ]
    held = {g.role for g in partners}
    return [g for g in chosen if g.role not in held or g.item.set_id in sets] + partners


_AGAINST_FIXED: Final = 0.3
"""The score lost where nothing goes with a layer or dupatta that is to be worn."""
_WEIGHTS: Final = {
    "occasion": 0.5,
    "colour": 0.18,
    "pairing": 0.16,
    "pattern": 0.05,
    "recency": 0.05,
    "shape": 0.02,
    "whole": 0.04,
}


def _parts(
    chosen: Sequence[Garment], core: tuple[Garment, ...], fits: dict[str, float], wish: OutfitRequirements
) -> dict[str, float]:
    """Return the parts of the score, each 0-1."""
    mains = [fits[g.item.id] for g in core]
    pairs = [_pairing(core[0], core[1])] if len(core) == 2 else [1.0]
    pairs += [_suits(g, list(core)) for g in chosen if g.role == "shoes"]
    patterned = sum(g.is_patterned for g in chosen if g.role not in ("shoes", "bag"))
    return {
        "occasion": sum(mains) / len(mains) if min(mains) > 0.3 else min(mains),
        "colour": harmony([g.lab for g in chosen if g.lab and g.role != "bag"]),
        "pairing": sum(pairs) / len(pairs),
        "pattern": 1.0 if patterned <= 1 else 0.4,
        "recency": _rested(chosen, wish.now),
        "shape": _shape(core, wish.body_shape),
        "whole": 1.0 if any(g.role == "shoes" for g in chosen) else 0.5,
    }


def _rested(chosen: Sequence[Garment], now: datetime | None) -> float:
    """Return 1 for items not worn for a month, less for those worn lately."""
    if now is None:
        return 1.0
    days = [(now - g.item.last_worn_at) / timedelta(days=30) for g in chosen if g.item.last_worn_at]
    return min(1.0, max(0.0, min(days, default=1.0)))


def _shape(core: tuple[Garment, ...], shape: BodyShape | None) -> float:
    """Prefer, very slightly, what balances the figure of the profile; never said, see `rules` for what is asked."""
    kinds = {g.kind for g in core}
    liked = {
        BodyShape.PEAR: {"anarkali", "kurta", "palazzo", "saree"},
        BodyShape.APPLE: {"kurta", "kurti", "anarkali", "trousers"},
        BodyShape.INVERTED_TRIANGLE: {"palazzo", "skirt", "lehenga"},
        BodyShape.HOURGLASS: {"saree", "dress", "lehenga"},
        BodyShape.RECTANGLE: {"skirt", "anarkali", "lehenga", "kurta"},
    }
    return 1.0 if shape is None or kinds & liked[shape] else 0.6


def _missing(core: tuple[Garment, ...], chosen: Sequence[Garment], wish: OutfitRequirements) -> Iterator[str]:
    roles = {g.role for g in chosen}
    if core[0].role == "top" and "bottom" not in roles:
        yield "bottom"
    if core[0].role == "bottom" and "top" not in roles:
        yield "top"
    if "shoes" not in roles:
        yield "shoes"
    if "rain" in wish.weather and "outer" not in roles:
        yield "raincoat"
    if wish.weather & {"cold", "snow"} and not any(g.is_warm and g.fabrics & {"wool"} for g in chosen):
        yield "warm"


def is_seen(outfit: Outfit, wish: OutfitRequirements) -> bool:
    """Return True when all that carries the outfit was proposed before."""
    return {g.item.id for g in outfit.garments if g.role in MAIN} <= wish.seen


def _with_named(outfits: list[Outfit], wish: OutfitRequirements) -> list[Outfit]:
    """Keep the outfits that wear the most of what was named: what goes with a saree is worn with it."""
    worn = [
        sum(any(g.is_of(word) for g in outfit.garments if g.role in MAIN) for word in wish.garments)
        for outfit in outfits
    ]
    return [outfit for outfit, count in zip(outfits, worn, strict=True) if count == max(worn)]


def _is_sober(outfit: Outfit) -> bool:
    """Return True when what carries the outfit is of quiet colours, or of none that is known."""
    mains = [g.colour for g in outfit.garments if g.role in MAIN]
    return all(colour is None or colour in SOBER or colour == "blue" for colour in mains)


def _is_distinct(outfit: Outfit, others: Sequence[Outfit], wish: OutfitRequirements) -> bool:
    """Return True when another item carries the outfit, or others of what was asked for stand in it."""
    worn = {g.item.id for other in others for g in other.garments}
    mains = [g.item.id for g in outfit.garments if g.role in MAIN]
    asked = [g.item.id for g in outfit.garments if any(g.is_of(kind) for kind in wish.asked)]
    varying = [g for g in mains if not any(g in ids for ids in wish.fixed)] if wish.fixed else mains[:1]
    return worn.isdisjoint(asked or varying or mains)
