"""Fold spellings: one key for a word in Devanagari, Kannada, Tamil or Telugu script and for its loose romanisations.

People type "saree", "sari", "साड़ी"; "kalyanam", "கல்யாணம்"; "veshti", "vesti", "வேஷ்டி". `fold` writes Indian scripts in Latin
letters (the four blocks of Unicode share the layout of ISCII, so one table serves all) and then drops what romanisation
leaves open: aspiration, doubled letters and vowels, sh/s, v/w, zh/l, z/j, f/p, y/i. `skeleton` drops every short "a" too, which
Hindi writes and does not say. `unvoiced` goes further for Tamil script, which does not tell k from g, t from d, p from b.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final


def _sounds(text: str) -> list[str]:
    return text.split()


_BLOCKS: Final = {0x0900: "hi", 0x0B80: "ta", 0x0C00: "te", 0x0C80: "kn"}

# By the distance from the start of a block (The Unicode Standard, chapter 12).
_VOWELS: Final = dict(zip(range(0x05, 0x15), _sounds("a aa i ii u uu ri li e e e ai o o o au"), strict=True)) | {
    0x60: "ri",
    0x04: "a",
}
_CONSONANTS: Final = dict(
    zip(
        range(0x15, 0x3A),
        _sounds("k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h"),
        strict=True,
    )
) | dict(zip(range(0x58, 0x60), _sounds("k kh g z d dh f y"), strict=True))
_SIGNS: Final = dict(zip(range(0x3E, 0x4D), _sounds("aa i ii u uu ri ri e e e ai o o o au"), strict=True)) | {
    0x55: "",
    0x56: "",
}
_VIRAMA, _NUKTA = 0x4D, 0x3C
_NASALS: Final = {0x01: "n", 0x02: "n", 0x03: "h"}

_DIGRAPHS: Final = (
    (re.compile(r"tch|chh|ch"), "C"),
    (re.compile(r"sh"), "s"),
    (re.compile(r"zh"), "l"),
    (re.compile(r"([kgtdbj])h"), r"\1"),
    (re.compile(r"ph|f"), "p"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"eh"), "ah"),
    (re.compile(r"a+[uw](?=[^aeiou]|$)|ou"), "o"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"w"), "v"),
    (re.compile(r"z"), "j"),
    (re.compile(r"ee|ea|ie$"), "i"),
    (re.compile(r"oo"), "u"),
    (re.compile(r"a+[iy]|e[iy]"), "e"),
    (re.compile(r"y"), "i"),
    (re.compile(r"m(?=[^aeioum])"), "n"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_WORD = re.compile(r"[^\W_]+(?:['’\u200c\u200d]?[\u0900-\u0d7f\w]+)*")


def script_of(text: str) -> str | None:
    """Return "hi", "ta", "te" or "kn" by the script that most Indian letters of the text have; None when it has none."""
    counts: dict[str, int] = {}
    for letter in text:
        language = _BLOCKS.get(ord(letter) & ~0x7F)
        if language:
            counts[language] = counts.get(language, 0) + 1
    return max(counts, key=lambda language: counts[language]) if counts else None


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower case, combining marks kept, apostrophes and joiners dropped."""
    normal = unicodedata.normalize("NFC", text).lower()
    normal = re.sub(r"['’\u200c\u200d]", "", normal)
    return [word for word in re.split(r"[^\w\u0900-\u0d7f.,₹]+", normal) for word in _split_number(word) if word]


def _split_number(word: str) -> list[str]:
    """ "20,000" stays one word; "a,b" and "end." do not."""
    if re.fullmatch(r"₹?\d[\d,]*(\.\d+)?[a-z]*", word):
        return [word.strip(".,")]
    return re.split(r"[.,₹]+", word)


def romanised(word: str) -> str:
    """Return the word in Latin letters, each sign written out, without diacritics; other scripts stay as they are."""
    letters: list[str] = []
    pending = False  # A consonant whose inherent "a" is not yet decided.
    for letter in unicodedata.normalize("NFC", word):
        base = ord(letter) & ~0x7F
        offset = ord(letter) - base
        if base not in _BLOCKS:
            letters.append("a" * pending + letter)
            pending = False
        elif offset in _CONSONANTS:
            letters.append("a" * pending + _CONSONANTS[offset])
            pending = True
        elif offset == _NUKTA:
            _soften(letters)
        elif offset == _VIRAMA:
            pending = False
        elif offset in _SIGNS:
            letters.append(_SIGNS[offset])
            pending = False
        else:
            sound = _VOWELS.get(offset) or _NASALS.get(offset) or (str(offset - 0x66) if 0x66 <= offset < 0x70 else "")
            letters.append("a" * pending + sound)
            pending = False
    text = "".join(letters) + "a" * pending
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text


def _soften(letters: list[str]) -> None:
    """Apply a nukta to the consonant before it: j becomes z, ph becomes f."""
    if letters:
        tail = letters[-1]
        for hard, soft in (("ph", "f"), ("j", "z")):
            if tail.endswith(hard):
                letters[-1] = tail.removesuffix(hard) + soft
                return


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return the key of a word: Latin letters with everything that romanisation leaves open dropped."""
    key = romanised(word.lower())
    for pattern, by in _DIGRAPHS:
        key = pattern.sub(by, key)
    return key.lower() if len(key) < 4 else key.lower().rstrip("a") or key.lower()


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Return the folded key without any "a" but a first one: "kapade", "kapde" and "kpade" agree."""
    key = fold(word)
    return re.sub(r"(.)\1+", r"\1", key[:1] + key[1:].replace("a", ""))


_UNVOICED: Final = str.maketrans("gdbj", "ktps")


@lru_cache(maxsize=20_000)
def unvoiced(word: str) -> str:
    """Return the skeleton with g, d, b, j as k, t, p, s, and "c" (as in "ch") as s: what Tamil script can tell apart."""
    key = skeleton(word).translate(_UNVOICED).replace("c", "s")
    return re.sub(r"(.)\1+", r"\1", key)
