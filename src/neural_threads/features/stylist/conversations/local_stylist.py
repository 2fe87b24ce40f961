"""Ask the local stylist, which answers in a child process, so that its computing never delays the server's other requests.

The child begins with the first question; nothing of the stylist is loaded before. It has a connection of its own, since what it
reads (a wardrobe of up to 1,000 items, the catalogue) would hold up the server's loop as much as its computing.
"""

from functools import cache
from importlib import import_module
from types import ModuleType

import msgspec
import structlog

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.model.offer import Offer
from neural_threads.features.stylist.shapes import ImageReading, Reply, Turn
from neural_threads.platform.compute.bounded_process import BoundedProcess, ProcessDied

from .shapes import PendingAnswer

log = structlog.get_logger(__name__)

CPU_SECONDS = 5
WALL_SECONDS = 30.0
PATIENCE = 30.0
"""Seconds that an answer waits for those before it; one takes about 50 ms of CPU."""
TRIES = 2


class LocalTask(msgspec.Struct, frozen=True, kw_only=True):
    """The order for one answer. `is_for_model`: a language model is to be asked, too, and needs what the child has read."""

    pending: PendingAnswer
    me: Person
    image: ImageReading | None
    is_for_model: bool


class ModelInput(msgspec.Struct, frozen=True, kw_only=True):
    """The turn that a language model is to answer, and what its answer may name."""

    turn: Turn
    offer: Offer


class LocalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The local stylist's answer, and what a language model needs for its own, if that was asked for."""

    reply: Reply
    for_model: ModelInput | None


async def answer_locally(task: LocalTask) -> LocalAnswer | None:
    """Return the local stylist's answer; None when the question is gone.

    A child that dies over it is replaced, and the new one asked again. Raises ProcessDied when that dies, too, and Unavailable
    when the database is away or no turn comes.
    """
    for _another in range(TRIES - 1):
        try:
            return await _process().run(answer, task)
        except ProcessDied:
            log.warning("stylist_asked_again", answer=task.pending.answer_id)
    return await _process().run(answer, task)


@cache
def _process() -> BoundedProcess:
    return BoundedProcess(
        "stylist",
        cpu_seconds=CPU_SECONDS,
        wall_seconds=WALL_SECONDS,
        idle_seconds=WALL_SECONDS,  # It sleeps while PostgreSQL works.
        patience=PATIENCE,
        prepare=prepare,
    )


# In the child


def prepare() -> None:
    """Start of the process."""
    _behind().prepare()


def answer(task: LocalTask) -> LocalAnswer | None:
    """See local_answering.answer. For BoundedProcess.run."""
    result: LocalAnswer | None = _behind().answer(task)
    return result


def _behind() -> ModuleType:
    # By name, so that whatever follows the server's imports does not load word lists and classifier.
    return import_module(f"{__package__}.local_answering")
