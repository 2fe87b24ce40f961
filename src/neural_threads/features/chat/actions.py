"""Open chats, send messages, mark them read. Events are emitted after the commit."""

import msgspec

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.queries import usable_image
from neural_threads.features.notifications.inbox import (
    NOTIFICATION_OF_MESSAGE,
    chat_was_read,
    notification_values,
    notify_of_chat,
    notify_of_message,
)
from neural_threads.features.notifications.shapes import Stored
from neural_threads.platform import counters
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import Conflict, Forbidden, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.realtime import emit, user_room
from neural_threads.platform.serialization.types import Moment

from .events import MESSAGE_READ, MessageRead, message_event
from .queries import MINE, MY_READ, PAIR, PROVIDER, SIDES, chat_of, message_for, message_named
from .shapes import Chat, Message, NewChat, NewMessage, ReadPosition


class OnlyCustomers(Forbidden):
    """Makers answer; they do not begin."""

    def sentence(self) -> str:
        return _("Only customers can start a chat.")


class AlreadySaid(Conflict):
    """The client's name for a message stands for other words already."""

    code = "IDEMPOTENCY_CONFLICT"

    def sentence(self) -> str:
        return _("A different message was already sent with this key. Use a new key.")


async def open_chat(db: Db, me: Person, draft: NewChat) -> tuple[Chat, bool]:
    """The chat with this provider, and whether it is new. Providers cannot begin; unknown or departed providers are NotFound."""
    if me.role is not Role.CUSTOMER:
        raise OnlyCustomers
    column, table = ("designer_id", "designers") if draft.designer_id else ("tailor_id", "tailors")
    provider = draft.designer_id or draft.tailor_id
    # Two taps on "Chat now" race here; the unique pair decides and we return the winner.
    opened = await db.value(
        sql(
            """
        insert into chats (id, customer_id, {column})
        select %(id)s, %(customer)s, p.id
          from {table} p join users u on u.id = p.user_id and u.deleted_at is null
         where p.id = %(maker)s
        on conflict do nothing
        returning id
        """,
            column=column,
            table=table,
        ),
        id=new_id(),
        customer=me.customer_id,
        maker=provider,
    )
    existing = opened or await db.value(
        sql("select id from chats where customer_id = %(customer)s and {column} = %(maker)s", column=column),
        customer=me.customer_id,
        maker=provider,
    )
    if existing is None:
        raise NotFound
    chat = await chat_of(db, me, existing)
    if opened:
        await notify_of_chat(db, reader_id=chat.other_user.id, actor_id=me.id, chat_id=chat.id)
    return chat, opened is not None


class InsertedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The result of sending a message; without an id, the same one was stored before."""

    customer: str
    provider: str
    id: str | None
    seq: int | None
    created_at: Moment | None
    notification: Stored | None
    """What the reader is told, if there is anybody to tell."""
    push_job: int | None


async def send_message(db: Db, me: Person, draft: NewMessage, *, request_id: str | None = None) -> tuple[Message, bool]:
    """Say something in a chat that I am in (else NotFound), and whether it is new.

    The same `clientId` and words again give the first message; other words raise AlreadySaid. A message that stands for a
    design request carries its id; of such a one the reader is told as of a request. It writes with one statement.
    """
    image_id = await usable_image(db, me, draft.image_url) if draft.image_url else None
    result = await _say(db, me, draft, image_id, request_id)
    if result.id is None or result.seq is None or result.created_at is None:
        counters.healed.labels("repeat").inc()
        return await _said_before(db, me, draft, image_id), False
    message = Message(
        id=result.id,
        chat_id=draft.chat_id,
        seq=result.seq,
        client_id=draft.client_id,
        sender_id=me.id,
        sender_name=me.name,
        content=draft.content,
        image_url=PrivateImage(f"/media/{image_id}") if image_id else None,
        request_id=request_id,
        is_read=False,
        read_at=None,
        read_by=None,
        created_at=result.created_at,
        reactions=[],
    )
    db.after_commit(message_event(message, (result.customer, result.provider)))
    if result.notification is not None:
        notify_of_message(db, result.notification, result.push_job)
    return message, True


async def _say(db: Db, me: Person, draft: NewMessage, image_id: str | None, request_id: str | None) -> InsertedMessage:
    """One statement: lock the chat if I am in it, give out the next seq, store, notify the reader.

    `on conflict do nothing` sees what other connections have committed since this statement began, as a look beforehand
    would not; nothing stored, nothing counted, so seq has no gap.
    """
    return await db.found(
        InsertedMessage,
        sql(
            """
        with chat as (
          select c.id, c.last_seq, k.user_id as customer, {provider} as provider
            {sides}
           where c.id = %(chat)s and {mine} = %(role_id)s
             for no key update of c
        ), said as (
          insert into messages (id, chat_id, seq, client_id, sender_id, content, image_id, request_id, created_at)
          select %(id)s, chat.id, chat.last_seq + 1, %(client)s::uuid, %(me)s, %(content)s, %(image)s::text,
                 %(request)s::text, clock_timestamp()
            from chat
          on conflict (sender_id, client_id) do nothing
          returning id, chat_id, seq, request_id, created_at
        ), counted as (
          update chats c set last_seq = said.seq, updated_at = said.created_at from said where c.id = said.chat_id
        ), told as (
          select case when chat.customer = %(me)s then chat.provider else chat.customer end as reader_id
            from said join chat on chat.id = said.chat_id where said.request_id is null
        ), {notification}
        select chat.customer, chat.provider, said.id, said.seq, said.created_at, to_jsonb(notification) as notification, push.job as push_job
          from chat left join said on true left join notification on true left join push on true
        """,
            notification=NOTIFICATION_OF_MESSAGE,
            provider=PROVIDER,
            sides=SIDES,
            mine=MINE[me.role],
        ),
        role_id=me.role_id,
        id=new_id(),
        client=draft.client_id,
        me=me.id,
        content=draft.content,
        image=image_id,
        request=request_id,
        **notification_values(actor_id=me.id, chat_id=draft.chat_id),
    )


async def _said_before(db: Db, me: Person, draft: NewMessage, image_id: str | None) -> Message:
    first = await message_named(db, me, draft.client_id)
    image_url = f"/media/{image_id}" if image_id else None
    if first is None or (first.chat_id, first.content, first.image_url) != (draft.chat_id, draft.content, image_url):
        raise AlreadySaid
    return first


class ReadResult(msgspec.Struct, frozen=True, kw_only=True):
    """The changes made by reading."""

    customer: str
    provider: str
    up_to: int
    newest: str | None
    newest_seq: int | None
    read_at: Moment | None
    unread: int


# The position alone says what is read. Times are noted for as many messages as a person may well have looked at, so that
# a flood of them cannot make opening the chat slow.
MOST_MARKED = 1_000


async def read_chat(db: Db, me: Person, chat_id: str, up_to_seq: int) -> ReadPosition:
    """I have read everything up to there. Going back changes nothing; what comes meanwhile stays unread."""
    # Locked by a statement of its own: one that locks and looks would move on from a message that was stored while it
    # waited, and would neither mark nor count it.
    await db.execute(
        f"select from chats c where c.id = %(chat)s and {MINE[me.role]} = %(role_id)s for no key update",
        chat=chat_id,
        role_id=me.role_id,
    )
    looked = await db.found(
        ReadResult,
        sql(
            """
        with chat as (
          select c.id, least(%(up_to)s::bigint, c.last_seq) as wanted, {my_read} as until,
                 k.user_id as customer, pu.id as provider
            {pair}
           where c.id = %(chat)s and {mine} = %(role_id)s
        ), moved as (
          update chats c set {my_column} = chat.wanted from chat
           where c.id = chat.id and chat.wanted > chat.until
        ), marked as (
          update messages m set is_read = true, read_at = clock_timestamp(), read_by = %(me)s from chat
           where m.chat_id = chat.id and m.seq > greatest(chat.until, chat.wanted - %(most)s) and m.seq <= chat.wanted
             and m.sender_id <> %(me)s and not m.is_read
          returning m.id, m.seq, m.read_at
        ), newest as (
          select id, seq, read_at from marked order by seq desc limit 1
        )
        select chat.customer, chat.provider, greatest(chat.wanted, chat.until) as up_to,
               newest.id as newest, newest.seq as newest_seq, newest.read_at,
               (select count(*) from messages m
                 where m.chat_id = chat.id and m.seq > greatest(chat.wanted, chat.until) and m.sender_id <> %(me)s) as unread
          from chat left join newest on true
        """,
            my_read=MY_READ[me.role],
            pair=PAIR,
            mine=MINE[me.role],
            my_column=MY_READ[me.role].removeprefix("c."),
        ),
        chat=chat_id,
        role_id=me.role_id,
        up_to=up_to_seq,
        me=me.id,
        most=MOST_MARKED,
    )
    await chat_was_read(db, reader_id=me.id, chat_id=chat_id, left=looked.unread)
    _tell_read(db, me, chat_id, looked)
    return ReadPosition(chat_id=chat_id, up_to_seq=looked.up_to, unread_count=looked.unread)


def _tell_read(db: Db, me: Person, chat_id: str, looked: ReadResult) -> None:
    if looked.newest is None or looked.newest_seq is None or looked.read_at is None:
        return
    read = MessageRead(
        chat_id=chat_id,
        message_id=looked.newest,
        up_to_seq=looked.newest_seq,
        read_by=me.id,
        read_at=looked.read_at,
    )
    db.after_commit(emit([user_room(looked.customer), user_room(looked.provider)], MESSAGE_READ, read))


async def read_message(db: Db, me: Person, message_id: str) -> Message:
    """I have read this message and all before it. One's own is answered as it is."""
    message = await message_for(db, me, message_id)
    if message.sender_id == me.id or message.is_read:
        return message
    await read_chat(db, me, message.chat_id, message.seq)
    return await message_for(db, me, message_id)
