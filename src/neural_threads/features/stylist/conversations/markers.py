"""The segments of an answer as one text in the markers of the specification. Text is never read back into markers."""

from collections.abc import Callable, Sequence
from typing import Any

from neural_threads.features.stylist.shapes import (
    DesignerSegment,
    DesignSegment,
    OutfitSegment,
    QuestionSegment,
    Segment,
    TailorSegment,
    TextSegment,
)
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import rupees

_BRACKETS = str.maketrans({"[": "(", "]": ")"})
_IN_LINK = str.maketrans({"[": "(", "]": ")", ":": " ", "\n": " ", "\r": " "})


def response_of(segments: Sequence[Segment]) -> str:
    """Return the answer in markers. Brackets of any text or name become parentheses, so that no marker is born of them."""
    return "\n\n".join(_RENDERED[type(segment)](segment) for segment in segments)


def _plain(text: str) -> str:
    return text.translate(_BRACKETS)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _text(segment: TextSegment) -> str:
    return _plain(segment.text)


def _outfit(segment: OutfitSegment) -> str:
    items = [f"- {_plain(item.name)}" for item in segment.items]
    missing = [f"- {_plain(text)}" for text in segment.missing]
    return _lines("[OUTFIT_START]", _plain(segment.title), *items, *missing, _plain(segment.why), "[OUTFIT_END]")


def _designer(segment: DesignerSegment) -> str:
    link = f"[CHAT_DESIGNER:{segment.id}:{segment.name.translate(_IN_LINK)}]"
    return _lines("[DESIGNER_START]", _plain(segment.name), _plain(segment.why), link, "[DESIGNER_END]")


def _tailor(segment: TailorSegment) -> str:
    link = f"[CHAT_TAILOR:{segment.id}:{segment.name.translate(_IN_LINK)}]"
    return _lines("[TAILOR_START]", _plain(segment.name), _plain(segment.why), link, "[TAILOR_END]")


def _design(segment: DesignSegment) -> str:
    price = _("from %(price)s") % {"price": rupees(segment.price)} if segment.price is not None else ""
    described = " · ".join(filter(None, [segment.description, segment.designer_name, price]))
    return _lines(_plain(described), _plain(segment.why))


def _question(segment: QuestionSegment) -> str:
    return _lines(_plain(segment.text), *(f"- {_plain(choice)}" for choice in segment.choices))


_RENDERED: dict[type, Callable[[Any], str]] = {
    TextSegment: _text,
    OutfitSegment: _outfit,
    DesignerSegment: _designer,
    TailorSegment: _tailor,
    DesignSegment: _design,
    QuestionSegment: _question,
}
