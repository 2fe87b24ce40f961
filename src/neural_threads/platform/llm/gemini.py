"""Google's Gemini through google-genai, which is imported at the first question: 0.8 s of CPU and 34 MB."""

import asyncio
from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any

import structlog

from . import ModelFailed, Prompt

log = structlog.get_logger(__name__)

RETRIABLE = (408, 429, 500, 502, 503, 504)
MAX_TOKENS = 2_048
REFUSALS = (
    "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
    "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE",
)  # fmt: skip
"""Finish reasons by which the model says that it does not want to, rather than that it cannot."""


class Gemini:
    """Asks one model of the Gemini API. Knows nothing of retries: see `guarded`."""

    def __init__(self, api_key: str, model: str, base_url: str = "") -> None:
        self._api_key = api_key
        self._model = model
        self._base_url = base_url

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Yield the fragments of the answer as they come. Raise ModelFailed when the service refuses, breaks off or blocks."""
        # Imported in a thread: it takes most of a second, and others are being served.
        client = await asyncio.to_thread(lambda: self._client)
        try:
            chunks = await client.aio.models.generate_content_stream(
                model=self._model, contents=_contents(prompt), config=_config(prompt)
            )
            async for chunk in chunks:
                if chunk.text:
                    yield chunk.text
                check_finish(chunk)
        except ModelFailed:
            raise
        except Exception as error:  # Errors of the SDK, of its HTTP client and of JSON have no common base.
            raise failure(error) from error

    @cached_property
    def _client(self) -> Any:
        return client_of(self._api_key, self._base_url)


def client_of(api_key: str, base_url: str, seconds: int = 20, **options: Any) -> Any:
    """Return a client of the SDK, which itself retries nothing. `seconds`: of each read. `options`: more for its HTTP."""
    from google import genai
    from google.genai import types

    http = types.HttpOptions(
        base_url=base_url or None,
        timeout=seconds * 1_000,
        retry_options=types.HttpRetryOptions(attempts=1),
        **options,
    )
    return genai.Client(api_key=api_key, http_options=http)


def _contents(prompt: Prompt) -> list[Any]:
    from google.genai import types

    earlier = [types.Content(role=turn.role, parts=[types.Part(text=turn.text)]) for turn in prompt.turns]
    parts = [types.Part(text=prompt.text)]
    parts += [types.Part.from_bytes(data=image.data, mime_type=image.mime_type) for image in prompt.images]
    return [*earlier, types.Content(role="user", parts=parts)]


def _config(prompt: Prompt) -> Any:
    from google.genai import types

    return types.GenerateContentConfig(
        system_instruction=prompt.instruction,
        response_mime_type="application/json",
        response_schema=prompt.schema,
        max_output_tokens=MAX_TOKENS,
        temperature=0.7,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def check_finish(chunk: Any) -> None:
    """Raise ModelFailed when the model stopped for another reason than having finished. The SDK raises nothing itself."""
    feedback = getattr(chunk, "prompt_feedback", None)
    if feedback is not None and feedback.block_reason:
        raise ModelFailed("blocked", is_refusal=True)
    for candidate in chunk.candidates or ():
        reason = getattr(candidate.finish_reason, "name", candidate.finish_reason)
        if reason not in (None, "STOP", "FINISH_REASON_UNSPECIFIED"):
            raise ModelFailed(f"finish_{str(reason).lower()[:40]}", is_refusal=reason in REFUSALS)


def failure(error: Exception) -> ModelFailed:
    """Return what an error of the SDK means for whoever asked."""
    code = getattr(error, "code", None)
    log.info("gemini_error", error=type(error).__name__, code=code)
    if isinstance(code, int) and 400 <= code < 500 and code not in RETRIABLE:
        return ModelFailed(f"status_{code}")
    return ModelFailed(f"status_{code}" if code else type(error).__name__, may_retry=True)
