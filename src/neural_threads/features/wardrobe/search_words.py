"""Words that mean the same in five languages: "नीला" or "neela" finds what is blue, "ಸೀರೆ" or "seere" the sarees."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Final

import msgspec

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.portfolio.shapes import label as occasion_label
from neural_threads.features.search_words.vocabulary import (
    LEAST_KEY,
    Concept,
    concepts_of,
    singulars,
    spelling,
)
from neural_threads.platform.colour.palette import PALETTE, ColorFamily, family_label, family_of_hex
from neural_threads.platform.folding import fold
from neural_threads.platform.i18n import LOCALES, use_language

from .shapes import WardrobeCategory
from .shapes import label as category_label

APOSTROPHES: Final = "'’‘ʼ"
MOST_MEANINGS: Final = 3
"""Words of one search that may mean more than they say; the statement has so many places for them."""


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """The meanings of a word: whole words, and what an item may be of."""

    words: frozenset[str] = frozenset()
    colors: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    occasions: frozenset[str] = frozenset()

    def __or__(self, other: "Meaning") -> "Meaning":
        mine, theirs = (msgspec.structs.astuple(meaning) for meaning in (self, other))
        words, colors, categories, occasions = (one | more for one, more in zip(mine, theirs, strict=True))
        return Meaning(words=words, colors=colors, categories=categories, occasions=occasions)

    @property
    def pattern(self) -> str | None:
        """A regular expression that a folded text matches when it says any of the words.

        English plurals are found, too; words of Indian scripts go on with their case endings.
        """
        latin = "|".join(sorted(word for word in self.words if word.isascii() and word.isalnum()))
        others = "|".join(sorted(word for word in self.words if not word.isascii()))
        whole = f"(?:^|[^a-z0-9])(?:{latin})(?:e?s)?(?:$|[^a-z0-9])" if latin else ""
        return "|".join(part for part in (whole, others) if part) or None


def split_search(search: str) -> tuple[str, list[tuple[str, Meaning]]]:
    """Return the words of a search that mean only themselves, as one text, and the others with their meanings.

    No word holds an apostrophe: what is compared with them has none either.
    """
    plain: list[str] = []
    meanings: list[tuple[str, Meaning]] = []
    for typed in search.split():
        word = re.sub(f"[{APOSTROPHES}]", "", typed) or typed
        meaning = _meaning_of(word) if len(meanings) < MOST_MEANINGS else None
        if meaning:
            meanings.append((word, meaning))
        else:
            plain.append(word)
    return " ".join(plain), meanings


def _meaning_of(word: str) -> Meaning | None:
    """Return what a word means: by the labels of the wardrobe, by the vocabulary, or else as the plural of another."""
    label = _labels().get(word.casefold()) or (None if concepts_of(word) else _labels_by_sound().get(fold(word)))
    meanings = [*([label] if label else []), *map(_meaning_of_concept, concepts_of(word))]
    if meanings:
        words = {spelling(form) for concept in concepts_of(word) for form in concept.words}
        return reduce(or_, meanings, Meaning(words=frozenset(words)))
    singular = next(singulars(spelling(word)), None)
    return Meaning(words=frozenset([singular])) if singular else None


def _meaning_of_concept(concept: Concept) -> Meaning:
    code = concept.name.upper()
    if concept.kind == "colours":
        return _labels().get(concept.name, Meaning())
    if code in PortfolioCategory.__members__:
        return Meaning(occasions=frozenset([code]))
    return Meaning(categories=frozenset([code] if code in WardrobeCategory.__members__ else []))


@cache
def _labels_by_sound() -> Mapping[str, Meaning]:
    """Return the meanings of labels in Indian scripts by the key of their sound, the same as the stylist's."""
    result: dict[str, Meaning] = {}
    for word, meaning in _labels().items():
        if not word.isascii() and len(key := fold(word)) >= LEAST_KEY:
            result[key] = meaning | result.get(key, Meaning())
    return result


def names_of(families: Iterable[ColorFamily]) -> list[str]:
    """Return the names of our palette that belong to these families."""
    target = set(families)
    return sorted(name for name, (colour, _label) in PALETTE.items() if family_of_hex(colour) in target)


@cache
def _labels() -> Mapping[str, Meaning]:
    result: dict[str, Meaning] = {}

    def add(label: Callable[[], str], **meaning: frozenset[str]) -> None:
        labels = {_in(code, label).casefold() for code in LOCALES}
        for word in labels:
            if " " not in word:
                result[word] = Meaning(**meaning) | result.get(word, Meaning())

    for name, (_hex, words) in PALETTE.items():
        add(lambda words=words: str(words), colors=frozenset([name]))  # type: ignore[misc]
    for family in ColorFamily:
        add(lambda family=family: family_label(family), colors=frozenset(names_of([family])))  # type: ignore[misc]
    for category in WardrobeCategory:
        add(lambda category=category: category_label(category), categories=frozenset([category.value]))  # type: ignore[misc]
    for occasion in PortfolioCategory:
        add(lambda occasion=occasion: occasion_label(occasion), occasions=frozenset([occasion.value]))  # type: ignore[misc]
    return result


def _in(code: str, label: Callable[[], str]) -> str:
    with use_language(code):
        return label()
