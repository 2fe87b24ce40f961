"""Read chats and messages. A chat that the reader is not part of is not found."""

from collections.abc import Sequence

import msgspec
from cachetools import LRUCache

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db, reading
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.containing import contains
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.realtime import is_online
from neural_threads.platform.serialization.text import search_text

from .events import ChatBeat, LastSeq
from .shapes import Chat, ChatSearch, Message, Thread, WhichChats

MOST_MESSAGES = 50
BEATS = 200

# Which column holds me; it differs by role, so each role has its own index and its own statement.
MINE = {Role.CUSTOMER: "c.customer_id", Role.DESIGNER: "c.designer_id", Role.TAILOR: "c.tailor_id"}
MY_READ = {role: "c.customer_read_seq" if role is Role.CUSTOMER else "c.provider_read_seq" for role in Role}

PAIR = Sql("""
  from chats c
  join customers k on k.id = c.customer_id
  join users ku on ku.id = k.user_id
  left join designers d on d.id = c.designer_id
  left join tailors t on t.id = c.tailor_id
  join users pu on pu.id = coalesce(d.user_id, t.user_id)
""")

SIDES = Sql("""
  from chats c
  join customers k on k.id = c.customer_id
  left join designers d on d.id = c.designer_id
  left join tailors t on t.id = c.tailor_id
""")
PROVIDER = Sql("coalesce(d.user_id, t.user_id)")
"""The provider's user id, among `SIDES`."""

REACTIONS = Sql("""
coalesce((
  select jsonb_agg(jsonb_build_object('id', r.id, 'emoji', r.emoji, 'userId', r.user_id, 'userName', ru.name,
                                      'createdAt', r.created_at) order by r.created_at, r.id)
    from message_reactions r join users ru on ru.id = r.user_id
   where r.message_id = m.id), '[]'::jsonb)
""")

# A message is read when the other one has come so far, whether or not its row has been marked with the time.
IS_READ = Sql(
    "(m.is_read or m.seq <= case when m.sender_id = k.user_id then c.provider_read_seq else c.customer_read_seq end)"
)

MESSAGE = f"""
  m.id, m.chat_id, m.seq, m.client_id, m.sender_id, s.name as sender_name, m.content,
  '/media/' || m.image_id as image_url, m.request_id, {IS_READ} as is_read, m.read_at, m.read_by, m.created_at,
  {REACTIONS} as reactions
"""

THREAD = Sql("""
  c.id, k.user_id as customer_user_id, ku.name as customer_name, pu.id as provider_user_id, pu.name as provider_name,
  c.last_seq, c.reaction_seq, c.customer_read_seq, c.provider_read_seq
""")

SAID = """
  from messages m
  join users s on s.id = m.sender_id
  join chats c on c.id = m.chat_id
  join customers k on k.id = c.customer_id
"""


LATEST = Keyset("c.updated_at", "c.id")


def _chats(role: Role, which: Sql) -> Sql:
    """Chats as this role sees them, each with its last words and what is unread; `which` chooses them first."""
    is_customer = role is Role.CUSTOMER
    chosen = sql("(select c.* from chats c where {mine} = %(role_id)s {which}) c", mine=MINE[role], which=which)
    return sql(
        """
select c.id, c.customer_id, c.designer_id, c.tailor_id, c.created_at, c.updated_at, c.last_seq,
       {latest.column},
       unread.many as unread_count,
       last.message as last_message,
       jsonb_build_object('id', {other}.id, 'name', {other}.name, 'role', {other}.role,
                          'avatarUrl', '/media/' || {image}, 'isDeleted', {other}.deleted_at is not null) as other_user
  {pair}
  cross join lateral (
    select count(*) as many from messages m
     where m.chat_id = c.id and m.seq > {my_read} and m.sender_id <> %(me)s) unread
  left join lateral (
    select jsonb_build_object(
             'id', m.id, 'chatId', m.chat_id, 'seq', m.seq, 'clientId', m.client_id, 'senderId', m.sender_id,
             'senderName', s.name, 'content', m.content, 'imageUrl', '/media/' || m.image_id,
             'requestId', m.request_id, 'isRead', {is_read}, 'readAt', m.read_at, 'readBy', m.read_by,
             'createdAt', m.created_at, 'reactions', {reactions}) as message
      from messages m join users s on s.id = m.sender_id
     where m.chat_id = c.id and m.seq = c.last_seq) last on true
 order by c.updated_at desc, c.id desc
""",
        latest=LATEST,
        other="pu" if is_customer else "ku",
        image=Sql("coalesce(d.photo_id, t.photo_id)" if is_customer else "null"),
        pair=Sql(PAIR.replace("chats c", chosen)),
        my_read=MY_READ[role],
        is_read=IS_READ,
        reactions=REACTIONS,
    )


