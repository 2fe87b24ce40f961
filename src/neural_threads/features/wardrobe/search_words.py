"""Words that mean the same in five languages: "नीला" or "neela" finds what is blue, "ಸೀರೆ" or "seere" the sarees."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import msgspec

from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.portfolio.shapes import label as occasion_label
from neural_threads.platform.colour.palette import PALETTE, ColorFamily, family_label, family_of_hex
from neural_threads.platform.folding import fold, script_of, unvoiced
from neural_threads.platform.i18n import LOCALES, LazyText, use_language
from neural_threads.platform.i18n import lazy_gettext as _

from .shapes import WardrobeCategory
from .shapes import label as category_label

MOST_MEANINGS = 3
"""Words of one search that may mean more than they say; the statement has so many places for them."""

GARMENTS: tuple[LazyText, ...] = (
    _("saree"),
    _("blouse"),
    _("lehenga"),
    _("dupatta"),
    _("kurta"),
    _("salwar"),
    _("sherwani"),
    _("shirt"),
    _("trousers"),
    _("skirt"),
    _("dress"),
    _("jacket"),
    _("gown"),
    _("shawl"),
)


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """The other meanings of a word."""

    words: frozenset[str]
    colors: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    occasions: frozenset[str] = frozenset()

    def __or__(self, other: "Meaning") -> "Meaning":
        mine, theirs = (msgspec.structs.astuple(meaning) for meaning in (self, other))
        words, colors, categories, occasions = (one | more for one, more in zip(mine, theirs, strict=True))
        return Meaning(words=words, colors=colors, categories=categories, occasions=occasions)


def split_search(search: str) -> tuple[str, list[Meaning]]:
    """Return the words of a search that mean only themselves, as one text, and the meanings of the others."""
    plain: list[str] = []
    meanings: list[Meaning] = []
    for word in search.split():
        meaning = _meanings().get(word.casefold()) or _loosely_spelled(word)
        if meaning and len(meanings) < MOST_MEANINGS:
            meanings.append(meaning | Meaning(words=frozenset([word])))
        else:
            plain.append(word)
    return (" ".join(plain), meanings) if meanings else (search.strip(), [])


LEAST_KEY = 3
"""Shorter keys would be met by chance."""
TAMIL = "ta "
"""Before keys in which voiced and unvoiced sounds are one, as in Tamil script."""


def _loosely_spelled(word: str) -> Meaning | None:
    """Return what a word in Latin letters means when it sounds like a known one: "neela", "seere", "laal"."""
    if not (word.isascii() and word.isalpha() and len(fold(word)) >= LEAST_KEY):
        return None
    sounds = _meanings_by_sound()
    return sounds.get(fold(word)) or sounds.get(TAMIL + unvoiced(word))


@cache
def _meanings_by_sound() -> Mapping[str, Meaning]:
    """Return the meanings of words in Indian scripts by the key of their sound, the same as the stylist's."""
    result: dict[str, Meaning] = {}
    for word, meaning in _meanings().items():
        keys = [] if word.isascii() else [fold(word)]
        keys += [TAMIL + unvoiced(word)] if script_of(word) == "ta" and len(unvoiced(word)) > LEAST_KEY else []
        for key in keys:
            result[key] = meaning | result.get(key, Meaning(words=frozenset()))
    return result


def names_of(families: Iterable[ColorFamily]) -> list[str]:
    """Return the names of our palette that belong to these families."""
    target = set(families)
    return sorted(name for name, (colour, _label) in PALETTE.items() if family_of_hex(colour) in target)


@cache
def _meanings() -> Mapping[str, Meaning]:
    result: dict[str, Meaning] = {}

    def add(label: Callable[[], str], **meaning: frozenset[str]) -> None:
        labels = {_in(code, label).casefold() for code in LOCALES}
        for word in labels:
            if " " not in word:
                result[word] = Meaning(words=frozenset(), **meaning) | result.get(word, Meaning(words=frozenset()))

    for name, (_hex, words) in PALETTE.items():
        add(lambda words=words: str(words), colors=frozenset([name]))  # type: ignore[misc]
    for family in ColorFamily:
        add(lambda family=family: family_label(family), colors=frozenset(names_of([family])))  # type: ignore[misc]
    for category in WardrobeCategory:
        add(lambda category=category: category_label(category), categories=frozenset([category.value]))  # type: ignore[misc]
    for occasion in PortfolioCategory:
        add(lambda occasion=occasion: occasion_label(occasion), occasions=frozenset([occasion.value]))  # type: ignore[misc]
    for garment in GARMENTS:
        spoken = frozenset(_in(code, lambda garment=garment: str(garment)) for code in LOCALES)  # type: ignore[misc]
        for word in spoken:
            result[word.casefold()] = Meaning(words=spoken) | result.get(word.casefold(), Meaning(words=frozenset()))
    return result


def _in(code: str, label: Callable[[], str]) -> str:
    with use_language(code):
        return label()
