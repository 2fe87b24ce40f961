"""The items and candidates that a language model is offered in one turn, by number. It never learns an id."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.stylist.shapes import OwnedItem

T = TypeVar("T")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an answer may name. A thing's number is its position in its list, from 1."""

    items: tuple[OwnedItem, ...]
    designers: tuple[Designer, ...]
    tailors: tuple[Tailor, ...]
    designs: tuple[Design, ...]


def numbered(things: Sequence[T], number: int) -> T | None:
    """Return the thing with this number; None when nothing was offered under it."""
    return things[number - 1] if 1 <= number <= len(things) else None
