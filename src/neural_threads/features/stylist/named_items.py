"""Find the pieces of a wardrobe that a message calls by their names: "my Haldi saree", "मेरी हल्दी साड़ी"."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from neural_threads.platform.folding import fold, skeleton, words_of

from .garments import garment_of
from .lexicon import SUFFIXES, Match, index, words_set
from .shapes import OwnedItem

_SAID_ALIKE: Final = ("garments", "colours", "fabrics", "occasions")
"""Kinds of words that say the same in every language: a "Red saree" is a "लाल साड़ी"."""
_NO_NAME_BEHIND: Final = words_set(
    "a an any some another new every which what koi ek naya nayi nayaa kaunsa kaunsi konsa konsi kaun sa si yaava "
    "yava yaav ondu hosa entha endha oru "
    "pudhu pudu oka kotha kotta e ye कोई एक नया नयी नई कौन कौनसा कौनसी सा सी ಯಾವ ಒಂದು ಹೊಸ எந்த ஒரு புது ఏ ఒక కొత్త"
)
"""Behind these words a kind is meant: "a black dress", "which office kurta"."""
_SEARCHES: Final = ("design", "designer", "show", "find")
OWNERS: Final = words_set(
    "my mine mera mere meri apna apne apni nanna nan nam namma en ennoda enga naa na nadi maa मेरा मेरे मेरी अपना "
    "अपने अपनी ನನ್ನ ನನ್ ನಮ್ಮ "
    "என் என்னோட என்னுடைய எங்க నా మా"
)


class NamedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A name of the wardrobe in words `start` to `end` (exclusive) of a message, and the items that bear it."""

    start: int
    end: int
    ids: frozenset[str]
    kind: str
    name: str

    @property
    def match(self) -> Match:
        """The finding that stands for it: its kind of garment."""
        return Match("garments", self.kind, self.start, self.end, 1.0, self.name)


def named_items(
    words: Sequence[str], found: Sequence[Match], wardrobe: Sequence[OwnedItem], language: str
) -> list[NamedItem]:
    """Return the pieces that are named; longer names go first. A name of one word is only a word: "Saree"."""
    if not wardrobe or len(words) < 2:
        return []
    keys = [_keys(word, language) for word in words]
    all_keys = frozenset().union(*keys)
    taken: set[int] = set()
    result: dict[tuple[int, int], NamedItem] = {}
    for item, name in sorted(_names(wardrobe), key=lambda pair: -len(pair[1])):
        if all_keys.isdisjoint(_keys(name[0], "en")):
            continue
        for start in range(len(words) - len(name) + 1):
            span = (start, start + len(name))
            if (taken.isdisjoint(range(*span)) or span in result) and _says(words, keys, start, name, language):
                if _is_a_kind(words, start, found, name):
                    continue
                taken.update(range(*span))
                before = result[span].ids if span in result else frozenset()
                result[span] = NamedItem(
                    start=span[0],
                    end=span[1],
                    ids=before | {item.id},
                    kind=result[span].kind if before else garment_of(item).kind,
                    name=" ".join(name),
                )
    return sorted(result.values(), key=lambda each: each.start)


def _names(wardrobe: Sequence[OwnedItem]) -> Iterator[tuple[OwnedItem, tuple[str, ...]]]:
    for item in wardrobe:
        name = _words(item.name or "")
        if len(name) > 1:
            yield item, name


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(words_of(name))


@lru_cache(maxsize=20_000)
def _keys(word: str, language: str) -> frozenset[str]:
    """Return what a word may be known by: itself, its folded spelling, and what it means."""
    keys = {word}
    if len(word) >= 4 and len(fold(word)) >= 3:
        keys.add(f"fold:{fold(word)}")
    if len(word) >= 4 and len(skeleton(word)) >= 4:
        keys.add(f"skeleton:{skeleton(word)}")
    keys |= {f"{m.kind}:{m.value}" for m in index().find([word], language=language) if m.kind in _SAID_ALIKE}
    return frozenset(keys)


def _says(
    words: Sequence[str], keys: Sequence[frozenset[str]], start: int, name: tuple[str, ...], language: str
) -> bool:
    for position, known in enumerate(name):
        if keys[start + position].isdisjoint(_keys(known, "en")):
            is_last = position == len(name) - 1
            if not (is_last and language != "en" and _has_ending(words[start + position], known)):
                return False
    return True


def _has_ending(word: str, known: str) -> bool:
    """Return True for the last word of a name with a case ending: "pinstripeske"."""
    typed, stem = fold(word), fold(known)
    return len(stem) >= 4 and typed.startswith(stem) and typed[len(stem) :] in SUFFIXES


def _is_a_kind(words: Sequence[str], start: int, found: Sequence[Match], name: tuple[str, ...]) -> bool:
    """Return True where the words name a kind of garment: "a black dress", "office kurta designs", "party wear"."""
    before = words[start - 1] if start else ""
    if before in OWNERS:
        return False
    return (
        _is_general(name)
        or before in _NO_NAME_BEHIND
        or any(match.kind == "cues" and match.value in _SEARCHES for match in found)
    )


@lru_cache(maxsize=4096)
def _is_general(name: tuple[str, ...]) -> bool:
    """Return True for a name of known words of which none tells a garment, as "Party wear"."""
    found = index().find(list(name), language="en")
    said = {match.kind for match in found}
    known = {place for match in found for place in range(match.start, match.end)}
    return not said & {"garments", "colours", "fabrics"} and len(known) == len(name)
