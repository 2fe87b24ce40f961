"""Named dyes, metals and grounds, and the mixing of colours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dye:
    """A cloth's colours: the dye itself, its second bath, the resist (light motif), a contrast, and the shadow."""

    base: str
    second: str
    resist: str
    contrast: str
    deep: str
    metal: str = "gold"


@dataclass(frozen=True)
class Metal:
    base: str
    light: str
    dark: str


DYES: dict[str, Dye] = {
    "indigo": Dye("#2b3a80", "#5468bd", "#eee6d2", "#d8a23c", "#121738"),
    "madder": Dye("#9c2436", "#cc5560", "#f7dfc9", "#e0a23f", "#3f0a16"),
    "marigold": Dye("#df9414", "#f6bf50", "#fff0cd", "#92243f", "#7a3d05"),
    "rani": Dye("#b8186f", "#e65a9f", "#ffdcb4", "#f0a93a", "#520631"),
    "neem": Dye("#20614a", "#559a7b", "#f3e9cb", "#d9a441", "#082b1f"),
    "peacock": Dye("#0f6270", "#3fa0a8", "#f7dfab", "#d9892b", "#04282f"),
    "ink": Dye("#23212d", "#4e4a5d", "#d9bd7c", "#a8344c", "#08070c"),
    "khadi": Dye("#ecdfc6", "#d3bf98", "#a2543a", "#3d5a80", "#8a6f4a"),
    "haldi": Dye("#eebf37", "#f9dc7d", "#fffaf0", "#a73347", "#8f5f0a"),
    "lac": Dye("#6c1530", "#a43a55", "#f3d3a0", "#d69a3c", "#2b0512"),
    "gulabi": Dye("#eba9ae", "#f6cdcb", "#fff7ef", "#a83b5b", "#93495a"),
    "pista": Dye("#b7cfa5", "#d6e4c6", "#fffdf2", "#5c7f52", "#5c7a52"),
    "jamun": Dye("#4b2360", "#83529c", "#f0d9e8", "#dfa54a", "#1b0728"),
    "geru": Dye("#b9552f", "#dd8a5e", "#fbe8cf", "#24485c", "#561d0a"),
    "firozi": Dye("#2f9fae", "#7dccd0", "#fdf6df", "#d9622f", "#0c4752"),
    "ivory": Dye("#f6efe0", "#e6d8bb", "#c79a4a", "#c3788a", "#a08a63"),
    "slate": Dye("#4d5a6b", "#7c8a9c", "#e8e6df", "#b98648", "#1c232c", "silver"),
    "mehendi": Dye("#6b6b24", "#9a9a4d", "#f4ebc4", "#b5482d", "#2d2d08"),
}

METALS = {
    "gold": Metal("#bf913a", "#f8e3a3", "#7b5416"),
    "silver": Metal("#a9abb0", "#f4f5f5", "#5d6067"),
}

GROUNDS: dict[str, tuple[str, str]] = {  # wall, floor
    "khadi": ("#f5efe2", "#e9dfcb"),
    "blush": ("#f7e9e1", "#ecd6ca"),
    "sage": ("#e9eee2", "#d6dfca"),
    "sky": ("#e6edf2", "#d0dce5"),
    "lilac": ("#eeeaf3", "#dcd4e5"),
    "sand": ("#f3e6d0", "#e4d0b0"),
    "dune": ("#efe3da", "#dccabc"),
}


def mixed(one: str, other: str, share: float) -> str:
    """`one` with `share` (0–1) of `other` stirred in, in sRGB."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lightness(colour: str) -> float:
    """Perceived lightness 0–1 (Rec. 601 luma)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
