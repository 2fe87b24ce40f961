"""Answering in the background, following and stopping: several transactions with slow work between them.

An answer belongs to its conversation, not to the request that asked for it. A row of `chatbot_answers` stands for it until it
is stored; whoever works on it is heard of every second, and when it is not, another process takes over.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import structlog

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import ThreadsError
from neural_threads.platform.i18n import use_language

from .actions import (
    claim_answer,
    keep_alive,
    release_answers,
    request_stop,
    store_answer,
)
from .composing import apology, compose_answer
from .live import AnswerEvent, Delta, Done, Gone, LiveAnswer, SegmentReady
from .presenting import answer_of_row
from .queries import customer_of, message_row, pending_answer
from .shapes import PendingAnswer

log = structlog.get_logger(__name__)

HEARTBEAT = 1.0
LOOK_EVERY = 0.3
FOLLOW_AT_MOST = 60.0

_live: dict[str, LiveAnswer] = {}
_tasks: set[asyncio.Task[None]] = set()


async def follow_answer(me: Person, answer_id: str) -> AsyncIterator[AnswerEvent]:
    """Yield what is said of an answer of mine, from its beginning; Done or Gone is the last, if it is there within a minute."""
    deadline = asyncio.get_running_loop().time() + FOLLOW_AT_MOST
    shown = ""
    while asyncio.get_running_loop().time() < deadline:
        live = _live.get(answer_id) or await take_over_answer(answer_id)
        if live is not None:
            async for event in live.follow():
                yield event
                if isinstance(event, Done | Gone):
                    return
        async with reading() as db:
            pending = await pending_answer(db, answer_id)
            if pending is None:
                yield await _stored(me, answer_id)
                return
        if pending.text.startswith(shown) and pending.text != shown:
            yield Delta(pending.text.removeprefix(shown))
            shown = pending.text
        await asyncio.sleep(LOOK_EVERY)


async def _stored(me: Person, answer_id: str) -> AnswerEvent:
    try:
        async with reading() as db:
            row = await message_row(db, customer_of(me), answer_id)
            return Done(await answer_of_row(db, customer_of(me), row))
    except ThreadsError:
        return Gone()


async def stop_answer(me: Person, conversation_id: str) -> None:
    """End the answer under way in a conversation of mine, and wait until what was said of it is stored. NotFound for others."""
    async with transaction() as db:
        answer_id = await request_stop(db, me, conversation_id)
    live = _live.get(answer_id or "")
    if live is not None:
        live.stop_requested.set()
    if answer_id:
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                async for _event in follow_answer(me, answer_id):
                    pass


async def take_over_answer(answer_id: str) -> LiveAnswer | None:
    """Go on with an answer whose worker is gone. None when somebody works on it, or nobody waits for it."""
    async with transaction() as db:
        pending = await claim_answer(db, answer_id)
    return begin_answer(pending) if pending else None


async def release_all_answers() -> None:
    """End the work of this process on its answers, and let others go on with them at once."""
    answer_ids = list(_live)
    for task in list(_tasks):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    if answer_ids:
        with suppress(ThreadsError):
            async with transaction() as db:
                await release_answers(db, answer_ids)


# The work


def begin_answer(pending: PendingAnswer) -> LiveAnswer:
    """Begin to work on an answer in the background of this process."""
    live = LiveAnswer(pending.answer_id)
    _live[pending.answer_id] = live
    task = asyncio.create_task(_work(pending, live), name=f"answer {pending.answer_id}")
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return live


async def _work(pending: PendingAnswer, live: LiveAnswer) -> None:
    heart = asyncio.create_task(_stay_alive(pending, live))
    try:
        with use_language(pending.locale):
            if pending.is_stopped:
                live.stop_requested.set()
            await _answer(pending, live)
    except ThreadsError as error:
        log.warning(
            "answer_interrupted", error=error.code
        )  # Its row stays; it is taken over, at the latest by the job.
    finally:
        heart.cancel()
        _live.pop(pending.answer_id, None)
        live.end()


async def _answer(pending: PendingAnswer, live: LiveAnswer) -> None:
    try:
        finished = await compose_answer(pending, live)
    except ThreadsError:
        raise
    except Exception:  # A defect of ours: whoever asked is told so, and can go on.
        log.exception("answer_failed")
        finished = apology(pending.locale)
    if finished is None:
        live.tell(Gone())
        return
    async with transaction() as db:
        is_stored = await store_answer(db, pending, finished)
    if not is_stored:
        live.tell(Gone())
        return
    async with reading() as db:
        answer = await answer_of_row(
            db, pending.customer_id, await message_row(db, pending.customer_id, pending.answer_id)
        )
    for index, segment in enumerate(answer.segments):
        live.tell(SegmentReady(index, segment))
    live.tell(Done(answer))


async def _stay_alive(pending: PendingAnswer, live: LiveAnswer) -> None:
    """Say every second that somebody works on the answer, and hear whether it is to end."""
    while True:
        await asyncio.sleep(HEARTBEAT)
        try:
            async with transaction() as db:
                goes_on = await keep_alive(db, pending.answer_id, live.text)
        except ThreadsError:
            continue
        if not goes_on:
            live.stop_requested.set()
