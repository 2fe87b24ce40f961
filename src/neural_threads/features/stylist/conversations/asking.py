"""Ask the stylist, and wait for the answer."""

from datetime import UTC, datetime

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.jobs import RESCUE_AFTER, finish_answer
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.jobs import defer
from neural_threads.platform.security.rate_limits import hit

from .actions import Asked, ask, repeated_question
from .flows import begin_answer, follow_answer, take_over_answer
from .presenting import answer_of_row
from .queries import answer_row_for, customer_of, pending_answer_of
from .shapes import Answer, Busy, NewQuestion


async def ask_stylist(me: Person, question: NewQuestion) -> Asked:
    """Store a question and begin to answer it; the same question again begins nothing.

    Raise Busy while another answer is under way, OtherQuestion when the client's id stands for other words, TooOften after
    20 questions in an hour, NotFound for a conversation that is not mine, Invalid for an image that is not mine.
    """
    async with reading() as db:
        repeated = await repeated_question(db, me, question)
    if repeated is not None:
        return repeated
    await hit("stylist", me.id)
    try:
        async with transaction() as db:
            target = await ask(db, me, question)
            if target.is_new and target.pending:
                await defer(db, finish_answer, at=datetime.now(UTC) + RESCUE_AFTER, answer_id=target.pending.answer_id)
    except Busy:
        await _rescue_answer_of(me)
        raise
    if target.is_new and target.pending:
        begin_answer(target.pending)
    return target


async def answer_to(me: Person, target: Asked) -> Answer | None:
    """Wait for the answer to a question of mine, at most a minute; None when its conversation was deleted meanwhile."""
    if target.pending is not None:
        async for _event in follow_answer(me, target.pending.answer_id):
            pass
    async with reading() as db:
        row = await answer_row_for(db, customer_of(me), target.question_id)
        return await answer_of_row(db, customer_of(me), row) if row else None


async def _rescue_answer_of(me: Person) -> None:
    async with reading() as db:
        pending = await pending_answer_of(db, customer_of(me))
    if pending and pending.is_stale:
        await take_over_answer(pending.answer_id)
