"""Run the local stylist in a thread with an event loop of its own, so that its computing never delays other requests.

The thread begins, and the word lists and the classifier are read, with the first question, not before. Questions of the catalogue
go back to the server's loop, which owns the database connections. One thread is enough: an answer takes a few milliseconds of CPU.
"""

import asyncio
import gc
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from neural_threads.features.accounts.enums import Language, Location, Niche, Skill
from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.portfolio.shapes import PortfolioCategory
from neural_threads.features.stylist.shapes import Catalogue, Reply, Turn
from neural_threads.platform.i18n import HOME_ZONE

T = TypeVar("T")
Answerer = Callable[[Turn, Catalogue], Awaitable[Reply]]

SWITCH_SECONDS: Final = 0.001
"""How long this thread may compute before the server's loop takes its turn; Python's default is 5 ms."""

_loop: asyncio.AbstractEventLoop | None = None
_loaded: asyncio.Task[Answerer] | None = None


def begin_loading() -> None:
    """Start to load the stylist, if that has not begun; whoever asks loads while the question is being stored."""
    asyncio.run_coroutine_threadsafe(_load(), _thread_loop())


async def answer_locally(turn: Turn, catalogue: Catalogue) -> Reply:
    """Return the local stylist's answer, composed in its thread."""
    asked_from = asyncio.get_running_loop()
    work = _answer(turn, _OnLoop(catalogue, asked_from))
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _thread_loop()))


async def compute(work: Callable[[], T]) -> T:
    """Return what some work of the CPU returns, done in the stylist's thread."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_done(work), _thread_loop()))


def _thread_loop() -> asyncio.AbstractEventLoop:
    global _loop
    if _loop is None:
        sys.setswitchinterval(SWITCH_SECONDS)
        _loop = asyncio.new_event_loop()
        threading.Thread(target=_loop.run_forever, name="stylist", daemon=True).start()
    return _loop


# In the thread


async def _done(work: Callable[[], T]) -> T:
    return work()


async def _answer(turn: Turn, catalogue: Catalogue) -> Reply:
    answer = await _load()
    return await answer(turn, catalogue)


async def _load() -> Answerer:
    """Return the stylist; after a failure the next question tries again."""
    global _loaded
    if _loaded is None or (_loaded.done() and (_loaded.cancelled() or _loaded.exception())):
        _loaded = asyncio.ensure_future(_read_words())
    return await asyncio.shield(_loaded)


async def _read_words() -> Answerer:
    from neural_threads.features.stylist.answering import answer

    await answer(Turn(message="Hello", now=datetime.now(HOME_ZONE)), _NoCatalogue())  # Reads lexicon and classifier.
    gc.freeze()  # The word lists stay for good; a collection need not look at them again.
    return answer


class _NoCatalogue:
    """A marketplace that offers nothing."""

    async def designers(self, **_filters: object) -> tuple[Designer, ...]:
        return ()

    async def tailors(self, **_filters: object) -> tuple[Tailor, ...]:
        return ()

    async def designs(self, **_filters: object) -> tuple[Design, ...]:
        return ()


class _OnLoop:
    """A catalogue whose queries run on the loop that owns the connections."""

    def __init__(self, catalogue: Catalogue, loop: asyncio.AbstractEventLoop) -> None:
        self._catalogue = catalogue
        self._loop = loop

    async def designers(
        self, *, niches: tuple[Niche, ...] = (), location: Location | None = None, languages: tuple[Language, ...] = (),
        budget_max: Decimal | None = None, limit: int = 3,
    ) -> tuple[Designer, ...]:  # fmt: skip
        return await self._there(
            self._catalogue.designers(
                niches=niches, location=location, languages=languages, budget_max=budget_max, limit=limit
            )
        )

    async def tailors(
        self, *, skills: tuple[Skill, ...] = (), location: Location | None = None, languages: tuple[Language, ...] = (),
        limit: int = 3,
    ) -> tuple[Tailor, ...]:  # fmt: skip
        return await self._there(
            self._catalogue.tailors(skills=skills, location=location, languages=languages, limit=limit)
        )

    async def designs(
        self, *, search: str = "", categories: tuple[PortfolioCategory, ...] = (), price_max: Decimal | None = None,
        limit: int = 3,
    ) -> tuple[Design, ...]:  # fmt: skip
        return await self._there(
            self._catalogue.designs(search=search, categories=categories, price_max=price_max, limit=limit)
        )

    async def _there(self, query: Coroutine[object, object, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(query, self._loop))
