"""Saved replies: texts that a provider sends often."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.errors import Conflict, Forbidden, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import NO_NUL, Incoming, Moment, Shape

MOST_REPLIES = 50
LONGEST_REPLY = 1_000

COLUMNS = Sql("r.id, r.content, r.created_at, r.updated_at")


class SavedReply(Shape, frozen=True, kw_only=True):
    """Words that somebody keeps."""

    id: str
    content: str
    created_at: Moment
    updated_at: Moment


class NewReply(Incoming, frozen=True, kw_only=True):
    """Words to keep."""

    content: Annotated[str, Meta(pattern=NO_NUL, max_length=LONGEST_REPLY)]

    def problems(self) -> Mapping[str, str]:
        return {"content": _("Write something first.")} if is_blank(self.content) else {}


class EnoughReplies(Conflict):
    """A menu of more than fifty is none."""

    def sentence(self) -> str:
        return _("You have reached the limit of saved replies. Delete one first.")


async def replies_of(db: Db, me: Person) -> list[SavedReply]:
    """All my saved replies, in the order in which I saved them; Forbidden to customers."""
    return await db.all(
        SavedReply,
        sql(
            "select {columns} from saved_replies r where r.user_id = %(me)s order by r.created_at, r.id",
            columns=COLUMNS,
        ),
        me=_provider(me),
    )


async def reply_for(db: Db, me: Person, id: str) -> SavedReply:
    """Return one of my saved replies; NotFound for any other."""
    return await db.found(
        SavedReply,
        sql("select {columns} from saved_replies r where r.id = %(id)s and r.user_id = %(me)s", columns=COLUMNS),
        id=id,
        me=_provider(me),
    )


async def save_reply(db: Db, me: Person, draft: NewReply, *, client_id: UUID | None = None) -> SavedReply:
    """Keep these words; EnoughReplies when there are fifty. The same `client_id` again is the reply that is there."""
    # My row is locked, so that two tabs cannot save the fiftieth both.
    await db.value("select 1 from users where id = %(me)s for no key update", me=_provider(me))
    sql = "select id from saved_replies where user_id = %(me)s and client_id = %(client_id)s"
    if client_id and (first := await db.value(sql, me=me.id, client_id=client_id)):
        return await reply_for(db, me, first)
    if await db.value("select count(*) from saved_replies where user_id = %(me)s", me=me.id) >= MOST_REPLIES:
        raise EnoughReplies
    id = new_id()
    await db.execute(
        "insert into saved_replies (id, user_id, content, client_id, created_at, updated_at)"
        " values (%(id)s, %(me)s, %(content)s, %(client_id)s, clock_timestamp(), clock_timestamp())",
        id=id,
        me=me.id,
        client_id=client_id,
        content=draft.content.strip(),
    )
    return await reply_for(db, me, id)


async def change_reply(db: Db, me: Person, id: str, draft: NewReply) -> SavedReply:
    """Other words instead."""
    await db.execute(
        "update saved_replies set content = %(content)s, updated_at = clock_timestamp() where id = %(id)s and user_id = %(me)s",
        id=id,
        me=_provider(me),
        content=draft.content.strip(),
    )
    return await reply_for(db, me, id)


async def delete_reply(db: Db, me: Person, id: str) -> None:
    """Forget these words. NotFound when they are not mine."""
    if not await db.execute(
        "delete from saved_replies where id = %(id)s and user_id = %(me)s", id=id, me=_provider(me)
    ):
        raise NotFound


def _provider(me: Person) -> str:
    if not me.is_provider:
        raise Forbidden
    return me.id
