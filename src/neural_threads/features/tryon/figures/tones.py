"""Skin tones to choose from."""

from enum import StrEnum


class SkinTone(StrEnum):
    """A drawn figure's skin, from light to dark."""

    FAIR = "FAIR"
    WHEATISH = "WHEATISH"
    HONEY = "HONEY"
    BRONZE = "BRONZE"
    BROWN = "BROWN"
    DEEP = "DEEP"


TONES = {
    SkinTone.FAIR: "#eecbaa",
    SkinTone.WHEATISH: "#dcae86",
    SkinTone.HONEY: "#c58d60",
    SkinTone.BRONZE: "#a66f47",
    SkinTone.BROWN: "#845233",
    SkinTone.DEEP: "#5c3824",
}


def mixed(one: str, other: str, share: float) -> str:
    """Return `one` with `share` (0-1) of `other`, in sRGB."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
