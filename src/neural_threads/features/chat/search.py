"""Search messages in one chat or in all of one's own. % and _ match themselves."""

import unicodedata
from typing import Annotated

from msgspec import Meta

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import Keyset, page_size
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import drop_invisible, is_blank
from neural_threads.platform.serialization.types import Id, Incoming, Moment, Shape, Text

from .queries import MINE, PAIR, pattern_of, thread_for

AROUND = 48
"""How many letters are shown before and after the words that were found."""


class WordSearch(Incoming, frozen=True, kw_only=True):
    """Words that were said; in one chat, or without `chatId` in all of one's own."""

    search: Annotated[Text, Meta(max_length=100)]
    chat_id: Id | None = None
    limit: int | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None

    def problems(self) -> dict[str, str]:
        return {"search": _("Type something to search for.")} if is_blank(self.search) else {}


class _Told(Shape, frozen=True, kw_only=True):
    message_id: str
    chat_id: str
    seq: int
    sender_id: str
    sender_name: str
    other_name: str
    created_at: Moment


class FoundMessage(_Told, frozen=True, kw_only=True):
    """A message with the words, and its surroundings: `before`, `match` and `after` together are a part of it."""

    before: str
    match: str
    after: str


class _Row(_Told, frozen=True, kw_only=True):
    content: str


NEWEST = Keyset("m.created_at", "m.id")


def _sql(role: Role, *, in_one: bool) -> str:
    """Newest first. One chat is scanned by its seq; all chats are put in order by time."""
    other = "pu.name" if role is Role.CUSTOMER else "ku.name"
    after = "(%(cursor_at)s::bigint is null or m.seq < %(cursor_at)s::bigint)" if in_one else NEWEST.after
    return f"""
select m.id as message_id, m.chat_id, m.seq, m.sender_id, s.name as sender_name, {other} as other_name, m.created_at,
       m.content, {"m.seq as cursor_at" if in_one else NEWEST.column}, m.id as cursor_id
  {PAIR}
  join messages m on m.chat_id = c.id
  join users s on s.id = m.sender_id
 where {MINE[role]} = %(role_id)s
   {"and c.id = %(chat)s" if in_one else ""}
   and m.plain_content like %(pattern)s
   and {after}
 {"order by m.seq desc limit %(limit)s" if in_one else NEWEST.order}
"""


IN_ONE = {role: _sql(role, in_one=True) for role in Role}
IN_ALL = {role: _sql(role, in_one=False) for role in Role}


async def search_messages(db: Db, me: Person, search: WordSearch) -> tuple[list[FoundMessage], str | None]:
    """A page of messages that contain these letters, whatever their case and accents, and the cursor of the page after it.

    NotFound for a chat that I am not in.
    """
    if search.chat_id:
        await thread_for(db, me, search.chat_id)
    scope = f"found {me.id} {search.chat_id} {search.search}"
    rows, cursor = await db.page(
        _Row,
        (IN_ONE if search.chat_id else IN_ALL)[me.role],
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        role_id=me.role_id,
        chat=search.chat_id,
        pattern=await pattern_of(db, search.search),
    )
    return [_shown(row, search.search) for row in rows], cursor


def _shown(row: _Row, search: str) -> FoundMessage:
    start, end = span_of(row.content, search.strip())
    first, last = max(0, start - AROUND), end + AROUND
    return FoundMessage(
        **{name: getattr(row, name) for name in _Told.__struct_fields__},
        before=("…" if first else "") + row.content[first:start],
        match=row.content[start:end],
        after=row.content[end:last] + ("…" if last < len(row.content) else ""),
    )


def span_of(content: str, search: str) -> tuple[int, int]:
    """Return where the words are first found in a message; nowhere is the beginning. Folding may lengthen a letter, so places are kept."""
    folded, places = "", []
    for place, letter in enumerate(content):
        plain = _folded(letter)
        folded += plain
        places += [place] * len(plain)
    target = "".join(map(_folded, search))
    at = folded.find(target) if target else -1
    return (places[at], places[at + len(target) - 1] + 1) if at >= 0 else (0, 0)


def _folded(letter: str) -> str:
    # Only the accents of Latin, Greek and Cyrillic are dropped: the signs of Indic scripts are letters.
    decomposed = unicodedata.normalize("NFKD", letter)
    return drop_invisible("".join(each for each in decomposed if not "\u0300" <= each <= "\u036f")).casefold()
