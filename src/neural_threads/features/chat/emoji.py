"""Check that a text is one emoji, and normalise it."""

from functools import cache

from .emoji_table import ALONE, COLOURED, JOINED, JOINED_WITH_SKIN, NATIONS, REGIONS, SKIN

LONGEST = 20
"""Code points of the longest one, and a few to spare."""

AS_IMAGE = "\ufe0f"
JOINER = "\u200d"
KEYCAP = "\u20e3"
KEYS = "0123456789#*"
TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
FIRST_REGIONAL = 0x1F1E6
BLACK_FLAG = "\U0001f3f4"


def one_emoji(text: str) -> str | None:
    """The emoji that this text is, fully qualified (UTS #51), or None when it is anything else, or more than one."""
    if not text or len(text) > LONGEST:
        return None
    bare = text.replace(AS_IMAGE, "")
    if bare in _fixed():
        return _fixed()[bare]
    parts = bare.split(JOINER)
    if not all(_is_part(part) for part in parts):
        return None
    if len(parts) > 1 and JOINER.join(part[0] for part in parts) not in _joined(has_tones=_has_tones(parts)):
        return None
    return JOINER.join(_as_image(part) for part in parts)


def _is_part(part: str) -> bool:
    """One character, or one that can have a skin tone with one."""
    if len(part) == 1:
        return part in _characters(ALONE)
    return len(part) == 2 and part[0] in _characters(SKIN) and part[1] in TONES


def _has_tones(parts: list[str]) -> bool:
    return any(len(part) == 2 for part in parts)


def _as_image(part: str) -> str:
    return part if len(part) > 1 or part in _characters(COLOURED) else part + AS_IMAGE


@cache
def _fixed() -> dict[str, str]:
    """Keycaps and flags: what they are without U+FE0F, and with it."""
    keycaps = {key + KEYCAP: key + AS_IMAGE + KEYCAP for key in KEYS}
    flags = {flag: flag for flag in map(_flag, REGIONS.split())}
    tagged = (
        BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in nation) + "\U000e007f" for nation in NATIONS
    )
    return keycaps | flags | {flag: flag for flag in tagged}


def _flag(region: str) -> str:
    return "".join(chr(FIRST_REGIONAL + ord(letter) - ord("A")) for letter in region)


@cache
def _characters(ranges: str) -> frozenset[str]:
    result: set[str] = set()
    for each in ranges.split():
        first, _, last = each.partition("-")
        result.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(result)


@cache
def _joined(*, has_tones: bool) -> frozenset[str]:
    known = JOINED_WITH_SKIN if has_tones else JOINED_WITH_SKIN + JOINED
    return frozenset(
        head + JOINER + tail.replace("+", JOINER) for heads, tails in known for head in heads for tail in tails.split()
    )
