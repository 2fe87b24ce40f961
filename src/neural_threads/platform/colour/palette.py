"""Colour families, and the swatches that are read from a garment. Plain Python: the server loads it."""

from enum import StrEnum
from functools import cache
from math import atan2, degrees, dist, hypot

import msgspec

from neural_threads.platform.colour.oklab import Lab, oklab_of
from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _

# Plain words have the values of CSS Color 4 where it names them, muted to what cloth can be; the dyes those of
# the demo's own shelf (demo/art/dyes.py); the others were set by eye between these, no two closer than the eye parts.
PALETTE: dict[str, tuple[str, LazyText]] = {
    # Undyed, and grey
    "white": ("#fafafa", _("white")),
    "ivory": ("#f6efe0", _("ivory")),
    "khadi": ("#ecdfc6", _("khadi")),
    "beige": ("#d9c4a0", _("beige")),
    "sand": ("#c9ad7f", _("sand")),
    "silver": ("#c4c6ca", _("silver")),
    "grey": ("#8a8c90", _("grey")),
    "slate": ("#4d5a6b", _("slate")),
    "charcoal": ("#3b3d42", _("charcoal")),
    "ink": ("#23212d", _("ink")),
    "black": ("#0c0c0e", _("black")),
    "ash": ("#a9a59c", _("ash")),
    "stone": ("#78756c", _("stone")),
    # Red
    "red": ("#d01f2b", _("red")),
    "scarlet": ("#e8361f", _("scarlet")),
    "sindoor": ("#c7301c", _("sindoor")),
    "crimson": ("#b01030", _("crimson")),
    "madder": ("#9c2436", _("madder")),
    "maroon": ("#7a1420", _("maroon")),
    "lac": ("#6c1530", _("lac")),
    "wine": ("#521a2b", _("wine")),
    "cherry": ("#8f0f2c", _("cherry")),
    # Pink
    "rani": ("#b8186f", _("rani pink")),
    "magenta": ("#d6329a", _("magenta")),
    "pink": ("#f08cb0", _("pink")),
    "gulabi": ("#eba9ae", _("gulabi")),
    "blush": ("#f3d0cc", _("blush")),
    "rose": ("#d9657f", _("rose")),
    "lotus": ("#e65a9f", _("lotus")),
    "coral": ("#f2705a", _("coral")),
    "salmon": ("#f0937a", _("salmon")),
    "peach": ("#f7bf9c", _("peach")),
    # Orange and yellow
    "orange": ("#f07a1c", _("orange")),
    "kesari": ("#f59321", _("kesari")),
    "marigold": ("#df9414", _("marigold")),
    "turmeric": ("#d9a520", _("turmeric")),
    "haldi": ("#eebf37", _("haldi")),
    "yellow": ("#f7d92e", _("yellow")),
    "basanti": ("#f9e36b", _("basanti")),
    "lemon": ("#f5f07a", _("lemon")),
    "cream": ("#fbf1bf", _("cream")),
    "gold": ("#bf913a", _("gold")),
    "mustard": ("#b8860b", _("mustard")),
    # Brown
    "rust": ("#a0401c", _("rust")),
    "geru": ("#b9552f", _("geru")),
    "terracotta": ("#c8694a", _("terracotta")),
    "copper": ("#a8683c", _("copper")),
    "camel": ("#b98a56", _("camel")),
    "tan": ("#8f6238", _("tan")),
    "katha": ("#7a3b24", _("katha")),
    "brown": ("#5c3a21", _("brown")),
    "coffee": ("#3f2a1d", _("coffee")),
    "sandalwood": ("#c9a184", _("sandalwood")),
    "taupe": ("#7d6a5c", _("taupe")),
    # Green
    "mehendi": ("#6b6b24", _("mehendi")),
    "olive": ("#4f5320", _("olive")),
    "parrot": ("#5fb233", _("parrot green")),
    "lime": ("#b5d334", _("lime")),
    "leaf": ("#3f8a3a", _("leaf green")),
    "green": ("#1f7a3d", _("green")),
    "neem": ("#20614a", _("neem")),
    "bottle": ("#0f3d2e", _("bottle green")),
    "emerald": ("#149a6a", _("emerald")),
    "mint": ("#a8e0c4", _("mint")),
    "pista": ("#b7cfa5", _("pista")),
    "sage": ("#8ea085", _("sage")),
    # Blue
    "peacock": ("#0f6270", _("peacock")),
    "teal": ("#12807d", _("teal")),
    "firozi": ("#2f9fae", _("firozi")),
    "turquoise": ("#40cfc6", _("turquoise")),
    "aqua": ("#a5dfe3", _("aqua")),
    "sky": ("#8cc4ec", _("sky blue")),
    "powder": ("#c3d4e6", _("powder blue")),
    "blue": ("#2a63c8", _("blue")),
    "denim": ("#4a6a96", _("denim")),
    "royal": ("#2038b0", _("royal blue")),
    "indigo": ("#2b3a80", _("indigo")),
    "navy": ("#141c46", _("navy")),
    # Purple
    "lavender": ("#c9bce8", _("lavender")),
    "violet": ("#7c4ac0", _("violet")),
    "purple": ("#6a2a8c", _("purple")),
    "jamun": ("#4b2360", _("jamun")),
    "mauve": ("#a986a8", _("mauve")),
    "onion": ("#b5708a", _("onion pink")),
}
GREY = 0.028
"""The chroma below which eyes see no hue; a grey is then called by its lightness alone."""


