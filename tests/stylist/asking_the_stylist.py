"""Turns and wardrobes for the tests of the stylist."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bench.stylist_catalogue import DemoCatalogue
from neural_threads.features.stylist.answering import answer
from neural_threads.features.stylist.shapes import (
    OutfitSegment,
    OwnedItem,
    Profile,
    QuestionSegment,
    Reply,
    Said,
    TextSegment,
    Turn,
)
from neural_threads.platform.i18n import HOME_ZONE

NOW = datetime(2026, 11, 28, 12, tzinfo=HOME_ZONE)
CATALOGUE = DemoCatalogue()


def item(name: str, category: str, subcategory: str | None = None, color: str | None = None, **more: Any) -> OwnedItem:
    """An item of a wardrobe; its id is its name."""
    fields = {"id": name, "name": name, "category": category, "subcategory": subcategory, "color": color}
    return msgspec.structs.replace(msgspec.convert(fields, OwnedItem, strict=False), **more)


SHIRT = item("Light blue formal shirt", "UPPERWEAR", "FORMAL", "light blue")
TROUSERS = item("Grey formal trousers", "BOTTOMWEAR", "FORMAL", "grey")
OXFORDS = item("Black oxford shoes", "SHOES", "FORMAL", "black")
SAREE = item("Peacock silk saree", "DRESS", "ETHNIC", "teal")
LEHENGA = item("Maroon velvet lehenga", "DRESS", "BRIDAL", "maroon")
JUTTIS = item("Gold juttis", "SHOES", "ETHNIC", "gold")
TRENCH = item("Beige trench coat", "OUTERWEAR", "WESTERN", "beige")
SHORTS = item("Black gym shorts", "BOTTOMWEAR", "CASUAL", "black")
TSHIRT = item("Black t-shirt", "UPPERWEAR", "CASUAL", "black")
SNEAKERS = item("White sneakers", "SHOES", "CASUAL", "white")
WARDROBE = (SHIRT, TROUSERS, OXFORDS, SAREE, LEHENGA, JUTTIS, TRENCH, SHORTS, TSHIRT, SNEAKERS)


def turn(message: str, *earlier: str, wardrobe: tuple[OwnedItem, ...] = WARDROBE, **more: Any) -> Turn:
    """A turn; `earlier` are what user and assistant said before, in turns."""
    history = tuple(Said(role="assistant" if number % 2 else "user", text=text) for number, text in enumerate(earlier))
    return Turn(message=message, history=history, wardrobe=wardrobe, now=NOW, **more)


def ask(message: str, *earlier: str, **more: Any) -> Reply:
    """The answer, with the demo's shops for a catalogue."""
    return asyncio.run(answer(turn(message, *earlier, **more), CATALOGUE))


def words(reply: Reply) -> str:
    """The sentences and questions of an answer."""
    return " ".join(segment.text for segment in reply.segments if isinstance(segment, TextSegment | QuestionSegment))


def worn(reply: Reply) -> set[str]:
    """The names of all items in the outfits of an answer."""
    return {one.name for segment in reply.segments if isinstance(segment, OutfitSegment) for one in segment.items}


def long_ago(days: int) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


def profile(**fields: Any) -> Profile:
    """A profile."""
    return msgspec.convert(fields, Profile, strict=False)
