"""Models within bounds: a deadline around everything, one retry, so many bytes, and a circuit breaker."""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator

import structlog

from . import DrawingPrompt, ImageModel, LanguageModel, ModelFailed, Prompt

log = structlog.get_logger(__name__)

SECONDS = 20.0  # of one answer, its retry included
MAX_BYTES = 8_192
FAILURES = 5
WINDOW = 30.0  # seconds


class CircuitBreaker:
    """Open while five failures lie within the last 30 seconds."""

    def __init__(self) -> None:
        self._failures: deque[float] = deque(maxlen=FAILURES)

    @property
    def is_open(self) -> bool:
        """Return True when nothing is to be asked for the moment."""
        return len(self._failures) == FAILURES and self._failures[0] > time.monotonic() - WINDOW

    def record_failure(self) -> None:
        """Count one failure."""
        self._failures.append(time.monotonic())

    def record_success(self) -> None:
        """Forget the failures: it works again."""
        self._failures.clear()


class _Guarded:
    """Whoever judges an answer says so here."""

    def __init__(self) -> None:
        self.breaker = CircuitBreaker()

    def accept(self) -> None:
        """Record that the whole answer was good."""
        self.breaker.record_success()

    def reject(self, reason: str) -> None:
        """Record that there was no answer, or none that can be used."""
        self.breaker.record_failure()
        log.warning("model_failed", reason=reason, breaker_open=self.breaker.is_open)


class GuardedModel(_Guarded):
    """A model whose answers end in time, and which is left alone while it fails.

    The SDK's own time-out is per read, and one byte a second outlives it; hence a deadline of our own around all reads.
    """

    def __init__(self, model: LanguageModel, seconds: float = SECONDS) -> None:
        super().__init__()
        self._model = model
        self._seconds = seconds

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Yield the fragments of the answer. Raise ModelFailed at the latest after 20 seconds, or at once while the breaker is open.

        A failure is tried again once, after a short random pause, but not after a fragment was yielded.
        """
        if self.breaker.is_open:
            raise ModelFailed("breaker_open")
        deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async for fragment in self._twice(prompt, deadline):
                yield fragment
        except ModelFailed as error:
            self.reject(error.reason)
            raise

    async def _twice(self, prompt: Prompt, deadline: float) -> AsyncIterator[str]:
        for is_last in (False, True):
            size = 0
            try:
                async for fragment in _until(deadline, self._model.stream(prompt)):
                    size += len(fragment.encode())
                    if size > MAX_BYTES:
                        raise ModelFailed("too_long")
                    yield fragment
                if size:
                    return
                raise ModelFailed("empty", may_retry=True)
            except ModelFailed as error:
                pause = random.uniform(0.2, 0.8)
                out_of_time = asyncio.get_running_loop().time() + pause >= deadline
                if is_last or size or not error.may_retry or out_of_time:
                    raise
                await asyncio.sleep(pause)


class GuardedImageModel(_Guarded):
    """An image model whose answers end in time, and which is left alone while it fails. A refusal is no failure."""

    def __init__(self, model: ImageModel, seconds: float) -> None:
        super().__init__()
        self._model = model
        self._seconds = seconds

    async def draw(self, prompt: DrawingPrompt) -> bytes:
        """Return an encoded image, unchecked. Raise ModelFailed at the latest after `seconds`, or at once while the breaker is open."""
        if self.breaker.is_open:
            raise ModelFailed("breaker_open")
        deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(deadline):
                return await self._twice(prompt, deadline)
        except TimeoutError:
            self.reject("timeout")
            raise ModelFailed("timeout") from None
        except ModelFailed as error:
            if not error.is_refusal:
                self.reject(error.reason)
            raise

    async def _twice(self, prompt: DrawingPrompt, deadline: float) -> bytes:
        try:
            return await self._model.draw(prompt)
        except ModelFailed as error:
            pause = random.uniform(0.2, 0.8)
            if not error.may_retry or asyncio.get_running_loop().time() + pause >= deadline:
                raise
            await asyncio.sleep(pause)
        return await self._model.draw(prompt)


async def _until(deadline: float, fragments: AsyncIterator[str]) -> AsyncIterator[str]:
    """Yield the fragments that come before the deadline, then raise ModelFailed."""
    try:
        while True:
            async with asyncio.timeout_at(deadline):
                fragment = await anext(fragments, None)
            if fragment is None:
                return
            yield fragment
    except TimeoutError:
        raise ModelFailed("timeout") from None
    finally:
        close = getattr(fragments, "aclose", None)
        if close is not None:
            await close()
