"""Composing one answer: by the local stylist, and by the language model where there is one and the customer agreed."""

import asyncio
import re
from contextlib import suppress
from functools import partial

import msgspec
import structlog

from neural_threads.features.accounts.consents import ConsentPurpose, has_consented
from neural_threads.features.stylist.candidates import MarketplaceCatalogue
from neural_threads.features.stylist.model.answering import answer_by_model
from neural_threads.features.stylist.model.checking import CheckedAnswer
from neural_threads.features.stylist.shapes import Reply, Segment, TextSegment
from neural_threads.platform.db import reading
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.llm import ModelFailed
from neural_threads.platform.llm.configured import configured_model

from .actions import FinishedAnswer
from .live import LiveAnswer
from .local_stylist import answer_locally, begin_loading, compute
from .markers import response_of
from .shapes import PendingAnswer
from .turn import LoadedTurn, load_turn, owned_items, read_question_image

log = structlog.get_logger(__name__)


async def compose_answer(pending: PendingAnswer, live: LiveAnswer) -> FinishedAnswer | None:
    """Return the answer to a question, whose text `live` hears as it comes; None when the customer is gone.

    No database connection is held between its statements. The local stylist answers first: what it understood chooses the
    candidates that the model is offered, and its answer is at hand when the model fails.
    """
    begin_loading()
    async with reading() as db:
        loaded = await load_turn(db, pending)
        has_consent = await has_consented(db, pending.user_id, ConsentPurpose.STYLIST)
    if loaded is None:
        return None
    reply = await _local_reply(loaded)
    if reply is None:
        return apology(pending.locale)
    if has_consent and not live.stop_requested.is_set():
        by_model = await _model_answer(loaded, reply, live)
        if by_model is not None:
            return by_model
    if not live.text:  # Words of a model that broke off are replaced as a whole.
        _say_aloud(reply.segments, live)
    return _finished(reply.segments, reply, is_mock=True)


async def _local_reply(loaded: LoadedTurn) -> Reply | None:
    """Return the local stylist's answer; None, and a line in the log, when it broke."""
    try:
        items = await compute(partial(owned_items, loaded.rows))
        loaded.turn = msgspec.structs.replace(
            loaded.turn, wardrobe=items, image=await read_question_image(loaded.me, loaded.image_id)
        )
        return await answer_locally(loaded.turn, MarketplaceCatalogue(loaded.me))
    except Exception:
        log.exception("stylist_failed")
        return None


async def _model_answer(loaded: LoadedTurn, reply: Reply, live: LiveAnswer) -> FinishedAnswer | None:
    """Return the model's answer, or what it had said when it was stopped; None when it failed or there is no model."""
    model = configured_model()
    if model is None:
        return None
    catalogue = MarketplaceCatalogue(loaded.me)
    asking = asyncio.ensure_future(answer_by_model(model, loaded.turn, reply, catalogue, loaded.image_id, live.say))
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
    sorry = (
        TextSegment(
            text=_("Something came undone on our side, and I could not think this through. Please ask me again.")
        ),
    )
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
