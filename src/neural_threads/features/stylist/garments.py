"""Read a wardrobe item's garment, style, fabric and colour from its name, category and colour."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.wardrobe.shapes import WardrobeCategory
from neural_threads.platform.colour.oklab import Lab, oklab_of
from neural_threads.platform.colour.palette import PALETTE, swatch_of
from neural_threads.platform.folding import words_of

from .lexicon import index, words_set
from .shapes import OwnedItem

ETHNIC: Final = frozenset(
    {
        "saree",
        "lehenga",
        "kurta",
        "kurti",
        "salwar",
        "anarkali",
        "sharara",
        "veshti",
        "pyjama",
        "sherwani",
        "nehru_jacket",
        "juttis",
        "dupatta",
        "palazzo",
        "blouse",
    }
)
ONE_PIECE: Final = frozenset(
    {"saree", "lehenga", "salwar", "anarkali", "sharara", "gown", "dress", "sherwani", "coord"}
)
BOTTOMS: Final = frozenset({"trousers", "jeans", "shorts", "leggings", "palazzo", "pyjama", "veshti", "skirt", "suit"})
TOPS: Final = frozenset({"shirt", "tshirt", "top", "kurta", "kurti", "blouse", "hoodie", "sweater"})
LAYERS: Final = frozenset({"blazer", "jacket", "nehru_jacket", "waistcoat", "hoodie", "sweater"})
OUTER: Final = frozenset({"coat", "raincoat"})
FOOTWEAR: Final = frozenset({"shoes", "heels", "sneakers", "sandals", "juttis", "formal_shoes", "boots"})
GROUPS: Final[dict[str, frozenset[str]]] = {
    "shoes": FOOTWEAR,
    "tops": TOPS,
    "bottoms": BOTTOMS,
    "outerwear": LAYERS | OUTER,
    "ethnic": ETHNIC,
    "western": frozenset(
        {"gown", "dress", "shirt", "tshirt", "top", "jeans", "shorts", "trousers", "skirt", "suit", "blazer", "jacket"}
    ),
    "accessories": frozenset({"dupatta", "stole", "jewellery", "watch", "belt", "tie", "cap", "sunglasses"}),
    "coat": frozenset({"coat", "raincoat"}),
    "jacket": frozenset({"jacket", "blazer", "nehru_jacket", "raincoat"}),
    "formals": frozenset({"blazer", "suit", "waistcoat", "formal_shoes"}),
    "suit": frozenset({"suit", "blazer"}),
    "kurta": frozenset({"kurta", "kurti"}),
    "kurti": frozenset({"kurti", "kurta"}),
    "top": frozenset({"top", "tshirt", "blouse", "shirt", "kurti"}),
    "dress": frozenset({"dress", "gown"}),
    "gown": frozenset({"gown"}),
    "stole": frozenset({"stole", "dupatta"}),
}
"""Garments that a word means when somebody asks for what they have; others mean themselves."""

_PLACES: Final = (TOPS | ONE_PIECE, BOTTOMS | ONE_PIECE, LAYERS | OUTER, FOOTWEAR)
_ROLE: Final = {
    WardrobeCategory.UPPERWEAR: "top", WardrobeCategory.BOTTOMWEAR: "bottom", WardrobeCategory.DRESS: "onepiece", WardrobeCategory.JACKET: "layer",
    WardrobeCategory.OUTERWEAR: "outer", WardrobeCategory.SHOES: "shoes", WardrobeCategory.BAG: "bag", WardrobeCategory.ACCESSORIES: "accessory",
}  # fmt: skip
_FALLBACK: Final = {
    WardrobeCategory.UPPERWEAR: "top", WardrobeCategory.BOTTOMWEAR: "trousers", WardrobeCategory.DRESS: "dress", WardrobeCategory.JACKET: "jacket",
    WardrobeCategory.OUTERWEAR: "coat", WardrobeCategory.SHOES: "shoes", WardrobeCategory.BAG: "bag", WardrobeCategory.ACCESSORIES: "jewellery",
}  # fmt: skip
_WITHIN: Final[dict[WardrobeCategory, frozenset[str]]] = {
    WardrobeCategory.UPPERWEAR: TOPS | {"waistcoat"},
    WardrobeCategory.BOTTOMWEAR: BOTTOMS,
    WardrobeCategory.DRESS: ONE_PIECE | {"kurta", "kurti", "suit"},
    WardrobeCategory.JACKET: LAYERS | {"coat", "raincoat", "suit", "stole"},
    WardrobeCategory.OUTERWEAR: LAYERS | OUTER | {"stole"},
    WardrobeCategory.SHOES: FOOTWEAR,
    WardrobeCategory.BAG: frozenset({"bag"}),
    WardrobeCategory.ACCESSORIES: GROUPS["accessories"],
}
_STYLE_OF: Final = {
    PortfolioCategory.BRIDAL: "bridal", PortfolioCategory.FORMAL: "office", PortfolioCategory.ETHNIC: "ethnic", PortfolioCategory.CASUAL: "casual",
    PortfolioCategory.WESTERN: "smart", PortfolioCategory.FUSION: "ethnic", PortfolioCategory.CUSTOM: "smart",
}  # fmt: skip
_RICH: Final = frozenset({"silk", "velvet", "embroidered", "net", "satin"})
_SPORT: Final = words_set(
    "gym sport sports track running yoga athletic football cricket jersey activewear workout training"
)
_BEACH: Final = words_set("beach hawaiian tropical swim swimming floral-beach resort vacation")
_WORN_OUT: Final = words_set("torn ripped distressed old faded frayed tattered worn")
_OFFICE: Final = words_set("formal office business work oxford tailored pinstripe pinstripes crisp pencil")
_PARTY: Final = words_set("party cocktail sequin sequined evening bodycon shimmer glitter gown backless club")
_PATTERNS: Final = words_set(
    "floral printed print striped stripes checked checks checkered plaid polka paisley bandhani ikat leheriya block patterned animal leopard camo madras ajrakh graphic"
)
_RAIN: Final = words_set("rain raincoat trench waterproof windcheater windbreaker poncho umbrella")


_FAMILIES: Final = (
    {"white", "ivory", "cream"}, {"grey", "charcoal"}, {"red", "maroon"}, {"blue", "navy", "teal"}, {"yellow", "mustard", "gold"}, {"green", "olive"},
    {"brown", "beige"},
)  # fmt: skip


def replaces(one: str, other: str) -> bool:
    """Return True for two kinds that are worn instead of each other: a shirt and a kurta, a dress and trousers; not saree and blouse."""
    if {one, other} == {"saree", "blouse"}:
        return False
    return any(one in places and other in places for places in _PLACES)


def is_near_colour(colour: str | None, target: Iterable[str]) -> bool:
    """Return True for one of the colours or a neighbour of it: maroon is near red."""
    wanted = set(target)
    return colour in wanted or any(colour in family and wanted & family for family in _FAMILIES)


def category_of(kind: str) -> WardrobeCategory | None:
    """Return the category under which a kind of garment is kept; None for a word that means several kinds."""
    return next((category for category, kinds in _WITHIN.items() if kind in kinds), None)


class Garment(msgspec.Struct, frozen=True, kw_only=True):
    """An item with what its words tell. `style`: sport, beach, casual, smart, office, ethnic, festive, bridal or party."""

    item: OwnedItem
    kind: str
    role: str
    style: str
    fabrics: frozenset[str]
    colour: str | None
    lab: Lab | None
    is_patterned: bool
    is_worn_out: bool
    keeps_rain_off: bool
    is_warm: bool

    @property
    def is_ethnic(self) -> bool:
        return self.kind in ETHNIC or self.style in ("ethnic", "festive", "bridal")

    def is_of(self, word: str) -> bool:
        """Return True when a garment word means this item: "footwear" means juttis too."""
        if word == "ethnic":
            return self.is_ethnic
        if word == "sports":
            return self.style == "sport"
        if word == "formals":
            return self.style == "office" or self.kind in GROUPS["formals"]
        if word == "bag":
            return self.role == "bag"
        return self.kind == word or self.kind in GROUPS.get(word, ())


@lru_cache(maxsize=2048)
def garment_of(item: OwnedItem) -> Garment:
    """Return what the item is."""
    text = " ".join(filter(None, (item.name, item.brand and "")))
    kinds, fabrics, colours = _read(text)
    words = set(words_of(text))
    kind = _kind_of(item, kinds, words)
    named = item.color or (item.colors[0] if item.colors else None) or (colours[0] if colours else None)
    return Garment(
        item=item,
        kind=kind,
        role=_role_of(item, kind),
        style=_style_of(item, kind, frozenset(fabrics), words),
        fabrics=frozenset(fabrics),
        colour=_family(named) or (colours[0] if colours else None),
        lab=_lab(named) or _lab(colours[0] if colours else None),
        is_patterned=bool(words & _PATTERNS),
        is_worn_out=bool(words & _WORN_OUT),
        keeps_rain_off=bool(words & _RAIN) or kind == "raincoat",
        is_warm=kind in ("sweater", "hoodie", "jacket", "coat") or bool(set(fabrics) & {"wool"}) or "puffer" in words,
    )


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the garments, fabrics and colours that a name says, in their order."""
    words = words_of(text)
    result = index().find(words, language=index().language_of(words))
    return tuple([match.value for match in result if match.kind == kind] for kind in ("garments", "fabrics", "colours"))  # type: ignore[return-value]


