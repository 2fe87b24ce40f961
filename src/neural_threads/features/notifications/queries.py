"""Read notifications."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset, page_size

from .shapes import Notification, NotificationSearch, NotificationType, Stored

NEWEST = Keyset("n.created_at", "n.id")

FIELDS = Sql(f"""
  n.id, n.user_id, n.type, n.title, n.message, n.link, n.chat_id, n.details, n.count, n.is_read, n.created_at,
  {NEWEST.column},
  case when a.id is not null then jsonb_build_object(
    'id', a.id, 'name', a.name, 'avatarUrl', '/media/' || coalesce(ad.photo_id, at.photo_id)) end as actor
""")

ACTOR = Sql("""
  left join users a on a.id = n.actor_id
  left join designers ad on ad.user_id = a.id
  left join tailors at on at.user_id = a.id
""")

LIST = sql(
    """
select {fields}, %(language)s as language
  from notifications n {actor}
 where n.user_id = %(me)s
   and (not %(unread_only)s or not n.is_read)
   and (%(types)s::text[] is null or n.type = any(%(types)s::text[]))
   and {newest.after}
 {newest.order}
""",
    fields=FIELDS,
    actor=ACTOR,
    newest=NEWEST,
)

UNREAD = "select count(*) from notifications where user_id = %(me)s and not is_read"

UNREAD_BY_TYPE = """
select jsonb_object_agg(type, many) from (
  select type, count(*) as many from notifications where user_id = %(me)s and not is_read group by type) counted
"""


async def notifications_of(db: Db, me: Person, search: NotificationSearch) -> tuple[list[Notification], str | None]:
    """A page of what I was told, the newest first, and the cursor of the page after it."""
    scope = f"notifications {me.id} {search.unread_only} {sorted(set(search.type))}"
    rows, cursor = await db.page(
        Stored,
        LIST,
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=me.id,
        language=me.language,
        unread_only=search.unread_only,
        types=sorted(set(search.type)) or None,
    )
    return [one.told() for one in rows], cursor


async def unread_count(db: Db, me: Person) -> int:
    """Return how many things I was told and have not looked at."""
    return int(await db.value(UNREAD, me=me.id))


async def unread_by_type(db: Db, me: Person) -> dict[NotificationType, int]:
    """The same, for each type that has any."""
    row = await db.value(UNREAD_BY_TYPE, me=me.id) or {}
    return {NotificationType(name): int(many) for name, many in row.items()}