def _page(filters: Sql) -> Sql:
    """Return which chats are on a page."""
    return sql("{filters} and {latest.after} {latest.order}", filters=filters, latest=LATEST)


def _filters(role: Role) -> Sql:
    """Return the conditions of a list of some of one's chats."""
    other = (
        "coalesce((select user_id from designers where id = c.designer_id), (select user_id from tailors where id = c.tailor_id))"
        if role is Role.CUSTOMER
        else "(select user_id from customers where id = c.customer_id)"
    )
    return sql(
        """
   and (%(kind)s::text is null or (%(kind)s = 'designers' and c.designer_id is not null)
        or (%(kind)s = 'tailors' and c.tailor_id is not null))
   and (not %(unread_only)s
        or exists (select from messages m
                    where m.chat_id = c.id and m.seq > {my_read} and m.sender_id <> %(me)s))
   and (%(search)s::text is null
        or exists (select from users u where u.id = {other} and sought(u.name) like %(search)s)
        or exists (select from messages m where m.chat_id = c.id and m.plain_content like %(search)s))
""",
        my_read=MY_READ[role],
        other=Sql(other),
    )


# All of one's chats have a statement without the filters: to a plan for any filter PostgreSQL counts the search of every
# message, holds it dearer than planning the list anew at each request, and does that (2.3 ms of 3.3).
LIST = {role: _chats(role, _page(Sql(""))) for role in Role}
FILTERED = {role: _chats(role, _page(_filters(role))) for role in Role}
ONE = {role: _chats(role, Sql("and c.id = %(chat)s")) for role in Role}


async def chats_of(db: Db, me: Person, search: ChatSearch) -> tuple[list[Chat], str | None]:
    """A page of my chats, the newest activity first, and the cursor of the page after it."""
    scope = f"chats {me.id} {search.show} {search.search}"
    kind = search.show if search.show in (WhichChats.DESIGNERS, WhichChats.TAILORS) else None
    unread_only, words = search.show is WhichChats.UNREAD, await pattern_of(db, search.search)
    statements = FILTERED if kind or unread_only or words else LIST
    # Only a search is worth a plan of its own; making one takes longer than looking through one's chats.
    rows, cursor = await db.page(
        Chat,
        statements[me.role],
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=bool(search.search),
        me=me.id,
        role_id=me.role_id,
        kind=kind,
        unread_only=unread_only,
        search=words,
    )
    return [_seen(chat) for chat in rows], cursor


async def pattern_of(db: Db, search: str | None) -> str | None:
    """For `sought(…) like`: contains these letters, whatever their case and accents; % and _ are only letters."""
    if not search or not search_text(search):
        return None
    return str(await db.value(f"select {contains()}", search=search_text(search)))


async def chat_of(db: Db, me: Person, chat_id: str) -> Chat:
    """Return one chat as the list shows it. NotFound when I am not in it."""
    row = await db.found(Chat, ONE[me.role], me=me.id, role_id=me.role_id, chat=chat_id)
    return _seen(row)


def _seen(chat: Chat) -> Chat:
    """Presence is not in the database; it is known to the sockets."""
    other = msgspec.structs.replace(chat.other_user, is_online=is_online(chat.other_user.id))
    return msgspec.structs.replace(chat, other_user=other)


async def thread_for(db: Db, me: Person, chat_id: str) -> Thread:
    """Return the chat. NotFound when I am not in it."""
    return await db.found(
        Thread,
        f"""
        select {THREAD}
          {PAIR}
         where c.id = %(chat)s and {MINE[me.role]} = %(role_id)s
        """,
        chat=chat_id,
        role_id=me.role_id,
    )


