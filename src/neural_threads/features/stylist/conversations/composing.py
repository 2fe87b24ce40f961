"""Compose one answer: by the local stylist, and by the language model where there is one and the customer agreed."""

import asyncio
import re
from contextlib import suppress

import structlog

from neural_threads.features.accounts.consents import ConsentPurpose, has_consented
from neural_threads.features.stylist.model.answering import answer_by_model
from neural_threads.features.stylist.model.checking import CheckedAnswer
from neural_threads.features.stylist.shapes import Reply, Segment, TextSegment
from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.llm import ModelFailed
from neural_threads.platform.llm.configured import configured_model
from neural_threads.platform.llm.guarded import GuardedModel

from .actions import FinishedAnswer
from .live import LiveAnswer
from .local_stylist import LocalAnswer, LocalTask, ModelInput, answer_locally
from .markers import response_of
from .question_image import read_question_image
from .shapes import PendingAnswer
from .turn import Asker, load_asker

log = structlog.get_logger(__name__)


async def compose_answer(pending: PendingAnswer, live: LiveAnswer) -> FinishedAnswer | None:
    """Return the answer to a question, whose text `live` hears as it comes; None when the customer is gone.

    No database connection is held between its statements. The local stylist answers first: what it understood chooses the
    candidates that the model is offered, and its answer is at hand when the model fails.
    """
    async with reading() as db:
        asker = await load_asker(db, pending)
        has_consent = await has_consented(db, pending.user_id, ConsentPurpose.STYLIST)
    if asker is None:
        return None
    model = configured_model() if has_consent else None
    try:
        local = await _local_answer(pending, asker, is_for_model=model is not None)
    except ProcessDied:
        return apology(pending.locale)
    if local is None:
        return None
    reply = local.reply
    if model is not None and local.for_model is not None and not live.stop_requested.is_set():
        by_model = await _model_answer(model, local.for_model, reply, asker, live)
        if by_model is not None:
            return by_model
    if not live.text:  # Words of a model that broke off are replaced as a whole.
        _say_aloud(reply.segments, live)
    return _finished(reply.segments, reply, is_mock=True)


async def _local_answer(pending: PendingAnswer, asker: Asker, *, is_for_model: bool) -> LocalAnswer | None:
    image = await read_question_image(asker.me, asker.image_id)
    return await answer_locally(LocalTask(pending=pending, me=asker.me, image=image, is_for_model=is_for_model))


async def _model_answer(
    model: GuardedModel, given: ModelInput, reply: Reply, asker: Asker, live: LiveAnswer
) -> FinishedAnswer | None:
    """Return the model's answer, or what it had said when it was stopped; None when it failed."""
    asking = asyncio.ensure_future(answer_by_model(model, given.turn, reply, given.offer, asker.image_id, live.say))
    stopping = asyncio.ensure_future(live.stop_requested.wait())
    try:
        await asyncio.wait([asking, stopping], return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return _of_model(asking.result(), reply)
        result: tuple[Segment, ...] = (TextSegment(text=live.text),) if live.text else ()
        return _finished(result, reply, is_mock=False, is_stopped=True)
    except ModelFailed as error:
        log.info("local_stylist_instead", reason=error.reason)
        return None
    except Exception:
        log.exception("model_answer_failed")
        return None
    finally:
        for task in (asking, stopping):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


def _of_model(answer: CheckedAnswer, reply: Reply) -> FinishedAnswer:
    finished = _finished(answer.segments, reply, is_mock=False)
    finished.suggestions = answer.suggestions or reply.suggestions
    return finished


def _finished(
    segments: tuple[Segment, ...], reply: Reply, *, is_mock: bool, is_stopped: bool = False
) -> FinishedAnswer:
    return FinishedAnswer(
        response=response_of(segments),
        segments=segments,
        suggestions=reply.suggestions,
        language=reply.language,
        is_mock=is_mock,
        is_stopped=is_stopped,
    )


def apology(language: str) -> FinishedAnswer:
    """Return what is said when an answer could not be composed at all."""
    sorry = (TextSegment(text=_("Something went wrong on our side. Please ask me again.")),)
    return FinishedAnswer(
        response=response_of(sorry),
        segments=sorry,
        suggestions=(),
        language=language,
        is_mock=True,
        is_stopped=False,
    )


def _say_aloud(segments: tuple[Segment, ...], live: LiveAnswer) -> None:
    """Tell the text of an answer that is known as a whole, sentence by sentence."""
    for segment in segments:
        if isinstance(segment, TextSegment):
            if live.text:
                live.say("\n\n")
            for sentence in _sentences(segment.text):
                live.say(sentence)


def _sentences(text: str) -> list[str]:
    """Return the text in items that end after a sentence; put together they are the text."""
    return [item for item in re.split(r"(?<=[.!?।])(?=\s)", text) if item]
