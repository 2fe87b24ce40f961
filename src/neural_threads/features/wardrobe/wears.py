"""The days on which an item was worn: one entry a day; their number and the last day are kept beside the item."""

from collections.abc import Sequence
from datetime import date, timedelta

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import today

from .actions import owner

OLDEST = timedelta(days=3650)


async def mark_worn(db: Db, me: Person, item_ids: Sequence[str], worn_on: date | None = None) -> None:
    """Note that I wore these items on a day, today if none is named; twice on one day is once.

    NotFound when one of them is not mine. Invalid for days to come.
    """
    await _lock(db, me, item_ids)
    day = _checked(worn_on)
    await db.execute(
        """
        insert into wardrobe_wears (item_id, worn_on)
        select id, %(day)s from unnest(%(ids)s::text[]) id on conflict do nothing
        """,
        ids=list(item_ids),
        day=day,
    )
    await _recount(db, item_ids)


async def unmark_worn(db: Db, me: Person, item_ids: Sequence[str], worn_on: date | None = None) -> None:
    """Take the note of a day back, today's if none is named; what was not noted is none to take back."""
    await _lock(db, me, item_ids)
    day = _checked(worn_on)
    sql = "delete from wardrobe_wears where item_id = any(%(ids)s::text[]) and worn_on = %(day)s"
    await db.execute(sql, ids=list(item_ids), day=day)
    await _recount(db, item_ids)


def _checked(worn_on: date | None) -> date:
    day = worn_on or today()
    if not today() - OLDEST <= day <= today():
        raise Invalid(fields={"wornOn": _("Choose today or a day before.")})
    return day


async def _lock(db: Db, me: Person, item_ids: Sequence[str]) -> None:
    mine = await db.all(
        str,
        """
        select id from wardrobe_items where id = any(%(ids)s::text[]) and customer_id = %(me)s
         order by id for update
        """,
        ids=list(item_ids),
        me=owner(me),
    )
    if set(item_ids) - set(mine):
        raise NotFound


async def _recount(db: Db, item_ids: Sequence[str]) -> None:
    await db.execute(
        """
        update wardrobe_items w
           set worn_count = (select count(*) from wardrobe_wears v where v.item_id = w.id),
               last_worn_on = (select max(worn_on) from wardrobe_wears v where v.item_id = w.id)
         where w.id = any(%(ids)s::text[])
        """,
        ids=list(item_ids),
    )
