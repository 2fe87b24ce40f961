"""Find conversations, their messages and the answer that is being composed. Only their customer finds them."""

from typing import Any
from uuid import UUID

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import Moment

from .shapes import Conversation, ConversationSearch, PendingAnswer, StylistMessageSearch

STALE_AFTER = Sql("'5 seconds'")

CONVERSATION = Sql("""
select c.id, c.customer_id, c.title, c.created_at, c.updated_at,
       exists (select from chatbot_answers a where a.conversation_id = c.id) as is_answering
  from chatbot_conversations c
""")

MESSAGE = Sql("""
select m.id, m.conversation_id, m.role, m.content, '/media/' || m.image_id as image_url, m.client_id, m.segments,
       m.suggestions, m.language, m.is_mock, m.is_stopped, m.created_at
  from chatbot_messages m join chatbot_conversations c on c.id = m.conversation_id
""")

PENDING = sql(
    """
select a.customer_id, k.user_id, a.conversation_id, a.question_id, a.answer_id, a.locale, a.text, a.is_stopped,
       a.alive_at < clock_timestamp() - interval {stale_after} as is_stale
  from chatbot_answers a join customers k on k.id = a.customer_id
""",
    stale_after=STALE_AFTER,
)


LATEST = Keyset("c.updated_at", "c.id")
NEWEST = Keyset("m.created_at", "m.id")


async def conversations_of(db: Db, me: Person, search: ConversationSearch) -> tuple[list[Conversation], str | None]:
    """Return a page of my conversations, the latest activity first, and the cursor of the page after it."""
    scope = f"stylist conversations {me.id}"
    return await db.page(
        Conversation,
        sql(
            """
        select c.*, {latest.column} from ({conversation}) c
         where c.customer_id = %(me)s and {latest.after} {latest.order}
        """,
            latest=LATEST,
            conversation=CONVERSATION,
        ),
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=customer_of(me),
    )


async def conversation_for(db: Db, me: Person, id: str) -> Conversation:
    """Return one of my conversations; NotFound for any other."""
    return await db.found(
        Conversation, f"{CONVERSATION} where c.id = %(id)s and c.customer_id = %(me)s", id=id, me=customer_of(me)
    )


class MessageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is stored: `segments` names what was offered then, and is checked again before it is shown."""

    id: str
    conversation_id: str
    role: str
    content: str
    image_url: PrivateImage | None
    client_id: UUID | None
    segments: Any
    suggestions: list[str]
    language: str | None
    is_mock: bool
    is_stopped: bool
    created_at: Moment


async def message_rows(
    db: Db, me: Person, conversation_id: str, search: StylistMessageSearch
) -> tuple[list[MessageRow], str | None]:
    """Return a page of a conversation of mine in ascending order, and the cursor of the older page."""
    scope = f"stylist messages {me.id} {conversation_id}"
    rows, cursor = await db.page(
        MessageRow,
        sql(
            """
        select m.*, {newest.column} from ({message} where c.customer_id = %(me)s and c.id = %(conversation)s) m
         where {newest.after} {newest.order}
        """,
            newest=NEWEST,
            message=MESSAGE,
        ),
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=customer_of(me),
        conversation=conversation_id,
    )
    return rows[::-1], cursor


async def message_row(db: Db, customer_id: str, id: str) -> MessageRow:
    """Return one message of this customer's; NotFound for any other."""
    return await db.found(
        MessageRow, f"{MESSAGE} where m.id = %(id)s and c.customer_id = %(me)s", id=id, me=customer_id
    )


async def answer_row_for(db: Db, customer_id: str, question_id: str) -> MessageRow | None:
    """Return the answer that follows this question, if it is there."""
    return await db.maybe(
        MessageRow,
        f"""
        {MESSAGE}
          join chatbot_messages q on q.id = %(question)s and q.conversation_id = m.conversation_id
         where c.customer_id = %(me)s and m.role = 'assistant' and (m.created_at, m.id) > (q.created_at, q.id)
         order by m.created_at, m.id
         limit 1
        """,
        question=question_id,
        me=customer_id,
    )


async def offered_image(db: Db, me: Person, answer_id: str) -> str | None:
    """Return the id of the question that an answer of mine answers, when its image is mine and no item of my wardrobe yet."""
    return await db.maybe(
        str,
        """
        with question as (
          select q.id, q.image_id
            from chatbot_messages a
            join chatbot_messages q on q.conversation_id = a.conversation_id and q.role = 'user'
                 and (q.created_at, q.id) < (a.created_at, a.id)
            join chatbot_conversations c on c.id = a.conversation_id and c.customer_id = %(me)s
           where a.id = %(answer)s
           order by q.created_at desc, q.id desc
           limit 1
        )
        select q.id
          from question q join media m on m.public_id = q.image_id and m.owner_id = %(user)s
         where not exists (select from wardrobe_items w where w.customer_id = %(me)s and w.image_id = q.image_id)
        """,
        answer=answer_id,
        me=customer_of(me),
        user=me.id,
    )


async def question_by_client_id(db: Db, me: Person, client_id: UUID | None) -> MessageRow | None:
    """Return the question that I asked under this id, if I did."""
    if client_id is None:
        return None
    return await db.maybe(
        MessageRow,
        f"{MESSAGE} where m.customer_id = %(me)s and m.client_id = %(client_id)s",
        me=customer_of(me),
        client_id=client_id,
    )


async def pending_answer_of(db: Db, customer_id: str) -> PendingAnswer | None:
    """Return the answer that this customer is waiting for."""
    return await db.maybe(PendingAnswer, f"{PENDING} where a.customer_id = %(me)s", me=customer_id)


async def pending_answer(db: Db, answer_id: str) -> PendingAnswer | None:
    """Return an answer that is still under way, by its id."""
    return await db.maybe(PendingAnswer, f"{PENDING} where a.answer_id = %(id)s", id=answer_id)


def customer_of(me: Person) -> str:
    """Return the customer that I am. Raise Forbidden for designers and tailors, whom nobody styles here."""
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id
