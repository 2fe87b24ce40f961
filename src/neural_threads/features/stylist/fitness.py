"""Fitness: how well one item suits an occasion, the weather and what was asked for."""

from datetime import datetime
from typing import Final

import msgspec

from neural_threads.features.accounts.enums import BodyShape

from .garments import Garment

_WORK = {"office": 1.0, "smart": 0.75, "ethnic": 0.6, "casual": 0.3, "festive": 0.12, "party": 0.12}
_RITUAL = {"ethnic": 1.0, "festive": 0.9, "smart": 0.5, "office": 0.35, "casual": 0.15, "bridal": 0.1, "party": 0.1}
_FEAST = {"festive": 1.0, "ethnic": 0.75, "bridal": 0.5, "party": 0.55, "office": 0.45, "smart": 0.4, "casual": 0.1}
_EVENING = {
    "party": 1.0,
    "smart": 0.9,
    "festive": 0.55,
    "casual": 0.55,
    "office": 0.55,
    "ethnic": 0.45,
    "bridal": 0.05,
    "beach": 0.1,
}
_LEISURE = {
    "casual": 1.0,
    "smart": 0.9,
    "ethnic": 0.7,
    "office": 0.35,
    "beach": 0.35,
    "sport": 0.35,
    "party": 0.3,
    "festive": 0.1,
}
_PROUD = {"festive": 0.9, "ethnic": 0.75, "smart": 0.8, "office": 0.85, "party": 0.7, "casual": 0.3, "bridal": 0.1}
FIT: Final[dict[str, dict[str, float]]] = {
    **dict.fromkeys(("interview", "office", "meeting", "presentation", "court"), _WORK),
    **dict.fromkeys(("temple", "puja", "housewarming", "naming", "baby_shower", "onam"), _RITUAL),
    **dict.fromkeys(
        ("festival", "diwali", "eid", "haldi", "mehendi", "function"), _RITUAL | {"festive": 1.0, "ethnic": 0.95}
    ),
    **dict.fromkeys(("wedding", "reception", "engagement", "sangeet", "performance"), _FEAST),
    **dict.fromkeys(("party", "date", "dinner", "birthday", "christmas", "anniversary"), _EVENING),
    "cocktail": _EVENING | {"casual": 0.2, "festive": 0.8, "office": 0.7},
    **dict.fromkeys(("movie", "casual", "travel", "photoshoot"), _LEISURE),
    "college": _LEISURE | {"ethnic": 0.85},
    **dict.fromkeys(("farewell", "convocation"), _PROUD),
    "in_laws": {"ethnic": 1.0, "smart": 0.75, "festive": 0.75, "office": 0.55, "casual": 0.45, "bridal": 0.05},
    "funeral": {"ethnic": 0.9, "smart": 0.9, "office": 0.7, "casual": 0.5},
    "holi": {"casual": 1.0, "ethnic": 0.8, "smart": 0.5, "sport": 0.5},
    "gym": {"sport": 1.0, "casual": 0.55},
    "trek": {"sport": 0.95, "casual": 0.85, "smart": 0.2, "beach": 0.1},
    "beach": {"beach": 1.0, "sport": 0.75, "casual": 0.7, "smart": 0.5, "ethnic": 0.15},
}
"""How well a style fits an occasion, 0-1; what is not named does not fit."""
FAMILY_FEASTS: Final = frozenset({"wedding", "reception", "engagement", "sangeet", "mehendi", "haldi", "birthday"})
"""Feasts of one family, to which it invites others."""
ANY_DAY: Final = {
    "smart": 1.0,
    "casual": 0.9,
    "ethnic": 0.85,
    "office": 0.75,
    "party": 0.4,
    "festive": 0.35,
    "beach": 0.15,
}

_ACTIVE: Final = frozenset({"gym", "trek"})
_MODEST: Final = frozenset(
    {
        "temple",
        "puja",
        "housewarming",
        "in_laws",
        "funeral",
        "naming",
        "court",
        "interview",
        "office",
        "meeting",
        "presentation",
        "convocation",
    }
)
SOBER: Final = frozenset(
    {"white", "ivory", "cream", "beige", "grey", "charcoal", "black", "navy", "brown", "pastel", "olive"}
)
LIKED: Final[dict[str, frozenset[str]]] = {
    "haldi": frozenset({"yellow", "mustard", "orange", "gold"}),
    "mehendi": frozenset({"green", "olive", "mustard", "yellow", "teal"}),
    "onam": frozenset({"white", "ivory", "cream", "gold"}),
    "funeral": SOBER,
    "christmas": frozenset({"red", "green", "white", "gold"}),
}
"""Colours that custom likes to see at an occasion."""
MESSY: Final = frozenset({"haldi", "holi"})
"""Occasions that leave stains: what has to be dry-cleaned stays at home."""
_DRY_CLEANED: Final = frozenset({"silk", "velvet", "net", "satin", "leather", "wool", "embroidered"})
LEAST: Final = 0.24
"""An item that fits the occasion less than this is never proposed."""
_FIXED: Final = 0.5
"""What others are to go with fits at least so well: it was named."""


class OutfitRequirements(msgspec.Struct, frozen=True, kw_only=True):
    """The requirements of an outfit, as values of the lexicon. `seen`: ids of items that were proposed before.

    `fixed`: of each of these sets of ids one item is in every outfit; `asked`: kinds of garments that are chosen
    for those; `refused`: ids of items that are in none.
    """

    occasions: tuple[str, ...] = ()
    weather: frozenset[str] = frozenset()
    garments: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    unwanted_colours: frozenset[str] = frozenset()
    unwanted_styles: frozenset[str] = frozenset()
    is_plain: bool = False
    is_grand: bool = False
    is_own: bool = False
    seen: frozenset[str] = frozenset()
    fixed: tuple[frozenset[str], ...] = ()
    asked: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    image_colours: tuple[str, ...] = ()
    body_shape: BodyShape | None = None
    now: datetime | None = None


