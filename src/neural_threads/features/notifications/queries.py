"""Read notifications."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor

from .shapes import Notification, NotificationSearch, NotificationType, Stored

FIELDS = """
  n.id, n.user_id, n.type, n.title, n.message, n.link, n.chat_id, n.details, n.count, n.is_read, n.created_at,
  (extract(epoch from n.created_at) * 1000000)::bigint as place,
  case when a.id is not null then jsonb_build_object(
    'id', a.id, 'name', a.name, 'avatarUrl', '/media/' || coalesce(ad.photo_id, at.photo_id)) end as actor
"""

ACTOR = """
  left join users a on a.id = n.actor_id
  left join designers ad on ad.user_id = a.id
  left join tailors at on at.user_id = a.id
"""

LIST = f"""
select {FIELDS}, %(language)s as language
  from notifications n {ACTOR}
 where n.user_id = %(me)s
   and (not %(unread_only)s or not n.is_read)
   and (%(types)s::text[] is null or n.type = any(%(types)s::text[]))
   and (%(place)s::bigint is null
        or (n.created_at, n.id) < (timestamptz 'epoch' + %(place)s::bigint * interval '1 microsecond', %(id)s::text))
 order by n.created_at desc, n.id desc
 limit %(limit)s
"""  # noqa: S608 - put together from constants

UNREAD = "select count(*) from notifications where user_id = %(me)s and not is_read"

UNREAD_BY_TYPE = """
select jsonb_object_agg(type, many) from (
  select type, count(*) as many from notifications where user_id = %(me)s and not is_read group by type) counted
"""


async def notifications_of(db: Db, me: Person, search: NotificationSearch) -> tuple[list[Notification], str | None]:
    """A page of what I was told, the newest first, and the cursor of the page after it."""
    scope = f"notifications {me.id} {search.unread_only} {sorted(set(search.type))}"
    place, id = open_cursor(scope, search.cursor) if search.cursor else (None, None)
    limit = page_size(search.limit)
    rows = await db.all(
        Stored,
        LIST,
        me=me.id,
        language=me.language,
        unread_only=search.unread_only,
        types=sorted(set(search.type)) or None,
        place=place,
        id=id,
        limit=limit + 1,
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return [one.told() for one in rows[:limit]], seal_cursor(scope, last.place, last.id) if last else None


async def unread_count(db: Db, me: Person) -> int:
    """Return how many things I was told and have not looked at."""
    return int(await db.value(UNREAD, me=me.id))


async def unread_by_type(db: Db, me: Person) -> dict[NotificationType, int]:
    """The same, for each type that has any."""
    row = await db.value(UNREAD_BY_TYPE, me=me.id) or {}
    return {NotificationType(name): int(many) for name, many in row.items()}
