"""Messages that are choices of our own questions, tapped: they mean exactly what they were offered for."""

from collections.abc import Mapping
from functools import cache
from typing import Final, get_args

from .phrases import can_say, say
from .shapes import Intent, LanguageCode

_WITHOUT: Final = "suggest.without"


def tapped_intent(message: str) -> Intent | None:
    """Return what the choice with these words stands for; None for words of somebody's own."""
    return _choices().get(_plain(message))


def drops_the_place(message: str) -> bool:
    """Return True for the suggestion to leave out the location, in any language."""
    return _plain(message) in _without_place()


@cache
def _choices() -> Mapping[str, Intent]:
    return {
        _plain(say(language, f"choice.{intent}")): intent
        for language in get_args(LanguageCode)
        for intent in Intent
        if can_say(language, f"choice.{intent}")
    }


@cache
def _without_place() -> frozenset[str]:
    return frozenset(_plain(say(language, _WITHOUT)) for language in get_args(LanguageCode))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")
