"""What a cloth's colour is called: eighty names from the dyer's shelf, and the nearest of them to what a picture shows."""

from functools import cache
from math import dist, hypot

import structlog

from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import Unavailable, Upstream
from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _
from neural_threads.platform.media import derivatives_in
from neural_threads.platform.oklab import Lab, oklab_of
from neural_threads.platform.stores import current_store

log = structlog.get_logger(__name__)

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
    """How a colour's name looks, as "#rrggbb"; of "dark rani pink" that of its last word that we know. None for others."""
    words = (colour or "").lower().split()
    for name in (" ".join(words), *(word.strip(",.;") for word in reversed(words))):
        if name in PALETTE:
            return PALETTE[name][0]
        if name in _ALSO:
            return PALETTE[_ALSO[name]][0]
    return None


_ALSO = {"gray": "grey", "saffron": "kesari", "off-white": "ivory", "burgundy": "wine", "ochre": "turmeric"}


def said(colour: str) -> str:
    """A colour in the reader's language, if it is one of our names; else as it was typed."""
    known = PALETTE.get(colour.lower())
    return str(known[1]) if known else colour


def shades() -> list[str]:
    """All names in the reader's language, in the order of the shelf."""
    return list(dict.fromkeys(str(words) for _colour, words in PALETTE.values()))


def meant(typed: str) -> str:
    """A colour as it is kept: the name that `said` would say like this, else what was typed."""
    wanted = " ".join(typed.split()).casefold()
    return next((name for name, (_hex, words) in PALETTE.items() if str(words).casefold() == wanted), typed.strip())


async def look_at_picture(public_id: str) -> tuple[str | None, bytes | None]:
    """The name of the colour that the middle of a stored picture mostly has, and the picture's hash. None for each that the
    picture does not tell now."""
    try:
        lab, image_hash = await derivatives_in(get_settings().media_dir).look(public_id, current_store())
    except (FileNotFoundError, ProcessDied, Unavailable, Upstream, ValueError) as reason:
        log.warning("colour_not_read", public_id=public_id, reason=repr(reason))
        return None, None
    return (nearest_name(lab) if lab else None), image_hash


async def colour_of(public_id: str) -> str | None:
    """The name of the colour that the middle of a stored picture mostly has. None when the picture tells nothing now."""
    return (await look_at_picture(public_id))[0]
