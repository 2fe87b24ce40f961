"""Keep the fixed pieces of a wish in its outfits, and choose for them what is asked for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from .fitness import OutfitRequirements, may_be_worn
from .garments import Garment

if TYPE_CHECKING:
    from .outfits import Outfit

WITH_BLOUSE: Final = frozenset({"saree", "lehenga"})
"""What a blouse is worn with, though it carries an outfit alone."""
_WITH_DUPATTA: Final = frozenset({"kurta", "kurti", "salwar", "anarkali", "lehenga", "sharara"})
_MOST_ASKED: Final = 3

Roles = dict[str, list[Garment]]


def choices_of(roles: Roles, garments: Sequence[Garment], wish: OutfitRequirements) -> Iterator[Roles]:
    """Yield what there is for each role: fixed pieces alone, and one after the other what was asked for."""
    roles = dict(roles)
    fixed = [[g for g in garments if g.item.id in ids and may_be_worn(g, wish)] for ids in wish.fixed]
    for kept in fixed:
        for role in {garment.role for garment in kept}:
            roles[role] = [garment for garment in kept if garment.role == role]
    held = {garment.role for kept in fixed for garment in kept}
    if "onepiece" in held:
        roles["top"] = roles["bottom"] = []
    elif held & {"top", "bottom"}:
        roles["onepiece"] = []
    asked = _asked(roles, garments, wish, held)
    for number in range(max([1, *(len(listed) for listed in asked.values())])):
        yield roles | {role: [listed[min(number, len(listed) - 1)]] for role, listed in asked.items()}


def _asked(roles: Roles, garments: Sequence[Garment], wish: OutfitRequirements, held: set[str]) -> Roles:
    """Return the pieces of what was asked for, by role, those first that fit best."""
    asked: Roles = {}
    for kind in wish.asked:
        owned = [g for g in garments if g.is_of(kind) and may_be_worn(g, wish)]
        best = [g for listed in roles.values() for g in listed if g in owned]
        for garment in (*best, *owned):
            is_blouse = garment.kind == "blouse" and "onepiece" in held
            role = "blouse" if is_blouse else garment.role
            listed = asked.setdefault(role, [])
            if role not in held and garment not in listed and len(listed) < _MOST_ASKED:
                listed.append(garment)
    return {role: listed for role, listed in asked.items() if listed and wish.fixed}


def keeping(outfits: list["Outfit"], wish: OutfitRequirements) -> list["Outfit"]:
    """Return the outfits that have the most of the fixed pieces, and of what is asked for."""

    def kept(outfit: "Outfit") -> tuple[int, int]:
        held = sum(any(g.item.id in ids for g in outfit.garments) for ids in wish.fixed)
        return held, sum(any(g.is_of(kind) for g in outfit.garments) for kind in wish.asked)

    counts = [kept(outfit) for outfit in outfits]
    most = max(counts, default=(0, 0))
    return [outfit for outfit, count in zip(outfits, counts, strict=True) if count == most]


def is_fixed_addition(garment: Garment, wish: OutfitRequirements) -> bool:
    """Return True for a fixed layer, coat or dupatta, which carries no outfit."""
    return garment.role in ("layer", "outer", "dupatta") and any(garment.item.id in ids for ids in wish.fixed)


def goes_with(garment: Garment, core: Sequence[Garment]) -> float:
    """Return how well what carries an outfit goes with a fixed layer or dupatta, 0-1."""
    style = core[0].style
    if garment.kind == "dupatta":
        return 1.0 if core[0].kind in _WITH_DUPATTA else 0.5 if core[0].is_ethnic else 0.1
    if garment.kind in ("blazer", "waistcoat"):
        return min({"office": 1.0, "smart": 0.9, "casual": 0.5, "party": 0.5}.get(one.style, 0.1) for one in core)
    if garment.kind == "nehru_jacket":
        return 1.0 if core[0].is_ethnic else 0.5
    return 0.3 if style in ("bridal", "festive") and garment.style in ("casual", "sport", "office") else 0.9
