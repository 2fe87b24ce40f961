"""Recent activity by time: last messages, orders and notifications."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from neural_threads.features.accounts.deleted_user import shown_name
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.shapes import NotificationType, Stored
from neural_threads.features.orders.lifecycle import OrderStatus
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.text import isolated
from neural_threads.platform.serialization.types import Moment

SHOWN = 8


class ActivityKind(StrEnum):
    """The kind of an activity."""

    CHAT = "CHAT"
    ALTERATION = "ALTERATION"
    DESIGN = "DESIGN"
    NOTICE = "NOTICE"


class ActivityEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One activity. `words`: the last message, the order's text, or the notification."""

    kind: ActivityKind
    id: str
    at: Moment
    link: str | None
    who_id: str | None
    who: str | None
    avatar_url: str | None
    words: str
    image_url: PrivateImage | None
    status: OrderStatus | None
    is_mine: bool
    is_unread: bool
    title: str | None
    type: NotificationType | None
    details: dict[str, Any] | None
    count: int

    def told(self) -> "ActivityEntry":
        """A notice, said in the current language."""
        if self.kind is not ActivityKind.NOTICE or self.type is None:
            return self
        stored = Stored(
            id=self.id,
            user_id="",
            type=self.type,
            title=self.title or "",
            message=self.words,
            link=self.link,
            chat_id=None,
            actor=None,
            details={"who": isolated(shown_name(self.who)), **(self.details or {})} if self.who else self.details or {},
            count=self.count,
            is_read=not self.is_unread,
            created_at=self.at,
            language="",
        )
        result = stored.told()
        return msgspec.structs.replace(self, title=result.title, words=result.message)


def _page(time: str, table: str, mine: str, id: str = "id") -> str:
    """The newest rows of one source before the cursor, by index alone."""
    newest = Keyset(f"t.{time}", f"t.{id}")
    return sql(
        """
    select * from {table} t
     where {mine} and {newest.after} {newest.order}
    """,
        table=table,
        mine=mine,
        newest=newest,
    )


def _asked(kind: str, table: str, provider: str, key: str, path: str) -> str:
    return sql(
        """
  select {kind}, r.id, r.created_at, {path} || r.id, u.id, u.name, '/media/' || p.photo_id, r.description,
         '/media/' || (select i.image_id from request_images i where i.{key} = r.id order by i.position limit 1),
         r.status, true, false, null, null, null, 1, {column}
    from ({page}) r
    join {provider}s p on p.id = r.{provider}_id join users u on u.id = p.user_id
""",
        kind=Sql(f"'{kind}'"),
        path=Sql(f"'/customer/{path}/'"),
        key=key,
        column=Keyset("r.created_at", "r.id").column,
        page=_page("created_at", table, Sql("t.customer_id = %(customer)s")),
        provider=provider,
    )


# Of messages a chat tells itself. Each source gives a page's worth; the union is cut to a page.
ACTIVITY = sql(
    """
select * from (
  select 'CHAT' as kind, c.id, c.updated_at as at, '/customer/chats/' || c.id as link, u.id as who_id, u.name as who,
         '/media/' || coalesce(d.photo_id, t.photo_id) as avatar_url, coalesce(m.content, '') as words,
         '/media/' || m.image_id as image_url, null as status, coalesce(m.sender_id = %(me)s, false) as is_mine,
         m.seq > c.customer_read_seq and m.sender_id <> %(me)s as is_unread,
         null as title, null as type, null::jsonb as details, (m.id is not null)::int as count, {chat_cursor}
    from ({chats}) c
    left join designers d on d.id = c.designer_id left join tailors t on t.id = c.tailor_id
    join users u on u.id = coalesce(d.user_id, t.user_id)
    left join messages m on m.chat_id = c.id and m.seq = c.last_seq
  union all {alterations}
  union all {designs}
  union all
  select 'NOTICE', n.id, n.created_at, n.link, a.id, a.name, '/media/' || coalesce(ad.photo_id, at.photo_id), n.message,
         null, null, false, not n.is_read, n.title, n.type, n.details, n.count, {notice_cursor}
    from ({notices}) n
    left join users a on a.id = n.actor_id
    left join designers ad on ad.user_id = a.id left join tailors at on at.user_id = a.id
) happened
 order by at desc, id desc
 limit %(limit)s
""",
    chat_cursor=Keyset("c.updated_at", "c.id").column,
    chats=_page("updated_at", "chats", Sql("t.customer_id = %(customer)s")),
    alterations=_asked("ALTERATION", "alteration_requests", "tailor", "alteration_request_id", "alterations"),
    designs=_asked("DESIGN", "design_requests", "designer", "design_request_id", "design-requests"),
    notice_cursor=Keyset("n.created_at", "n.id").column,
    notices=_page("created_at", "notifications", Sql("t.user_id = %(me)s and t.type <> 'MESSAGE'")),
)


async def activity_of(
    db: Db, me: Person, cursor: str | None = None, limit: int = SHOWN
) -> tuple[Sequence[ActivityEntry], str | None]:
    """A page of what happened to me, the newest first, and the cursor of the page after it."""
    scope = f"activity {me.id}"
    rows, following = await db.page(
        ActivityEntry, ACTIVITY, scope=scope, cursor=cursor, limit=limit, me=me.id, customer=me.customer_id
    )
    return [one.told() for one in rows], following
