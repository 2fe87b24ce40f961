"""Spell a typed name as we know it, when nobody is called as it was typed: "Kavia", "Laxmi", "Rao Dina", "ದಿನಾ ರಾವ್"."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

import msgspec

from neural_threads.platform.db import Db
from neural_threads.platform.serialization.text import search_text

from .fuzzy import MOST_WORDS, Known, known_words
from .kinds import Kind
from .sounds import words_sounding_like


class Named(Protocol):
    """A search that may name somebody."""

    @property
    def search(self) -> str:
        """The name, as it was typed."""


S = TypeVar("S", bound=Named)


async def respelled(db: Db, target: S) -> list[S]:
    """Return the same search with other spellings of the name, the likeliest first; four at most."""
    names = await spellings(db, target.search) if search_text(target.search) else []
    return [msgspec.structs.replace(target, search=name) for name in names]  # type: ignore[type-var]


async def spellings(db: Db, text: str) -> list[str]:
    """Return a provider's name as we spell it: word by word, with its first word last or its last first, and joined.

    "Kavia  Rao" is "kavya rao", "Rao Dina" is "dina rao", "Narayan Swamy" is "narayanaswamy".
    """
    plain = str(await db.value("select plain(normalize(%(text)s::text, NFKC))", text=text.strip()))
    words = plain.split()[:MOST_WORDS]
    known = {one.typed: one for one in await known_words(db, Kind.NAME, text)}
    asked = [word for word in words if not _is_known(known.get(word))]
    joined = "".join(words) if len(words) > 1 else ""
    asked += [joined] if joined else []
    sounding = dict(zip(asked, await words_sounding_like(db, Kind.NAME, asked), strict=True))
    nearest = [_nearest(known.get(word), sounding.get(word, []), word) for word in words]
    orders = [nearest, nearest[1:] + nearest[:1], nearest[-1:] + nearest[:-1], sounding.get(joined, [])[:1]]
    return list(dict.fromkeys(name for name in _said(orders) if name != plain))


def _said(orders: list[list[str]]) -> Iterator[str]:
    return (" ".join(words) for words in orders if words)


def _is_known(known: Known | None) -> bool:
    return known is not None and bool(known.exact or known.begun)


def _nearest(known: Known | None, sounding: list[str], word: str) -> str:
    """Return a word as it stands where it is known or begins a known one, else what sounds like it, else what looks like it."""
    if _is_known(known):
        return word
    return next(iter([*sounding, *(known.alike if known else [])]), word)
