"""The local stylist's work in its child process: load a turn and answer it, over one connection of its own."""

import asyncio
import gc
import os
from contextlib import suppress
from datetime import datetime
from functools import cache

import structlog

from neural_threads.features.catalog.designers.shapes import Designer
from neural_threads.features.catalog.designs.shapes import Design
from neural_threads.features.catalog.tailors.shapes import Tailor
from neural_threads.features.stylist.answering import answer as answer_of
from neural_threads.features.stylist.candidates import MarketplaceCatalogue
from neural_threads.features.stylist.model.offering import RememberingCatalogue, offer_for
from neural_threads.features.stylist.shapes import Turn
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import open_pool, reading
from neural_threads.platform.errors import ThreadsError, Unavailable
from neural_threads.platform.i18n import HOME_ZONE, use_language
from neural_threads.platform.logs import set_up_logging

from .local_stylist import LocalAnswer, LocalTask, ModelInput
from .turn import load_turn

log = structlog.get_logger(__name__)

NICENESS = 10
"""Where cores are short the server goes first: a chat message is awaited in milliseconds, an answer may take a second."""


def prepare() -> None:
    """Read word lists and classifier, and take them out of the collector's way: they stay for good."""
    set_up_logging(get_settings().log_level)
    asyncio.run(_read_words())
    gc.collect()
    gc.freeze()
    with suppress(OSError):  # A service may be forbidden to change priorities; answers come all the same.
        os.nice(NICENESS)  # Only now, so that the first question need not wait for long.


def answer(task: LocalTask) -> LocalAnswer | None:
    """Return the answer to a question; None when it is gone. Raises Unavailable while the database is away."""
    return _runner().run(_answered(task))


async def _answered(task: LocalTask) -> LocalAnswer | None:
    with use_language(task.pending.locale):
        try:
            return await _composed(task)
        except Unavailable:
            # The connection may have been closed since the last question; the pool has another one now.
            return await _composed(task)
        except ThreadsError:
            raise
        except Exception:  # Logged here, where its traceback is; the server hears its name only.
            log.exception("stylist_failed")
            raise


async def _composed(task: LocalTask) -> LocalAnswer | None:
    async with reading() as db:
        turn = await load_turn(db, task.pending, task.image)
    if turn is None:
        return None
    catalogue = RememberingCatalogue(MarketplaceCatalogue(task.me))
    reply = await answer_of(turn, catalogue)
    if not task.is_for_model:
        return LocalAnswer(reply=reply, for_model=None)
    offer = await offer_for(turn, reply, catalogue)
    return LocalAnswer(reply=reply, for_model=ModelInput(turn=turn, offer=offer))


@cache
def _runner() -> asyncio.Runner:
    """Return the loop on which the connection lives; it only runs while a question is answered."""
    runner = asyncio.Runner()
    settings = get_settings()
    runner.run(open_pool(settings.database_url, size=1, pooler=settings.database_pooler))
    return runner


async def _read_words() -> None:
    await answer_of(Turn(message="Hello", now=datetime.now(HOME_ZONE)), _NoCatalogue())


class _NoCatalogue:
    """A marketplace that offers nothing."""

    async def designers(self, **_filters: object) -> tuple[Designer, ...]:
        return ()

    async def tailors(self, **_filters: object) -> tuple[Tailor, ...]:
        return ()

    async def designs(self, **_filters: object) -> tuple[Design, ...]:
        return ()
