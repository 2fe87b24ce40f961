"""Clarifying questions of the stylist, with choices that can be tapped."""

from .phrases import say
from .shapes import Intent, LanguageCode, QuestionSegment

_USUAL = (Intent.OUTFIT, Intent.DESIGNER, Intent.TAILOR, Intent.DESIGN, Intent.WARDROBE)
_SAYABLE = frozenset({*_USUAL, Intent.COLOUR, Intent.BODY, Intent.CARE})


def ask_back(language: LanguageCode, *between: Intent) -> QuestionSegment:
    """Return a question: which of these intents is meant; what is wanted at all when none is named."""
    choices = [intent for intent in between if intent in _SAYABLE]
    key = "question.two" if len(choices) > 1 else "question"
    named = choices if len(choices) > 1 else _USUAL
    return QuestionSegment(
        text=say(language, key), choices=tuple(say(language, f"choice.{intent.value}") for intent in named)
    )
