"""Colour families, and the swatches that are read from a garment. Plain Python: the server loads it."""

from enum import StrEnum
from math import atan2, degrees, hypot

import msgspec

from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.oklab import Lab, oklab_of

NEUTRAL = 0.028
"""The OKLab chroma below which eyes see no hue."""


class ColorFamily(StrEnum):
    """What one looks for in a wardrobe: all reds, all blues."""

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