def fitness(garment: Garment, wish: OutfitRequirements) -> float:
    """Return how well an item suits the occasions, weather and wishes, 0-1; 0 when it must not be proposed."""
    if not may_be_worn(garment, wish):
        return 0.0
    if any(garment.item.id in ids for ids in wish.fixed):
        return max(_FIXED, _fitness(garment, wish))
    return _fitness(garment, wish)


def may_be_worn(garment: Garment, wish: OutfitRequirements) -> bool:
    """Return False for what is at the tailor's or was refused."""
    return not garment.item.at_tailor and not _is_unwanted(garment, wish)


def _fitness(garment: Garment, wish: OutfitRequirements) -> float:
    tables = [FIT[occasion] for occasion in wish.occasions if occasion in FIT] or [ANY_DAY]
    fit = min(table.get(garment.style, 0.0) for table in tables)
    fit = _by_kind(garment, wish, fit)
    if wish.is_own and garment.style == "bridal":
        fit = 1.0
    if wish.is_plain and garment.style in ("bridal", "party"):
        fit *= 0.2
    if garment.style in wish.unwanted_styles:
        fit *= 0.4
    if wish.is_grand and garment.style in ("festive", "bridal"):
        fit = min(1.0, fit + 0.2)
    if garment.is_worn_out and not set(wish.occasions) <= {"beach", "casual", "gym", "holi"}:
        fit *= 0.2
    liked = [LIKED[occasion] for occasion in wish.occasions if occasion in LIKED]
    if liked and garment.colour and garment.role not in ("shoes", "bag"):
        fit = (
            min(1.0, fit + 0.15) if garment.colour in liked[0] else fit * (0.6 if "funeral" in wish.occasions else 0.9)
        )
    if any(garment.is_of(word) for word in wish.garments) and fit > 0.04:
        fit = min(1.0, fit + 0.35)
    if garment.colour in wish.colours:
        fit = min(1.0, fit + 0.2)
    if MESSY & set(wish.occasions) and garment.role in ("top", "bottom", "onepiece", "layer", "dupatta"):
        fit *= 1.0 if is_washable(garment) else 0.45
    return fit * _weather(garment, wish) * (0.55 if garment.item.id in wish.seen else 1.0)


def is_washable(garment: Garment) -> bool:
    """Return True for what can be washed at home, as far as its name tells."""
    return not garment.fabrics & _DRY_CLEANED and garment.style != "bridal"


def _is_unwanted(garment: Garment, wish: OutfitRequirements) -> bool:
    is_refused = garment.item.id in wish.refused or garment.colour in wish.unwanted_colours
    return is_refused or any(garment.is_of(word) for word in wish.unwanted)


def _by_kind(garment: Garment, wish: OutfitRequirements, fit: float) -> float:
    """Adjust for what a garment is, where its style alone says too little."""
    occasions = set(wish.occasions)
    if garment.role in ("outer", "bag") and garment.style not in ("sport", "beach"):
        return max(fit, 0.5)
    if (
        garment.role == "layer"
        and garment.kind in ("jacket", "hoodie", "sweater")
        and occasions <= {"travel", "college", "movie", "casual", "date", "trek"}
    ):
        return max(fit, 0.6)
    if garment.kind == "shorts" and occasions & (_MODEST | {"wedding", "reception", "dinner", "date", "party"}):
        return 0.0
    if garment.kind in ("dress", "gown") and occasions & (_MODEST - {"in_laws"}) and garment.style != "office":
        return fit * 0.4
    if garment.kind in ("dress", "gown", "saree", "lehenga", "anarkali", "palazzo", "skirt") and occasions & _ACTIVE:
        return 0.0
    if garment.role == "shoes" and occasions & _ACTIVE:
        return 1.0 if garment.kind in ("sneakers", "boots") else 0.0
    if garment.role == "shoes" and "beach" in occasions:
        return {"sandals": 1.0, "sneakers": 0.5}.get(garment.kind, 0.0)
    if garment.kind == "shorts" and occasions & {"beach", "gym", "trek"}:
        return max(fit, 0.85)
    if garment.kind == "jeans" and occasions & _ACTIVE:
        return 0.45 if "trek" in occasions else 0.15
    if garment.kind == "veshti" and occasions & {"onam", "temple", "puja", "wedding", "housewarming", "festival"}:
        return min(1.0, fit + 0.15)
    if (
        garment.kind == "lehenga"
        and garment.style == "bridal"
        and occasions & {"wedding", "sangeet", "engagement", "reception"}
    ):
        return max(fit, 0.62)
    if garment.kind == "nehru_jacket":
        return max(fit, 0.6) if occasions & {"wedding", "reception", "festival", "diwali", "office"} else fit
    return fit


def _weather(garment: Garment, wish: OutfitRequirements) -> float:
    if "rain" in wish.weather and garment.role not in ("outer", "layer"):
        if garment.fabrics & {"silk", "velvet", "leather", "net"} or garment.kind in ("lehenga", "juttis"):
            return 0.45
        return 0.8 if garment.kind in ("palazzo", "saree", "heels") else 1.0
    if "hot" in wish.weather:
        if garment.fabrics & {"velvet", "wool", "leather", "synthetic"} or garment.is_warm:
            return 0.4
        return 1.0 if garment.fabrics & {"cotton", "linen"} else 0.9
    if wish.weather & {"cold", "snow"} and (
        garment.kind in ("shorts", "sandals")
        or garment.style == "beach"
        or (garment.kind == "dress" and not garment.is_warm)
    ):
        return 0.15
    return 1.0
