"""Images by Gemini: the same SDK as for the stylist's words, and one answer instead of a stream."""

import asyncio
from functools import cached_property
from typing import Any

from . import DrawingPrompt, ImagePart, ModelFailed
from .gemini import check_finish, client_of, failure

MAX_BYTES = 12_000_000  # of an answer: its image is in base64
SECONDS = 45
RATIOS = {"9:16": 9 / 16, "2:3": 2 / 3, "3:4": 3 / 4, "1:1": 1.0, "4:3": 4 / 3, "3:2": 3 / 2, "16:9": 16 / 9}
"""Width to height, as `ImageConfig` of google-genai 3.6 names them."""


class GeminiImages:
    """Asks one image model of the Gemini API. Knows nothing of retries: see `guarded`."""

    def __init__(self, api_key: str, model: str, base_url: str = "") -> None:
        self._api_key = api_key
        self._model = model
        self._base_url = base_url

    async def draw(self, prompt: DrawingPrompt) -> bytes:
        """Return the image that was drawn. Raise ModelFailed when the service fails, refuses, or answers in words."""
        client = await asyncio.to_thread(lambda: self._client)
        try:
            answer = await client.aio.models.generate_content(
                model=self._model, contents=_contents(prompt), config=_config(prompt)
            )
        except ModelFailed:
            raise
        except Exception as error:  # Errors of the SDK, of its HTTP client and of JSON have no common base.
            raise failure(error) from error
        check_finish(answer)
        return _drawn(answer)

    @cached_property
    def _client(self) -> Any:
        from .capped_http import capped_client

        http = capped_client(MAX_BYTES, uses_proxy=True)
        return client_of(self._api_key, self._base_url, SECONDS, httpx_async_client=http)


def _contents(prompt: DrawingPrompt) -> list[Any]:
    from google.genai import types

    def part(image: ImagePart) -> Any:
        return types.Part.from_bytes(data=image.data, mime_type=image.mime_type)

    parts = [types.Part(text=prompt.instruction), types.Part(text="The person:"), part(prompt.person)]
    for number, garment in enumerate(prompt.garments, 1):
        parts += [types.Part(text=f"Garment {number}: {garment.kind.lower()}"), part(garment.image)]
    return [types.Content(role="user", parts=parts)]


def _config(prompt: DrawingPrompt) -> Any:
    from google.genai import types

    shape = prompt.width / prompt.height
    nearest = min(RATIOS, key=lambda name: max(RATIOS[name] / shape, shape / RATIOS[name]))
    return types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=nearest),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def _drawn(answer: Any) -> bytes:
    """Return the last image of the answer that is not part of the model's thinking."""
    images = [
        part.inline_data.data
        for candidate in answer.candidates or ()
        for part in (candidate.content.parts if candidate.content else None) or ()
        if part.inline_data is not None and part.inline_data.data and not part.thought
    ]
    if not images:
        raise ModelFailed("words_only", is_refusal=True)
    return bytes(images[-1])
