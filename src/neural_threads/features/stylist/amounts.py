"""Read amounts of money from a message: figures, number words of five languages and their short forms."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from neural_threads.platform.folding import fold, words_of

from .lexicon import LONGEST_WORD, MOST_WORDS, english_words, lines_of


@cache
def _numbers() -> dict[str, float]:
    known: dict[str, float] = {}
    for value, forms in lines_of("numbers"):
        for form in (form.rstrip("*") for form in forms if " " not in form):
            known[form] = float(value)
            if fold(form) != "at":  # As "aath" (8) folds; "ten thousand at most" is no 10,008.
                known.setdefault(fold(form), float(value))
    return known


@cache
def _open_numbers() -> list[tuple[str, float]]:
    return [
        (form.rstrip("*"), float(value)) for value, forms in lines_of("numbers") for form in forms if form.endswith("*")
    ]


_NO_NUMBERS: Final = ("ಲಕ್ಷಣ", "लक्षण", "லட்சண", "லட்சிய", "లక్షణ", "లక్ష్య")
"""Begin like a lakh and are none: elegance, a trait, an aim."""
_MONEY: Final = re.compile(r"^(?:₹|rs|inr)?(\d[\d,]*(?:\.\d+)?)(k|l|rs|thousand|lakh|lakhs|hazar)?$")
_SMALL: Final = re.compile(
    r"(?:₹|\brs\.?)\s*(\d{1,3})\b(?![,.]\d)|\b(\d{1,3})\s*(?:rupees?|rs|bucks|रुपय|रुपए|ರೂ|ரூ|రూ)", re.IGNORECASE
)
"""An amount below 300 counts only with its currency; "under 30" may be an age."""
_GRAND: Final = re.compile(r"(\d)\s*grand\b", re.IGNORECASE)
_HALVES: Final = re.compile(r"\b(\w+) and (?:a )?half\b|\b(?:sa+d+h?e)\s+(\w+)|(?:साढ़े|साढ़े)\s+(\S+)", re.IGNORECASE)
"""Ways to say a half more than a number: "two and a half thousand", "saadhe teen hazar"."""
_SIGNS: Final = re.compile(
    r"₹|\brs\b|rupee|rupay|budget|under|below|within|max|upto|up to|less than|around|kulla|ullage|olage|olagade|andar|tak|kam|lopu|lope|range|price|cost|spend|afford|"
    r"बजट|रुपय|रुपए|रुपये|अंदर|तक|कम|ಬಜೆಟ್|ರೂ|ಒಳಗ|ಕಡಿಮೆ|பட்ஜெட்|ரூ|குள்ள|உள்ள|க்குள்|கீழ|బడ్జెట్|రూ|లోపు|లోపల|తక్కువ",
    re.IGNORECASE,
)


def budget_in(text: str) -> int | None:
    """Return the amount in INR that a text names: "20k", "₹6,000", "do hazar", "ಐದು ಸಾವಿರ", "இருபதாயிரம்". None when there is none."""
    text = _HALVES.sub(_with_half, text)
    words = [word[:LONGEST_WORD] for word in words_of(_GRAND.sub(r"\1k", text.replace("₹", " ₹")))[:MOST_WORDS]]
    best: float | None = None
    position = 0
    while position < len(words):
        amount, used, is_money = _amount(words[position:])
        if amount is not None and 300 <= amount <= 5_000_000 and (is_money or _SIGNS.search(text)):
            best = amount if best is None else max(best, amount)
        position += used
    if best is None and (small := _SMALL.search(text)):
        best = float(small[1] or small[2])
    return round(best) if best else None


def _with_half(match: "re.Match[str]") -> str:
    """Return "3.5" for "saadhe teen"; the words themselves when they name no number below a hundred."""
    number = _number((match[1] or match[2] or match[3]).lower())[0]
    return match[0] if number is None or number >= 100 else f"{number + 0.5:g}"


def _amount(words: Sequence[str]) -> tuple[float | None, int, bool]:
    """Read an amount from the first words: the number, how many words it took, and whether its form says that it is money."""
    total, current, used, is_money = 0.0, None, 0, False
    if words[0] == "k":
        return None, 1, False
    for word in words[:6]:
        number, unit = _number(word)
        if number is None:
            break
        used += 1
        if unit or number >= 100:
            is_money = is_money or number >= 1000 or bool(unit) or word.startswith("₹")
        if number >= 100 and current is not None and not unit and not word[0].isdigit():
            current *= number
            is_money = True
        elif current and (word[0].isdigit() or current < number < 10):
            current = number  # A range: "2-3 hazar", "do teen hazar" name the most.
        else:
            current = (current or 0) + number
        if unit or number >= 1000:
            total, current = total + current, None
    if used and words[0].startswith("₹"):
        is_money = True
    amount = total + (current or 0) if used else None
    if amount is not None and 1900 < amount < 2100 and words[0].isdigit():
        is_money = False
    return amount, max(used, 1), is_money


def _number(word: str) -> tuple[float | None, str]:
    """Return the value of a number word and the unit that was written onto it."""
    word = unicodedata.normalize("NFKC", "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in word))
    match = _MONEY.match(word)
    if match:
        unit = match[2] or ""
        factor = {"k": 1000, "thousand": 1000, "hazar": 1000, "l": 100_000, "lakh": 100_000, "lakhs": 100_000}.get(
            unit, 1
        )
        return float(match[1].replace(",", "")) * factor, unit
    known = _numbers().get(word)
    if known is None and (not word.isascii() or (len(word) > 3 and word not in english_words())):
        known = _numbers().get(fold(word))
    if known is None and not word.isascii():
        known = next((value for form, value in _open_numbers() if word.startswith(form)), None)
        known = None if word.startswith(_NO_NUMBERS) else known
    return known, ""
