"""Check a model's answer: whatever it says, only what was offered becomes a card, and text stays text."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import structlog

from neural_threads.features.stylist.cards import design_segment, designer_segment, tailor_segment
from neural_threads.features.stylist.shapes import (
    OutfitSegment,
    OwnedItem,
    QuestionSegment,
    Segment,
    StyledItem,
    TextSegment,
)
from neural_threads.features.wardrobe.shapes import label as category_label
from neural_threads.platform.colour.palette import colour_label
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.llm import ModelFailed

from .offer import Offer, numbered

log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_OUTFITS = 3
MOST_OF_EACH = 3
MOST_ITEMS = 8
LONGEST_TEXT = 4_000
LONGEST_WHY = 400
LONGEST_TITLE = 80


class ModelOutfit(msgspec.Struct, frozen=True):
    """An outfit by the numbers of its items."""

    items: list[int]
    why: str = ""
    title: str = ""


class ModelCard(msgspec.Struct, frozen=True):
    """A candidate by number."""

    number: int
    why: str = ""


class ModelAnswer(msgspec.Struct, frozen=True):
    """A model's answer, with the fields of the prompt's schema."""

    text: str
    outfits: list[ModelOutfit] = []
    designers: list[ModelCard] = []
    tailors: list[ModelCard] = []
    designs: list[ModelCard] = []
    question: str | None = None
    suggestions: list[str] = []


class CheckedAnswer(msgspec.Struct, frozen=True):
    """An answer of which every card was offered."""

    segments: tuple[Segment, ...]
    suggestions: tuple[str, ...]


def check_answer(document: str, quote: Offer) -> CheckedAnswer:
    """Return the segments of a model's answer. Raise ModelFailed when it does not fit the schema or says nothing."""
    try:
        answer = msgspec.json.decode(document, type=ModelAnswer)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ModelFailed("schema") from None
    text = plain_text(answer.text, LONGEST_TEXT)
    cards = [
        *_outfits(answer.outfits, quote),
        *_cards(answer.designers, quote.designers, designer_segment),
        *_cards(answer.tailors, quote.tailors, tailor_segment),
        *_cards(answer.designs, quote.designs, design_segment),
    ]
    if not text:
        raise ModelFailed("no_text")
    question = plain_text(answer.question or "", LONGEST_WHY)
    return CheckedAnswer(
        segments=(TextSegment(text=text), *cards, *((QuestionSegment(text=question),) if question else ())),
        suggestions=tuple(filter(None, (plain_text(each, LONGEST_TITLE) for each in answer.suggestions[:3]))),
    )


def _outfits(outfits: Sequence[ModelOutfit], quote: Offer) -> list[Segment]:
    segments: list[Segment] = []
    for outfit in outfits[:MOST_OUTFITS]:
        items = _offered(quote.items, outfit.items)[:MOST_ITEMS]
        if items:
            segments.append(
                OutfitSegment(
                    title=plain_text(outfit.title, LONGEST_TITLE) or _("Outfit %(n)s") % {"n": len(segments) + 1},
                    items=tuple(_styled(item) for item in items),
                    why=plain_text(outfit.why, LONGEST_WHY),
                )
            )
    return segments


def _cards(cards: Sequence[ModelCard], things: Sequence[T], segment: Callable[[T, str], Segment]) -> list[Segment]:
    reasons = {card.number: card.why for card in reversed(cards)}
    numbers = [card.number for card in cards]
    shown = [(thing, reasons[numbers[at]]) for at, thing in _positions(things, numbers)]
    return [segment(thing, plain_text(why, LONGEST_WHY)) for thing, why in shown[:MOST_OF_EACH]]


def _offered(things: Sequence[T], numbers: Sequence[int]) -> list[T]:
    return [thing for _at, thing in _positions(things, numbers)]


def _positions(things: Sequence[T], numbers: Sequence[int]) -> list[tuple[int, T]]:
    """Return where in `numbers` each thing stands first; what was not offered is dropped, and counted in the log."""
    result: dict[int, tuple[int, T]] = {}
    dropped = 0
    for at, number in enumerate(numbers):
        thing = numbered(things, number)
        if thing is None:
            dropped += 1
        else:
            result.setdefault(number, (at, thing))
    if dropped:
        log.warning("model_named_what_was_not_offered", count=dropped)
    return list(result.values())


def _styled(item: OwnedItem) -> StyledItem:
    return StyledItem(
        id=item.id,
        name=item.name or item_label(item),
        category=item.category,
        color=item.color,
        image_url=item.image_url,
        cutout_url=item.cutout_url,
    )


def item_label(item: OwnedItem) -> str:
    """Return what an item without a name is called: its category and its colour."""
    category = category_label(item.category)
    return f"{category}, {colour_label(item.color)}" if item.color else category


def plain_text(text: str, most: int) -> str:
    """Return text without control characters, at most `most` letters of it."""
    return printable(text).strip()[:most]


def printable(text: str) -> str:
    """Return text without control characters and without those that turn the direction of what follows."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", text)
