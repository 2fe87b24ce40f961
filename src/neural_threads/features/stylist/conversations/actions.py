"""Create, rename and delete conversations; store a question, stop an answer, store an answer."""

from collections.abc import Sequence

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import remove_if_unused
from neural_threads.features.media.queries import usable_image
from neural_threads.features.stylist.shapes import Segment
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import current_locale
from neural_threads.platform.ids import new_id
from neural_threads.platform.images.signed_url import public_id_in

from .queries import (
    STALE_AFTER,
    conversation_for,
    customer_of,
    pending_answer,
    pending_answer_of,
    question_by_client_id,
)
from .segments import encode_segments
from .shapes import (
    TITLE_LETTERS,
    Busy,
    Conversation,
    ConversationChange,
    NewConversation,
    NewQuestion,
    OtherQuestion,
    PendingAnswer,
)


async def begin_conversation(db: Db, me: Person, draft: NewConversation) -> Conversation:
    """Begin a conversation."""
    id = new_id()
    await db.execute(
        """
        insert into chatbot_conversations (id, customer_id, title, created_at, updated_at)
        values (%(id)s, %(me)s, %(title)s, clock_timestamp(), clock_timestamp())
        """,
        id=id,
        me=customer_of(me),
        title=draft.title,
    )
    return await conversation_for(db, me, id)


async def rename_conversation(db: Db, me: Person, id: str, change: ConversationChange) -> Conversation:
    """Give a conversation another title. This is no activity: its place in the list stays."""
    await db.execute(
        "update chatbot_conversations set title = %(title)s where id = %(id)s and customer_id = %(me)s",
        id=id,
        me=customer_of(me),
        title=change.title,
    )
    return await conversation_for(db, me, id)


async def delete_conversation(db: Db, me: Person, id: str) -> list[str]:
    """Delete a conversation with its messages and the images that only it showed; kept outfits stay. Return its images."""
    await conversation_for(db, me, id)
    image_ids = await db.all(
        str, "select image_id from chatbot_messages where conversation_id = %(id)s and image_id is not null", id=id
    )
    await db.execute("delete from chatbot_conversations where id = %(id)s", id=id)
    for image_id in dict.fromkeys(image_ids):
        await remove_if_unused(db, me, image_id)
    return image_ids


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The result of asking. `pending`: the answer is under way; without it, the answer is there."""

    question_id: str
    conversation_id: str
    pending: PendingAnswer | None
    is_new: bool


async def repeated_question(db: Db, me: Person, question: NewQuestion) -> Asked | None:
    """Return what became of this question when it was asked before, by its client's id. Raise OtherQuestion for other words."""
    first = await question_by_client_id(db, me, question.client_id)
    if first is None:
        return None
    is_same_place = question.conversation_id in (None, first.conversation_id)
    is_same_image = public_id_in(question.image_url or "") == public_id_in(first.image_url or "")
    if first.content != question.message or not is_same_place or not is_same_image:
        raise OtherQuestion
    pending = await pending_answer_of(db, customer_of(me))
    is_pending = pending is not None and pending.question_id == first.id
    return Asked(
        question_id=first.id,
        conversation_id=first.conversation_id,
        pending=pending if is_pending else None,
        is_new=False,
    )


async def ask(db: Db, me: Person, question: NewQuestion) -> Asked:
    """Store a question and reserve its answer.

    Raise Busy while another answer is under way, NotFound for a conversation that is not mine, Invalid for an image that
    I may not use.
    """
    image_id = await usable_image(db, me, question.image_url) if question.image_url else None
    if question.conversation_id is None:
        conversation = await begin_conversation(db, me, NewConversation())
    else:
        conversation = await conversation_for(db, me, question.conversation_id)
    question_id = await _store_question(db, me, question, conversation.id, image_id)
    if question_id is None:  # The same question came by another connection since we looked.
        repeated = await repeated_question(db, me, question)
        if repeated is None:
            raise Busy
        if question.conversation_id is None:
            await delete_conversation(db, me, conversation.id)
        return repeated
    pending = await _reserve_answer(db, me, conversation.id, question_id)
    await db.execute(
        """
        update chatbot_conversations set updated_at = clock_timestamp(), title = coalesce(title, %(title)s)
         where id = %(id)s
        """,
        id=conversation.id,
        title=title_of(question.message),
    )
    return Asked(question_id=question_id, conversation_id=conversation.id, pending=pending, is_new=True)