@cache
def _labs() -> list[tuple[str, Lab]]:
    return [(name, oklab_of(colour)) for name, (colour, _said) in PALETTE.items()]


def nearest_name(lab: Lab) -> str:
    """The name that comes nearest. Hue weighs twice as much as lightness: light and shadow on a cloth change that alone."""

    def far(named: tuple[str, Lab]) -> float:
        lightness, *hue = named[1]
        apart = dist(hue, lab[1:]) * 2
        seen_as_grey, is_grey = hypot(*lab[1:]) < GREY / 2, hypot(*hue) < GREY
        return hypot(lightness - lab[0], apart) + (0.05 if seen_as_grey and not is_grey else 0)

    return min(_labs(), key=far)[0]


def swatch_of(colour: str | None) -> str | None:
    """Return how a colour's name looks, as "#rrggbb"; of "dark rani pink" that of its last word that we know. None for others."""
    words = (colour or "").lower().split()
    for name in (" ".join(words), *(word.strip(",.;") for word in reversed(words))):
        if name in PALETTE:
            return PALETTE[name][0]
        if name in _ALSO:
            return PALETTE[_ALSO[name]][0]
    return None


_ALSO = {"gray": "grey", "saffron": "kesari", "off-white": "ivory", "burgundy": "wine", "ochre": "turmeric"}


def colour_label(colour: str) -> str:
    """A colour in the reader's language, if it is one of our names; else as it was typed."""
    known = PALETTE.get(colour.lower())
    return str(known[1]) if known else colour


def shades() -> list[str]:
    """All names in the reader's language, in the order of the shelf."""
    return list(dict.fromkeys(str(words) for _colour, words in PALETTE.values()))


def parse_colour(text: str) -> str:
    """A colour as it is kept: the name that `said` would say like this, else what was typed."""
    target = " ".join(text.split()).casefold()
    return next((name for name, (_hex, words) in PALETTE.items() if str(words).casefold() == target), text.strip())


NEUTRAL = 0.028
"""The OKLab chroma below which eyes see no hue."""


class ColorFamily(StrEnum):
    """A family of colours, as people search a wardrobe by: all reds, all blues."""

    WHITE = "WHITE"
    GREY = "GREY"
    BLACK = "BLACK"
    BROWN = "BROWN"
    RED = "RED"
    PINK = "PINK"
    ORANGE = "ORANGE"
    YELLOW = "YELLOW"
    GREEN = "GREEN"
    BLUE = "BLUE"
    PURPLE = "PURPLE"


