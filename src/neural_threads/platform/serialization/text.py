"""Text as people type and paste it: line ends, invisible letters, and marks that turn the direction of writing.

Text is stored as it was typed, but for its line ends. What is dropped here is dropped for comparing and for showing only.
"""

import re
import unicodedata

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_DROP_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters by Unicode's reckoning that show nothing: Hangul fillers and the empty Braille cell."""
_SIGNS = {"，": ",", "．": ".", "٬": ",", "٫": ".", "\u2212": "-", "－": "-", "＋": "+", "’": "'"}
_AMOUNT = re.compile(
    r"(?:₹|rs\.?|inr)?\s*(?P<number>[+-]?(?:\d+|\d{1,3}(?:[,\s']\d{2,3})+)(?:\.\d*)?|[+-]?\.\d+)\s*(?:/-|₹|rs\.?|inr|rupees)?",
    re.IGNORECASE,
)
FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"


def with_line_feeds(text: str) -> str:
    """Return the text with LF for each CRLF and CR: HTML forms send CRLF for every line end (HTML, 4.10.21.8)."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def drop_invisible(text: str) -> str:
    """Return the text without soft hyphens, zero-width letters, joiners and direction marks, for searching.

    The SQL function `plain` drops the same, so both sides of a comparison are folded alike.
    """
    return _DROP_INVISIBLE.sub("", text)


def search_text(text: str) -> str | None:
    """Return what is searched for, trimmed; None when nothing visible was typed."""
    return drop_invisible(text).strip() or None


def number_as_digits(text: str) -> str:
    """Return a number as programs write it, for one that a person typed or pasted; any other text as it is.

    Digits of every script, "₹1,00,000.50", "Rs. 1 000", "1000/-", a minus sign of typography.
    """
    digits = "".join(_digit(letter) for letter in drop_invisible(text)).strip()
    found = _AMOUNT.fullmatch(digits)
    if found is None:
        return text
    number = re.sub(r"[,\s'+]", "", found["number"]).rstrip(".")
    return re.sub(r"^(-?)\.", r"\g<1>0.", number)


def _digit(letter: str) -> str:
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    return _SIGNS.get(letter, letter)


def is_blank(text: str) -> bool:
    """Return True when a reader would see nothing: only spaces, control and format characters, or marks without a letter."""
    return all(unicodedata.category(letter)[0] in "ZCM" or letter in _FILLERS for letter in text)


def isolated(text: str) -> str:
    """Return text that cannot turn the direction of the sentence around it.

    Left-to-right text is returned as it is. Text that holds direction controls or right-to-left letters loses the
    controls and stands between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9, 2.4).
    """
    if text.isascii():
        return text
    plain = _DIRECTION_CONTROLS.sub("", text)
    if plain == text and not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{plain}{POP_DIRECTIONAL_ISOLATE}"