async def _store_question(
    db: Db, me: Person, question: NewQuestion, conversation_id: str, image_id: str | None
) -> str | None:
    stored = await db.value(
        """
        insert into chatbot_messages (id, conversation_id, customer_id, role, content, image_id, client_id, created_at)
        values (%(id)s, %(conversation)s, %(me)s, 'user', %(content)s, %(image)s, %(client_id)s::uuid, clock_timestamp())
        on conflict (customer_id, client_id) do nothing
        returning id
        """,
        id=new_id(),
        conversation=conversation_id,
        me=customer_of(me),
        content=question.message,
        image=image_id,
        client_id=question.client_id,
    )
    return None if stored is None else str(stored)


async def _reserve_answer(db: Db, me: Person, conversation_id: str, question_id: str) -> PendingAnswer:
    # Two questions at once race here; the primary key, one row for each customer, decides.
    answer_id = await db.value(
        """
        insert into chatbot_answers (customer_id, conversation_id, question_id, answer_id, locale, alive_at, created_at)
        values (%(me)s, %(conversation)s, %(question)s, %(answer)s, %(locale)s, clock_timestamp(), clock_timestamp())
        on conflict (customer_id) do nothing
        returning answer_id
        """,
        me=customer_of(me),
        conversation=conversation_id,
        question=question_id,
        answer=new_id(),
        locale=current_locale(),
    )
    pending = await pending_answer(db, answer_id) if answer_id else None
    if pending is None:
        raise Busy
    return pending


async def claim_answer(db: Db, answer_id: str) -> PendingAnswer | None:
    """Take over an answer whose worker is gone: it was not heard of for five seconds. None when somebody works on it."""
    claimed = await db.execute(
        sql(
            """
        update chatbot_answers set alive_at = clock_timestamp()
         where answer_id = %(id)s and alive_at < clock_timestamp() - interval {stale_after}
        """,
            stale_after=STALE_AFTER,
        ),
        id=answer_id,
    )
    return await pending_answer(db, answer_id) if claimed else None


async def keep_alive(db: Db, answer_id: str, text: str) -> bool:
    """Note that an answer is being worked on, and its text so far. Return False when it is to end: stopped, or deleted."""
    is_stopped = await db.value(
        """
        update chatbot_answers set alive_at = clock_timestamp(), text = %(text)s
         where answer_id = %(id)s
        returning is_stopped
        """,
        id=answer_id,
        text=text,
    )
    return is_stopped is False


async def release_answers(db: Db, answer_ids: Sequence[str]) -> None:
    """Let others take over these answers at once: this process is about to end."""
    await db.execute(
        "update chatbot_answers set alive_at = '-infinity' where answer_id = any(%(ids)s::text[])", ids=list(answer_ids)
    )


async def request_stop(db: Db, me: Person, conversation_id: str) -> str | None:
    """Ask whoever works on the answer in this conversation of mine to end it. Return its id; None when there is none."""
    await conversation_for(db, me, conversation_id)
    return await db.maybe(
        str,
        "update chatbot_answers set is_stopped = true where conversation_id = %(id)s returning answer_id",
        id=conversation_id,
    )


class FinishedAnswer(msgspec.Struct, kw_only=True):
    """An answer that is to be stored."""

    response: str
    segments: Sequence[Segment]
    suggestions: Sequence[str]
    language: str | None
    is_mock: bool
    is_stopped: bool


async def store_answer(db: Db, pending: PendingAnswer, answer: FinishedAnswer) -> bool:
    """Store an answer and end its waiting. Return False when it is no longer waited for: deleted, or stored by another."""
    waited = await db.execute("delete from chatbot_answers where answer_id = %(id)s", id=pending.answer_id)
    if not waited:
        return False
    await db.execute(
        """
        insert into chatbot_messages (id, conversation_id, customer_id, role, content, segments, suggestions, language,
                                      is_mock, is_stopped, created_at)
        values (%(id)s, %(conversation)s, %(me)s, 'assistant', %(content)s, %(segments)s::jsonb, %(suggestions)s, %(language)s,
                %(is_mock)s, %(is_stopped)s, clock_timestamp())
        """,
        id=pending.answer_id,
        conversation=pending.conversation_id,
        me=pending.customer_id,
        content=answer.response,
        segments=encode_segments(answer.segments),
        suggestions=list(answer.suggestions),
        language=answer.language,
        is_mock=answer.is_mock,
        is_stopped=answer.is_stopped,
    )
    await db.execute(
        "update chatbot_conversations set updated_at = clock_timestamp() where id = %(id)s", id=pending.conversation_id
    )
    return True


def title_of(question: str) -> str:
    """Return the title of a conversation that begins with this question: its first words, in at most 80 letters."""
    words = " ".join(question.split())
    if len(words) <= TITLE_LETTERS:
        return words
    return (
        words[: TITLE_LETTERS - 1].rpartition(" ")[0].rstrip(" ,;:.") + "…"
        if " " in words[:60]
        else words[: TITLE_LETTERS - 1] + "…"
    )
