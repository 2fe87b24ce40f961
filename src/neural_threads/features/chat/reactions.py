"""React to a message with an emoji, and read reactions."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.db.keyset_paging import page_size
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.realtime import emit, user_room
from neural_threads.platform.serialization.types import Id, Incoming, Shape, Text

from .emoji import one_emoji
from .events import MESSAGE_REACTION, MessageReaction
from .queries import MINE, MOST_MESSAGES, PAIR, REACTIONS, message_for
from .shapes import Reaction, Seq, Thread

# Of one person, on one message; with a name of a hundred letters twice as many still fit into an event.
MOST_EMOJI = 10


class ReactionAction(StrEnum):
    """The change of a reaction."""

    ADD = "add"
    REMOVE = "remove"
    TOGGLE = "toggle"


class NewReaction(Incoming, frozen=True, kw_only=True):
    """A single emoji, to be added, taken back, or whichever of both changes something."""

    emoji: Annotated[Text, Meta(max_length=50)]
    action: ReactionAction


class Reacted(Shape, frozen=True, kw_only=True):
    """My reaction, or null when it is not there now; and everybody's, as of this `reactionSeq` of the chat."""

    reaction: Reaction | None
    reactions: list[Reaction]
    reaction_seq: int


class ReactionSearch(Incoming, frozen=True, kw_only=True):
    """The reactions of a chat to return: those that changed after a `reactionSeq`."""

    chat_id: Id
    after: Seq = 0
    limit: int | None = None


class ReactionsOfMessage(Shape, frozen=True, kw_only=True):
    """The reactions to one message, as of the last change."""

    message_id: str
    seq: int
    reactions: list[Reaction]
    reaction_seq: int


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """The message and chat of a reaction."""

    chat_id: str
    seq: int
    reaction_seq: int
    customer: str
    provider: str


async def react(db: Db, me: Person, message_id: str, target: NewReaction) -> Reacted:
    """Add, take back or toggle my emoji on a message of a chat that I am in, else NotFound. What changes nothing is told to nobody."""
    emoji = one_emoji(target.emoji)
    if emoji is None:
        raise Invalid(fields={"emoji": _("Choose a single emoji.")})
    place = await _lock(db, me, message_id)
    mine = await db.all(
        str,
        "select emoji from message_reactions where message_id = %(id)s and user_id = %(me)s",
        id=message_id,
        me=me.id,
    )
    is_there = emoji in mine
    shall_be_there = target.action is ReactionAction.ADD or (target.action is ReactionAction.TOGGLE and not is_there)
    if is_there == shall_be_there:
        return _as_mine(me, emoji, await _reactions_to(db, message_id), place.reaction_seq)
    if shall_be_there and len(mine) >= MOST_EMOJI:
        raise Invalid(fields={"emoji": _("You cannot add more reactions to this message. Remove one first.")})
    await _change(db, me, message_id, emoji, shall_be_there)
    reactions, counted = await _reactions_to(db, message_id), await _count(db, place.chat_id, message_id)
    result = MessageReaction(
        chat_id=place.chat_id,
        message_id=message_id,
        seq=place.seq,
        emoji=emoji,
        user_id=me.id,
        action="added" if shall_be_there else "removed",
        reactions=reactions,
        reaction_seq=counted,
    )
    db.after_commit(emit([user_room(place.customer), user_room(place.provider)], MESSAGE_REACTION, result))
    return _as_mine(me, emoji, reactions, counted)


async def reactions_to(db: Db, me: Person, message_id: str) -> list[Reaction]:
    """Return what everybody felt about a message of a chat that I am in, else NotFound; the first one first."""
    return (await message_for(db, me, message_id)).reactions


async def reactions_in(db: Db, thread: Thread, search: ReactionSearch) -> tuple[list[ReactionsOfMessage], bool]:
    """Messages whose reactions changed since, in the order of their last change; and whether there are more of them."""
    limit = page_size(search.limit, most=MOST_MESSAGES)
    rows = await db.all(
        ReactionsOfMessage,
        sql(
            """
        select m.id as message_id, m.seq, m.reaction_seq, {reactions} as reactions
          from messages m
         where m.chat_id = %(chat)s and m.reaction_seq > %(after)s
         order by m.reaction_seq
         limit %(limit)s
        """,
            reactions=REACTIONS,
        ),
        chat=thread.id,
        after=search.after,
        limit=limit + 1,
    )
    return rows[:limit], len(rows) > limit


async def _lock(db: Db, me: Person, message_id: str) -> _Place:
    # Under the chat's lock, so that two quick toggles undo each other, and changes are counted in the order of their commit.
    return await db.found(
        _Place,
        f"""
        select c.id as chat_id, m.seq, c.reaction_seq, k.user_id as customer, pu.id as provider
          {PAIR}
          join messages m on m.chat_id = c.id
         where m.id = %(message)s and {MINE[me.role]} = %(role_id)s
           for no key update of c
        """,
        message=message_id,
        role_id=me.role_id,
    )


async def _change(db: Db, me: Person, message_id: str, emoji: str, shall_be_there: bool) -> None:
    sql = (
        "insert into message_reactions (id, message_id, user_id, emoji, created_at)"
        " values (%(id)s, %(message)s, %(me)s, %(emoji)s, clock_timestamp())"
        if shall_be_there
        else "delete from message_reactions where message_id = %(message)s and user_id = %(me)s and emoji = %(emoji)s"
    )
    await db.execute(sql, message=message_id, me=me.id, emoji=emoji, **({"id": new_id()} if shall_be_there else {}))


async def _count(db: Db, chat_id: str, message_id: str) -> int:
    return int(
        await db.value(
            """
            with chat as (
              update chats set reaction_seq = reaction_seq + 1 where id = %(chat)s returning reaction_seq
            )
            update messages m set reaction_seq = chat.reaction_seq from chat where m.id = %(message)s
            returning m.reaction_seq
            """,
            chat=chat_id,
            message=message_id,
        )
    )


async def _reactions_to(db: Db, message_id: str) -> list[Reaction]:
    return await db.all(
        Reaction,
        """
        select r.id, r.emoji, r.user_id, u.name as user_name, r.created_at
          from message_reactions r join users u on u.id = r.user_id
         where r.message_id = %(message)s
         order by r.created_at, r.id
        """,
        message=message_id,
    )


def _as_mine(me: Person, emoji: str, reactions: list[Reaction], reaction_seq: int) -> Reacted:
    mine = (reaction for reaction in reactions if reaction.user_id == me.id and reaction.emoji == emoji)
    return Reacted(reaction=next(mine, None), reactions=reactions, reaction_seq=reaction_seq)
