"""Preferences: the notifications that a person wants by e-mail and by push."""

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql

from .shapes import NotificationPreferences, NotificationType, PreferencesChange

PUSHED_AT_FIRST = [kind for kind in NotificationType if kind is not NotificationType.PROFILE_VIEW]
"""What a device tells once somebody has switched it on, until they choose."""
BY_PUSH = Sql("coalesce(by_push, array[{}])".format(", ".join(f"'{kind}'" for kind in PUSHED_AT_FIRST)))
"""The same in SQL, over a row of notification_settings that may not be there."""


async def preferences_of(db: Db, me: Person) -> NotificationPreferences:
    """Return my preferences."""
    row = await db.maybe(
        NotificationPreferences,
        sql("select by_mail, {by_push} as by_push from notification_settings where user_id = %(me)s", by_push=BY_PUSH),
        me=me.id,
    )
    return row or NotificationPreferences(by_push=tuple(PUSHED_AT_FIRST))


async def set_preference(db: Db, me: Person, change: PreferencesChange) -> None:
    """Choose what I want. Letters are not written about what waits already."""
    await db.execute(
        """
        insert into notification_settings as s (user_id, by_mail, by_push)
        values (%(me)s, coalesce(%(mail)s::text[], '{}'), %(push)s::text[])
        on conflict (user_id) do update
           set by_mail = coalesce(%(mail)s::text[], s.by_mail), by_push = coalesce(%(push)s::text[], s.by_push),
               since = case when %(mail)s::text[] is null then s.since else now() end
        """,
        me=me.id,
        mail=_chosen(change.by_mail),
        push=_chosen(change.by_push),
    )


def _chosen(types: list[NotificationType] | msgspec.UnsetType) -> list[str] | None:
    return None if isinstance(types, msgspec.UnsetType) else sorted(set(types))
