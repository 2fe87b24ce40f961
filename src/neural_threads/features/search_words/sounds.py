"""Known words that sound like a typed one: "laxmi" and "lakshmi", "ದಿನಾ" and "dina".

The words that begin nearly so and have the same consonants are read from the key of `search_words`; of these stay those
with the same sound. No column holds the sound, so that its rules may change from release to release.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from neural_threads.platform.db import Db
from neural_threads.platform.folding import romanised, script_of, skeleton, unvoiced

from .kinds import Kind

MOST_SOUNDING = 40
LEAST_KEY = 2
"""A word with fewer sounds ("ao") sounds like too many others."""

_OTHERWISE: Final = (
    (re.compile(r"^(?:ai|a)y+[ae]r$|^iy+er$"), "iyer"),
    (re.compile(r"^(?:ai|a|i)y+[ae]ngar$"), "iyengar"),
    (re.compile(r"^ra+[vwu]$"), "rao"),
    (re.compile(r"ow(?=[^aeiou]|$)"), "ou"),
    (re.compile(r"sw?amy$|sw?ami$"), "svami"),
)
"""Spellings of names that differ by more than `folding` knows."""

_VOWELS: Final = "[aeiouywh]*"
_CONSONANTS: Final = {
    "k": "[kcqx]+", "s": "[scxz]+", "c": "t?c+", "j": "[jz]+", "p": "[pf]+", "v": "[vw]+", "l": "[lz]+", "n": "[nm]+",
    "h": "h?",
}  # fmt: skip
_TAMIL_CONSONANTS: Final = _CONSONANTS | {"k": "[kgcqx]+", "t": "[td]+", "p": "[pbf]+", "s": "[sjzcxth]+"}
_FIRSTS: Final = {
    "k": "kcqx", "s": "scz", "c": "ct", "j": "jz", "p": "pf", "v": "vw", "l": "lz", "i": "ieya", "e": "ea", "o": "oa",
    "u": "uow",
}  # fmt: skip
_TAMIL_FIRSTS: Final = _FIRSTS | {"k": "kgcq", "t": "td", "p": "pbf", "s": "sjzc"}

SOUNDING = """
select typed.n, w.word::text
  from unnest(%(numbers)s::int[], %(begins)s::text[], %(patterns)s::text[]) as typed (n, begin, pattern)
 cross join lateral (
    select w.word from search_words w
     where w.kind = %(kind)s::text and w.word >= typed.begin collate "C" and w.word < typed.begin || chr(1114111) collate "C"
       and w.word ~ typed.pattern
     limit {most}
 ) w
""".replace("{most}", str(MOST_SOUNDING))


class _Sounding(msgspec.Struct, frozen=True):
    n: int
    word: str


def latin(word: str) -> str:
    """Return the word in Latin letters, in the one spelling that `_OTHERWISE` gives a name."""
    text = romanised(word).lower()
    for pattern, by in _OTHERWISE:
        text = pattern.sub(by, text)
    return text


def sound_of(word: str, *, is_tamil: bool = False) -> str:
    """Return the key of a word's sound. `is_tamil`: without what Tamil script does not tell apart."""
    return unvoiced(latin(word)) if is_tamil else skeleton(latin(word))


async def words_sounding_like(db: Db, kind: Kind, words: Sequence[str]) -> list[list[str]]:
    """Return for each word the known ones that sound the same, other than itself, the most alike in length first."""
    asked = [(n, word, script_of(word) == "ta") for n, word in enumerate(words)]
    rows = [
        (n, begin, _pattern(sound_of(word, is_tamil=tamil), is_tamil=tamil))
        for n, word, tamil in asked
        if len(sound_of(word, is_tamil=tamil)) >= LEAST_KEY and latin(word).isalpha()
        for begin in _beginnings(word, is_tamil=tamil)
    ]
    result: list[list[str]] = [[] for _ in words]
    if rows:
        numbers, begins, patterns = (list(column) for column in zip(*rows, strict=True))
        found = await db.all(_Sounding, SOUNDING, kind=kind, numbers=numbers, begins=begins, patterns=patterns)
        for n, word, tamil in asked:
            same = {one.word for one in found if one.n == n and one.word != word}
            key = sound_of(word, is_tamil=tamil)
            fitting = [other for other in same if sound_of(other, is_tamil=tamil) == key]
            result[n] = sorted(fitting, key=lambda other, word=word: _strangeness(word, other))  # type: ignore[misc]
    return result


def _strangeness(word: str, other: str) -> tuple[int, str]:
    """Order by how many letters differ in kind: "deena" is nearer to "dina" than to "deen"."""
    typed = re.sub(r"(.)\1+", r"\1", latin(word).replace("ee", "i").replace("oo", "u"))
    return abs(len(typed) - len(other)) + (typed[-1:] != other[-1:]), other


def _beginnings(word: str, *, is_tamil: bool) -> list[str]:
    """Return the first two letters that a word of this sound may have."""
    firsts = _TAMIL_FIRSTS if is_tamil else _FIRSTS
    key = sound_of(word, is_tamil=is_tamil)
    follow = {letter for sound in key[1:2] for letter in firsts.get(sound, sound)} | set("aeh") | set(latin(word)[1:2])
    if key[0] in "aeiou":
        follow |= set("aeiy")
    return sorted({first + second for first in firsts.get(key[0], key[0]) for second in follow})


def _pattern(key: str, *, is_tamil: bool) -> str:
    """Return a regular expression for words with these consonants, whatever their vowels."""
    consonants = _TAMIL_CONSONANTS if is_tamil else _CONSONANTS
    parts = ["^", _VOWELS]
    for place, sound in enumerate(key):
        if sound in "aeiouy":
            continue
        after_k = sound == "s" and key[place - 1 : place] == "k"
        parts += [consonants.get(sound, f"{sound}+"), "?" if after_k else "", _VOWELS]
    return "".join(parts).replace("+?", "*").replace("??", "?") + "$"