_LABELS: dict[ColorFamily, LazyText] = {
    ColorFamily.WHITE: _("White and cream"),
    ColorFamily.GREY: _("Grey"),
    ColorFamily.BLACK: _("Black"),
    ColorFamily.BROWN: _("Brown and beige"),
    ColorFamily.RED: _("Red"),
    ColorFamily.PINK: _("Pink"),
    ColorFamily.ORANGE: _("Orange"),
    ColorFamily.YELLOW: _("Yellow"),
    ColorFamily.GREEN: _("Green"),
    ColorFamily.BLUE: _("Blue"),
    ColorFamily.PURPLE: _("Purple"),
}
SWATCHES: dict[ColorFamily, str] = {
    ColorFamily.WHITE: "#f6efe0",
    ColorFamily.GREY: "#8a8c90",
    ColorFamily.BLACK: "#16161a",
    ColorFamily.BROWN: "#8f6238",
    ColorFamily.RED: "#c0202f",
    ColorFamily.PINK: "#e0589a",
    ColorFamily.ORANGE: "#f07a1c",
    ColorFamily.YELLOW: "#eebf37",
    ColorFamily.GREEN: "#1f7a3d",
    ColorFamily.BLUE: "#2a63c8",
    ColorFamily.PURPLE: "#6a2a8c",
}
"""How a family looks as one dot, as "#rrggbb"."""


class Swatch(msgspec.Struct, frozen=True, kw_only=True):
    """One of a garment's colours: "#rrggbb", and its share of the garment, 0-1."""

    hex: str
    share: float


def family_label(family: ColorFamily) -> str:
    """Return the family's name in the reader's language."""
    return str(_LABELS[family])


def family_of_hex(colour: str) -> ColorFamily:
    """Return the family of "#rrggbb"."""
    return family_of(oklab_of(colour))


def family_of(lab: Lab) -> ColorFamily:
    """Return the family of an OKLab colour. The bounds were set by eye on the eighty names of the wardrobe."""
    lightness, a, b = lab
    chroma, hue = hypot(a, b), degrees(atan2(b, a)) % 360
    if chroma < NEUTRAL or (lightness < 0.24 and chroma < 0.05):
        return _neutral(lightness)
    if lightness >= 0.88 and chroma < 0.07 and 60 <= hue <= 110:
        return ColorFamily.WHITE
    if hue >= 330 or hue < 35:
        return _red_or_pink(lightness, hue)
    if hue < 78:
        return _warm(lightness, chroma, pale=0.8)
    if hue < 115:
        return _golden(lightness, chroma, hue)
    return next(family for most, family in _COOL if hue < most)


_COOL = ((185, ColorFamily.GREEN), (285, ColorFamily.BLUE), (330, ColorFamily.PURPLE))


def _neutral(lightness: float) -> ColorFamily:
    if lightness >= 0.93:
        return ColorFamily.WHITE
    return ColorFamily.BLACK if lightness < 0.3 else ColorFamily.GREY


def _red_or_pink(lightness: float, hue: float) -> ColorFamily:
    if hue >= 330:
        return ColorFamily.PINK if lightness >= 0.4 else ColorFamily.PURPLE
    return ColorFamily.PINK if lightness >= (0.55 if hue < 16 else 0.68) else ColorFamily.RED


def _warm(lightness: float, chroma: float, *, pale: float) -> ColorFamily:
    if lightness < 0.64 or (chroma < 0.095 and lightness < pale):
        return ColorFamily.BROWN
    return ColorFamily.ORANGE


def _golden(lightness: float, chroma: float, hue: float) -> ColorFamily:
    if lightness < 0.62:
        return ColorFamily.GREEN if hue >= 105 else ColorFamily.BROWN
    return ColorFamily.YELLOW if chroma >= 0.095 else ColorFamily.BROWN