async def message_for(db: Db, me: Person, message_id: str) -> Message:
    """Return a message of a chat that I am in; NotFound for any other."""
    return await db.found(
        Message,
        f"""
        select {MESSAGE}
          {SAID}
         where m.id = %(message)s and {MINE[me.role]} = %(role_id)s
        """,
        message=message_id,
        role_id=me.role_id,
    )


async def lock_chats_of(db: Db, me: Person) -> None:
    """Lock all my chats until the transaction ends, in the order of their ids, so that two who do it cannot deadlock."""
    await db.execute(
        f"select from chats c where {MINE[me.role]} = %(role_id)s order by c.id for no key update",
        role_id=me.role_id,
    )


_chat_of_message: LRUCache[str, str] = LRUCache(10_000)


async def chat_of_message(message_id: str) -> str | None:
    """Return the id of the chat that a message stands in, whoever asks; None for an unknown message. It never changes."""
    chat_id = _chat_of_message.get(message_id)
    if chat_id is None:
        async with reading() as db:
            chat_id = await db.value("select chat_id from messages where id = %(id)s", id=message_id)
        if chat_id is not None:
            _chat_of_message[message_id] = chat_id
    return chat_id


async def message_named(db: Db, me: Person, client_id: object) -> Message | None:
    """Return my message with this client id, if there is one."""
    return await db.maybe(
        Message,
        f"""
        select {MESSAGE}
          {SAID}
         where m.sender_id = %(me)s and m.client_id = %(client)s::uuid
        """,
        me=me.id,
        client=client_id,
    )


async def unread_chats(db: Db, me: Person) -> int:
    """Return how many of my chats have something that I have not read."""
    return int(
        await db.value(
            sql(
                """
            select count(*) from chats c
             where {mine} = %(role_id)s
               and exists (select from messages m
                            where m.chat_id = c.id and m.seq > {my_read} and m.sender_id <> %(me)s)
            """,
                mine=MINE[me.role],
                my_read=MY_READ[me.role],
            ),
            me=me.id,
            role_id=me.role_id,
        )
    )


async def partners_of(db: Db, user_id: str) -> list[str]:
    """Return the ids of all who share a chat with this user."""
    return await db.all(
        str,
        """
        select coalesce(d.user_id, t.user_id)
          from customers k join chats c on c.customer_id = k.id
          left join designers d on d.id = c.designer_id left join tailors t on t.id = c.tailor_id
         where k.user_id = %(user)s
        union
        select k.user_id from designers d join chats c on c.designer_id = d.id join customers k on k.id = c.customer_id
         where d.user_id = %(user)s
        union
        select k.user_id from tailors t join chats c on c.tailor_id = t.id join customers k on k.id = c.customer_id
         where t.user_id = %(user)s
        """,
        user=user_id,
    )


class SyncState(msgspec.Struct, frozen=True):
    """The newest numbers of one person's chats."""

    user_id: str
    chats: list[LastSeq]


async def sync_state_of(db: Db, user_ids: Sequence[str]) -> dict[str, ChatBeat]:
    """Return how far the newest chats of each of these people have come; of at most 200 chats each, so that it is a small event."""
    rows = await db.all(
        SyncState,
        """
        select p.user_id, jsonb_agg(jsonb_build_object('chatId', c.id, 'lastSeq', c.last_seq, 'reactionSeq', c.reaction_seq)) as chats
          from (select user_id, id as customer_id, null as designer_id, null as tailor_id from customers
                union all select user_id, null, id, null from designers
                union all select user_id, null, null, id from tailors) p
          cross join lateral (
            (select id, last_seq, reaction_seq from chats where customer_id = p.customer_id order by updated_at desc limit %(most)s)
            union all
            (select id, last_seq, reaction_seq from chats where designer_id = p.designer_id order by updated_at desc limit %(most)s)
            union all
            (select id, last_seq, reaction_seq from chats where tailor_id = p.tailor_id order by updated_at desc limit %(most)s)) c
         where p.user_id = any(%(users)s::text[])
         group by p.user_id
        """,
        users=list(user_ids),
        most=BEATS,
    )
    return {beating.user_id: ChatBeat(chats=beating.chats) for beating in rows}
