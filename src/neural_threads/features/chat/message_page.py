"""Read a page of a chat. PostgreSQL writes the JSON of the API; pages decode it into the same Structs.

Building it there costs half of what rows turned into objects and back into text would
(docs/decisions/0035-messages-as-json-by-postgresql.md).
"""

from msgspec import Raw

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.item_json import WIRE_TIME
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.db.rows import json_decoder
from neural_threads.platform.images.signed_url import signed_json

from .queries import IS_READ, MINE, MOST_MESSAGES, PAIR, THREAD
from .shapes import Message, MessageSearch, Thread

# Names and order are those of `Message` on the wire. Who speaks is one of the two, whose names are at hand; a message
# that nobody ever reacted to has no `reaction_seq`.
SAID = sql(
    """
select m.id, m.chat_id as "chatId", m.seq, m.client_id as "clientId", m.sender_id as "senderId",
       case m.sender_id when k.user_id then ku.name else pu.name end as "senderName", m.content,
       '/media/' || m.image_id as "imageUrl", m.request_id as "requestId", {is_read} as "isRead",
       to_char(m.read_at at time zone 'UTC', {wire_time}) as "readAt", m.read_by as "readBy",
       to_char(m.created_at at time zone 'UTC', {wire_time}) as "createdAt",
       case when m.reaction_seq is null then '{{}}' else array(
         select row_to_json(reaction) from (
           select r.id, r.emoji, r.user_id as "userId", u.name as "userName",
                  to_char(r.created_at at time zone 'UTC', {wire_time}) as "createdAt"
             from message_reactions r join users u on u.id = r.user_id
            where r.message_id = m.id order by r.created_at, r.id) reaction) end as reactions
  from messages m
 where m.chat_id = c.id
""",
    is_read=IS_READ,
    wire_time=WIRE_TIME,
)


# Parameters into which the planner cannot look: of a short chat, a small number or twenty messages it would expect less than
# of any, hold a plan for any dearer than planning each page anew, and do that (2 to 3 ms).
CHAT, SEQ, LIMIT = (
    Sql("(select %(chat)s::text)"),
    Sql("(select %(seq)s::bigint)"),
    Sql("(select %(limit)s::bigint)"),
)


def _page(role: Role, which: Sql) -> Sql:
    return sql(
        """
select {thread}, page.data, page.first_seq, page.latest_seq
  {pair}
  cross join lateral (
    select '[' || coalesce(string_agg(row_to_json(said)::text, ',' order by said.seq), '') || ']' as data,
           min(said.seq) as first_seq, max(said.seq) as latest_seq
      from ({said} and {which} limit {limit}) said) page
 where c.id = {chat} and {mine} = %(role_id)s
""",
        thread=THREAD,
        pair=PAIR,
        said=SAID,
        which=which,
        chat=CHAT,
        limit=LIMIT,
        mine=MINE[role],
    )


OLDER = {
    role: _page(role, sql("m.seq < coalesce({seq}, c.last_seq + 1) order by m.seq desc", seq=SEQ)) for role in Role
}
NEWER = {role: _page(role, sql("m.seq > {seq} order by m.seq", seq=SEQ)) for role in Role}


class MessagePage(Thread, frozen=True, kw_only=True):
    """A chat as it was when a page of it was read, and that page: a JSON array of `Message`, its images not yet signed."""

    data: str
    first_seq: int | None
    latest_seq: int | None

    @property
    def messages(self) -> list[Message]:
        """The page as shapes."""
        return _messages.decode(self.data)

    @property
    def has_older(self) -> bool:
        """True if more was said before: the first message of a chat has the number 1, and none is left out."""
        return self.first_seq is not None and self.first_seq > 1

    @property
    def has_newer(self) -> bool:
        """True if more was said than this page shows."""
        return self.latest_seq is not None and self.latest_seq < self.last_seq


_messages = json_decoder(list[Message])


async def messages_in(db: Db, me: Person, search: MessageSearch) -> tuple[MessagePage, bool, str | None]:
    """A page in ascending order, whether there is more in the direction asked for, and the cursor of what is older.

    NotFound for a chat that I am not in.
    """
    limit = page_size(search.limit, most=MOST_MESSAGES)
    if search.after is not None:
        page = await _read(db, me, NEWER[me.role], search.chat_id, search.after, limit)
        return page, page.has_newer, None
    scope = _scope(me, search.chat_id)
    seq = open_cursor(scope, search.cursor)[0] if search.cursor else None
    page = await _read(db, me, OLDER[me.role], search.chat_id, seq, limit)
    return page, page.has_older, seal_cursor(scope, page.first_seq) if page.has_older else None


def json_of(page: MessagePage) -> Raw:
    """The page for an answer of the API, its images signed."""
    return Raw(signed_json(page.data))


def cursor_before(me: Person, thread: Thread, seq: int) -> str:
    """Return where a page begins that ends with the message before this one."""
    return seal_cursor(_scope(me, thread.id), seq)


def _scope(me: Person, chat_id: str) -> str:
    return f"messages {chat_id} {me.id}"


async def _read(db: Db, me: Person, sql: str, chat_id: str, seq: int | None, limit: int) -> MessagePage:
    return await db.found(MessagePage, sql, chat=chat_id, role_id=me.role_id, seq=seq, limit=limit)
