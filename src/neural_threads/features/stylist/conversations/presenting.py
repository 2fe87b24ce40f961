"""Prepare stored messages for display: every id in them is looked up again."""

from collections.abc import Sequence

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.shapes import Segment
from neural_threads.platform.db import Db

from .actions import Asked
from .markers import response_of
from .queries import MessageRow, conversation_for, customer_of, message_rows, pending_answer_of
from .segments import Presented, decode_segments, present
from .shapes import Answer, StylistMessage, StylistMessageSearch


async def messages_in(
    db: Db, me: Person, conversation_id: str, search: StylistMessageSearch
) -> tuple[list[StylistMessage], str | None]:
    """Return a page of a conversation of mine in ascending order, and the cursor of the older page. NotFound for others'."""
    await conversation_for(db, me, conversation_id)
    rows, cursor = await message_rows(db, me, conversation_id, search)
    return [message for message, _shown in await shown_messages(db, customer_of(me), rows)], cursor


async def shown_messages(
    db: Db, customer_id: str, rows: Sequence[MessageRow]
) -> list[tuple[StylistMessage, Presented]]:
    """Return each message with its segments as they may be shown now, and what of them is gone."""
    shown = await present(db, customer_id, [decode_segments(row.segments) for row in rows])
    return [(_message(row, each.segments), each) for row, each in zip(rows, shown, strict=True)]


async def answer_of_row(db: Db, customer_id: str, row: MessageRow) -> Answer:
    """Return a stored answer as the customer may see it now."""
    [(message, _shown)] = await shown_messages(db, customer_id, [row])
    return Answer(
        response=message.content,
        conversation_id=row.conversation_id,
        message_id=row.id,
        segments=message.segments,
        suggestions=message.suggestions,
        language=row.language,
        is_mock=row.is_mock,
        is_stopped=row.is_stopped,
    )


async def latest_answer(db: Db, me: Person, conversation_id: str) -> Asked | None:
    """Return the newest question of a conversation of mine, with its answer under way if it is; None when nothing was asked."""
    question_id = await db.maybe(
        str,
        """
        select m.id from chatbot_messages m
         where m.conversation_id = %(id)s and m.role = 'user'
         order by m.created_at desc, m.id desc limit 1
        """,
        id=conversation_id,
    )
    if question_id is None:
        return None
    pending = await pending_answer_of(db, customer_of(me))
    is_here = pending is not None and pending.conversation_id == conversation_id
    return Asked(
        question_id=question_id, conversation_id=conversation_id, pending=pending if is_here else None, is_new=False
    )


def _message(row: MessageRow, segments: list[Segment]) -> StylistMessage:
    fields = {name: getattr(row, name) for name in StylistMessage.__struct_fields__ if name != "segments"}
    message = StylistMessage(**fields, segments=segments)
    is_answer = row.role == "assistant"
    return msgspec.structs.replace(message, content=response_of(segments)) if is_answer else message
