"""Words that mean the same in five languages, however they are spelled: "ಸೀರೆ", "sari" and "saree" (vocabulary.txt)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from neural_threads.platform.folding import fold, script_of, unvoiced, words_of

LEAST_KEY: Final = 3
"""Shorter sounds would be met by chance."""
LEAST_LATIN_KEY: Final = 4
"""The same for words that are known in Latin letters; many of these are short English ones."""
TAMIL: Final = "ta "
"""Before sounds in which voiced and unvoiced are one, as in Tamil script."""


class Concept(NamedTuple):
    """A line of vocabulary.txt: its kind, the English word, and all words for it with that one."""

    kind: str
    name: str
    words: frozenset[str]


def concepts_of(word: str) -> tuple[Concept, ...]:
    """Return what a word means: as it stands, without its plural, or by its sound. Empty for a word that is not known."""
    plain = spelling(word)
    by_word = _by_word()
    for form in (plain, *singulars(plain)):
        if form in by_word:
            return by_word[form]
    return next((_by_sound()[key] for key in _sounds_of(plain, LEAST_KEY) if key in _by_sound()), ())


def same_words(word: str) -> frozenset[str]:
    """Return the words that mean the same as this one, itself among them if it is known, with their plurals in -s."""
    words = {form for concept in concepts_of(word) for form in concept.words}
    return frozenset(words | {plural(form) for form in words if form.isascii()})


def is_known(word: str) -> bool:
    """Return True if this very word, or its singular, stands in the vocabulary: it is not a misspelling of another."""
    plain = spelling(word)
    return any(form in _by_word() for form in (plain, *singulars(plain)))


def spelling(word: str) -> str:
    """Return a word in one spelling: lower case, without apostrophes and joiners."""
    return "".join(words_of(word.casefold()))


def singulars(word: str) -> Iterator[str]:
    """Yield what an English plural may be the plural of: "dresses" of "dresse" and "dress"."""
    if word.isascii() and len(word) > LEAST_LATIN_KEY - 1:
        if word.endswith("s") and not word.endswith("ss"):
            yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]


def plural(word: str) -> str:
    """Return the English plural."""
    if word.endswith("s") and not word.endswith("ss"):
        return word
    return word + ("es" if word.endswith(("s", "sh", "ch", "x")) else "s")


def _sounds_of(word: str, least: int) -> Iterator[str]:
    """Yield the keys of a word's sound, the surest first. Tamil script does not tell k from g, so it has one key more."""
    key = fold(word)
    if not word.isalpha() and word.isascii():
        return
    if len(key) >= least:
        yield key
    if len(unvoiced(word)) > LEAST_KEY:
        yield TAMIL + unvoiced(word)


@cache
def _by_sound() -> Mapping[str, tuple[Concept, ...]]:
    result: defaultdict[str, list[Concept]] = defaultdict(list)
    for word, concepts in _by_word().items():
        for key in _sounds_of(word, LEAST_LATIN_KEY if word.isascii() else LEAST_KEY):
            if not key.startswith(TAMIL) or script_of(word) == "ta":
                result[key] += [concept for concept in concepts if concept not in result[key]]
    return {key: tuple(concepts) for key, concepts in result.items()}


@cache
def _by_word() -> Mapping[str, tuple[Concept, ...]]:
    result: defaultdict[str, list[Concept]] = defaultdict(list)
    for concept in concepts():
        for word in concept.words:
            result[spelling(word)].append(concept)
    return {word: tuple(concepts) for word, concepts in result.items()}


@cache
def concepts() -> tuple[Concept, ...]:
    """Return the whole vocabulary. Read at the first search."""
    return tuple(_read(resources.files(__package__).joinpath("vocabulary.txt").read_text("utf-8")))


def _read(text: str) -> Iterator[Concept]:
    kind = ""
    for line in text.splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, others = line.partition(":")
            yield Concept(kind, name, frozenset({name, *(word.strip() for word in others.split(","))}))
