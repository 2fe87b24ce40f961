"""Background tasks of the socket server: run once, or repeat while the process lives."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from neural_threads.platform.errors import ThreadsError, Unavailable

log = logging.getLogger("neural_threads.realtime")


class BackgroundTasks:
    """All of them, so that they can be stopped together. What fails is logged and never stops what is repeated."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def once(self, work: Awaitable[None]) -> None:
        """Do this soon; a database that is gone may spare it."""
        self._begin(self._quietly(work))

    def every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again, for the first time after so many seconds."""
        self._begin(self._repeat(seconds, work))

    def stop(self) -> None:
        """Leave everything as it is."""
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Awaitable[None]) -> None:
        with contextlib.suppress(Unavailable):
            await work

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except ThreadsError as error:
                log.warning("realtime_chore_put_off %s", error.code)
            except Exception:
                log.exception("realtime_chore_failed")
