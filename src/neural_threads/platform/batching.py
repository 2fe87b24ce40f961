"""Batch look-ups: those that arrive while one statement runs are answered together by the next.

On a quiet server nobody waits and nothing is gathered; on a busy one, a statement answers for many. The same idea as
DataLoader's batches, with the answer under way as the only clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Batcher(Generic[K, V]):
    """`ask` takes some keys and answers for those that it knows."""

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The answer for this key, asked after this call; None when there is none. Raises what `ask` raises."""
        mine: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, mine))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        return await mine

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                target, self._waiting = self._waiting, []
                result = await self._ask(list({key for key, _ in target}))
                for key, future in target:
                    if not future.done():  # Whoever asked may have gone.
                        future.set_result(result.get(key))
        except Exception as error:
            # Those who came meanwhile would meet the same trouble, and each in turn would wait for it again.
            for _, future in [*target, *self._waiting]:
                if not future.done():
                    future.set_exception(error)
            self._waiting = []
        finally:
            self._asking = None
