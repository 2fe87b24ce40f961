"""Body shape from measurements that somebody types: "bust 36 waist 27 hip 37".

Thresholds in inches: a waist at least 9 inches smaller than the bust makes an hourglass of balanced bust and hips, as the classification of
North Carolina State University has it (Lee, Istook, Nam and Park, International Journal of Clothing Science and Technology 19, 2007; we know
it from later accounts, not from the paper). That bust and hips count as balanced up to 3.6 inches, and that a waist as wide as both is an
apple, are house rules.
"""

import re
from collections.abc import Sequence
from typing import Final

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.platform.folding import words_of

_INCHES_IN: Final = 2.54
_TALLEST_IN_INCHES: Final = 65
"""A girth above this was given in centimetres."""
_NAMES: Final = {
    "bust": "bust", "chest": "bust", "waist": "waist", "hip": "hips", "hips": "hips", "kamar": "waist", "seena": "bust", "sonta": "waist",
    "iduppu": "waist", "nadumu": "waist", "छाती": "bust", "कमर": "waist", "हिप": "hips", "हिप्स": "hips", "ಎದೆ": "bust", "ಸೊಂಟ": "waist",
    "ಹಿಪ್": "hips", "மார்பு": "bust", "இடுப்பு": "waist", "ஹிப்": "hips", "ఛాతీ": "bust", "నడుము": "waist", "హిప్": "hips",
}  # fmt: skip
_TRIPLE: Final = re.compile(r"\b(\d{2,3})\s*[-/]\s*(\d{2,3})\s*[-/]\s*(\d{2,3})\b")


def shape_in(text: str) -> BodyShape | None:
    """Return the shape that bust, waist and hips of a text make; None when one of the three is not there."""
    girths = _named(words_of(text))
    triple = _TRIPLE.search(text) or _MEASURED.search(text)
    if len(girths) < 3 and triple:
        girths = dict(zip(("bust", "waist", "hips"), (float(number) for number in triple.groups()), strict=True))
    if len(girths) < 3:
        return None
    if max(girths.values()) > _TALLEST_IN_INCHES:
        girths = {name: girth / _INCHES_IN for name, girth in girths.items()}
    if not all(18 <= girth <= 70 for girth in girths.values()):
        return None
    return shape_of(girths["bust"], girths["waist"], girths["hips"])


_MEASURED: Final = re.compile(
    r"(?:measure?ments?|measurments|my size|naap|alathe|alate|alavu|kolathalu|kolatalu|नाप|माप|ಅಳತೆ|அளவு|కొలత)\D{0,20}(\d{2,3})\D{1,3}(\d{2,3})\D{1,3}(\d{2,3})\b",
    re.IGNORECASE,
)
"""Three numbers behind a word for measurements are bust, waist and hips, as dressmakers say them."""
_HEIGHT: Final = re.compile(r"\b([4-7])\s*(?:ft|feet|foot|['’])\s*(\d{1,2})?(?!\d)", re.IGNORECASE)
_SHORT_TO, _TALL_FROM = 62, 70
"""Inches; a house rule between the two medians of adults in India."""


def height_in(text: str) -> str | None:
    """Return "short" or "tall" for a height like "6 ft 3" or 5'1; None for one between, or none."""
    match = _HEIGHT.search(text)
    if match is None:
        return None
    inches = int(match[1]) * 12 + int(match[2] or 0)
    return "short" if inches <= _SHORT_TO else "tall" if inches >= _TALL_FROM else None


def shape_of(bust: float, waist: float, hips: float) -> BodyShape:
    """Return the shape of girths in inches."""
    if waist >= max(bust, hips):
        return BodyShape.APPLE
    if hips - bust >= 3.6:
        return BodyShape.PEAR
    if bust - hips >= 3.6:
        return BodyShape.INVERTED_TRIANGLE
    return BodyShape.HOURGLASS if bust - waist >= 9 or hips - waist >= 10 else BodyShape.RECTANGLE


def _named(words: Sequence[str]) -> dict[str, float]:
    """Return the numbers that stand directly behind or before the names of girths."""
    girths: dict[str, float] = {}
    for position, word in enumerate(words):
        name = _NAMES.get(word)
        if name and name not in girths:
            number = next(
                (
                    float(near)
                    for near in (*words[position + 1 : position + 3], *words[max(0, position - 1) : position])
                    if re.fullmatch(r"\d{2,3}(\.\d)?", near)
                ),
                None,
            )
            if number:
                girths[name] = number
    return girths
