"""The protocol of a language model: what is asked of it, and how it fails."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

import msgspec


class ImagePart(msgspec.Struct, frozen=True):
    """A picture as bytes; a model is never given an address of ours."""

    data: bytes
    mime_type: str


class ModelTurn(msgspec.Struct, frozen=True):
    """One earlier message of the conversation, by the `user` or by the `model`."""

    role: str
    text: str


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """All that a model is told: how to answer, what was said before, and what is asked now."""

    instruction: str
    turns: Sequence[ModelTurn]
    text: str
    images: Sequence[ImagePart] = ()
    schema: dict[str, Any]
    """The answer's shape, as an OpenAPI 3.0 schema object."""


class ModelFailed(Exception):
    """The model gave no usable answer. `may_retry`: the same question may well succeed a moment later.

    `is_refusal`: the model works, but does not want to answer this.
    """

    def __init__(self, reason: str, *, may_retry: bool = False, is_refusal: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_retry = may_retry
        self.is_refusal = is_refusal


class LanguageModel(Protocol):
    """Something that answers a prompt in JSON of the prompt's schema, piece by piece."""

    def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Yield the fragments of one JSON document. Raise ModelFailed when there is no answer."""


class GarmentPart(msgspec.Struct, frozen=True):
    """A garment as bytes, and its kind: one of our own words, never what somebody wrote."""

    image: ImagePart
    kind: str


class DrawingPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """The person and the garments to draw, the lowest first. `width`, `height`: of the person's image, in pixels."""

    instruction: str
    person: ImagePart
    garments: Sequence[GarmentPart]
    width: int
    height: int


class ImageModel(Protocol):
    """Something that draws a person in garments."""

    async def draw(self, prompt: DrawingPrompt) -> bytes:
        """Return an encoded image, unchecked. Raise ModelFailed when there is none."""