def _kind_of(item: OwnedItem, kinds: Iterable[str], words: set[str]) -> str:
    """The last garment word that fits the category decides: in "blazer dress" the dress."""
    fitting = [kind for kind in kinds if kind in _WITHIN[item.category]]
    if fitting:
        kind = fitting[-1]
        return "formal_shoes" if kind == "shoes" and words & _OFFICE else kind
    return _FALLBACK[item.category]


def _role_of(item: OwnedItem, kind: str) -> str:
    if kind in ("dupatta", "stole"):
        return "dupatta"
    if kind in ("kurta", "kurti") and item.category is WardrobeCategory.DRESS:
        return "top"
    if kind == "raincoat":
        return "outer"
    return _ROLE[item.category]


def _style_of(item: OwnedItem, kind: str, fabrics: frozenset[str], words: set[str]) -> str:
    if words & _SPORT:
        return "sport"
    if words & _BEACH:
        return "beach"
    sub = item.subcategory
    if kind in ("lehenga", "sherwani") and (
        sub is PortfolioCategory.BRIDAL or "velvet" in fabrics or "bridal" in words
    ):
        return "bridal"
    if sub is PortfolioCategory.BRIDAL and kind in ETHNIC | {"gown"}:
        return "bridal"
    if kind in ETHNIC or sub is PortfolioCategory.ETHNIC:
        return _ethnic_style(kind, fabrics, sub)
    if words & _PARTY or kind == "gown" or "sequin" in words:
        return "party"
    if kind in ("tshirt", "jeans", "shorts", "sneakers", "hoodie", "leggings"):
        return "casual"
    if words & _OFFICE or kind in ("blazer", "suit", "formal_shoes", "waistcoat") or sub is PortfolioCategory.FORMAL:
        return "office"
    if kind == "shirt":
        return "smart"
    if kind == "dress" and sub is PortfolioCategory.WESTERN:
        return "casual" if words & {"summer", "floral", "day", "sun"} else "smart"
    return _STYLE_OF[sub] if sub else {"heels": "party", "trousers": "smart", "skirt": "smart"}.get(kind, "casual")


def _ethnic_style(kind: str, fabrics: frozenset[str], sub: PortfolioCategory | None) -> str:
    if kind in ("lehenga", "sharara", "anarkali", "sherwani") or (fabrics & _RICH and kind != "blouse"):
        return "ethnic" if kind == "veshti" else "festive"
    if kind == "saree":
        return "ethnic" if fabrics & {"cotton", "linen"} else "festive"
    if kind == "blouse" and sub is PortfolioCategory.FORMAL:
        return "smart"
    return "ethnic"


@lru_cache(maxsize=1024)
def _family(name: str | None) -> str | None:
    """Return our colour word for any name of a colour: "sky blue" is blue, "rani" is pink."""
    if not name:
        return None
    words = words_of(name)
    result = [match.value for match in index().find(words, language="en") if match.kind == "colours"]
    return result[-1] if result else None


@lru_cache(maxsize=1024)
def _lab(name: str | None) -> Lab | None:
    if not name:
        return None
    swatch = swatch_of(name) or (PALETTE[family][0] if (family := _family(name)) and family in PALETTE else None)
    return oklab_of(swatch) if swatch else None
