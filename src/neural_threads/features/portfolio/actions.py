"""Add, change, remove and reorder portfolio items. Changes are public at commit."""

from typing import Any

from psycopg.errors import CheckViolation

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.visibility import show_to_all, stop_showing
from neural_threads.platform.cache import public_data_changed
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, comma_separated, sql
from neural_threads.platform.errors import Conflict, Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import ngettext
from neural_threads.platform.ids import new_id

from .kinds import PortfolioKind, ShownItem
from .queries import own_item, provider_id_of
from .shapes import MOST_ITEMS, Arrangement, NewPortfolioItem, NewSample, PortfolioItemChange, SampleChange


class PortfolioFull(Conflict):
    """The portfolio already has as many items as a profile shows."""

    code = "WALL_FULL"

    def sentence(self) -> str:
        return ngettext(
            "Your portfolio can hold one picture. Remove it first.",
            "Your portfolio is full: it can hold %(n)s pictures. Remove one first.",
            MOST_ITEMS,
        ) % {"n": MOST_ITEMS}


class AlreadyShown(Conflict):
    """This very picture hangs here already, with other words or prices."""

    code = "ALREADY_SHOWN"

    def sentence(self) -> str:
        return _("This picture is already in your portfolio.")


async def add_item(
    db: Db, me: Person, portfolio: PortfolioKind, draft: NewPortfolioItem | NewSample
) -> tuple[ShownItem, bool]:
    """Show an image of one's own, before all others; answers the item, and whether it is new.

    The same image with the same words again is the first item, for a form may be sent twice.
    """
    await _lock(db, me, portfolio)
    image_id = await show_to_all(db, me, draft.image_url)
    if existing := await _showing(db, me, portfolio, image_id):
        return _same(existing, draft), False
    id = new_id()
    given: dict[str, Any] = {"id": id, "maker": me.role_id, "image_id": image_id, **draft.columns}
    names = comma_separated([Sql(name) for name in draft.columns])
    values = comma_separated([Sql(f"%({name})s") for name in draft.columns])
    placed = await db.execute(
        sql(
            """
        insert into {portfolio.table} (id, {portfolio.provider_id}, image_id, position, {names})
        select %(id)s, %(maker)s, %(image_id)s, coalesce(min(position), 1) - 1, {values}
          from {portfolio.table} where {portfolio.provider_id} = %(maker)s having count(*) < %(most)s
        """,
            portfolio=portfolio,
            names=names,
            values=values,
        ),
        most=MOST_ITEMS,
        **given,
    )
    if not placed:
        raise PortfolioFull
    public_data_changed(db)
    return await own_item(db, me, portfolio, id), True


async def change_item(
    db: Db, me: Person, portfolio: PortfolioKind, id: str, change: PortfolioItemChange | SampleChange
) -> ShownItem:
    """Write what was given; answers the item as it is now."""
    await own_item(db, me, portfolio, id)
    if change.columns:
        pairs = comma_separated([Sql(f"{name} = %({name})s") for name in change.columns])
        statement = sql(
            "update {portfolio.table} set {pairs} where id = %(id)s and {portfolio.provider_id} = %(me)s",
            portfolio=portfolio,
            pairs=pairs,
        )
        try:
            await db.execute(statement, id=id, me=me.role_id, **change.columns)
        except CheckViolation:
            raise Invalid(fields={"budgetMax": _("The minimum is more than the maximum.")}) from None
    public_data_changed(db)
    return await own_item(db, me, portfolio, id)


async def remove_item(db: Db, me: Person, portfolio: PortfolioKind, id: str) -> str:
    """Show an item no longer; answers the name of its image, which goes too unless something else needs it."""
    await own_item(db, me, portfolio, id)
    image_id = await db.value(
        sql(
            "delete from {portfolio.table} where id = %(id)s and {portfolio.provider_id} = %(me)s returning image_id",
            portfolio=portfolio,
        ),
        id=id,
        me=me.role_id,
    )
    if image_id is None:  # Taken down elsewhere between the two statements.
        raise NotFound
    await stop_showing(db, me, image_id)
    public_data_changed(db)
    return str(image_id)


async def reorder(db: Db, me: Person, portfolio: PortfolioKind, target: Arrangement) -> list[str]:
    """Put these first, in this order; the others follow as they were. NotFound when one of them is not mine.

    Answers the ids of everything, in order.
    """
    mine = await _lock(db, me, portfolio)
    first = set(target.ids)
    if first - set(mine):
        raise NotFound
    return await _put(db, portfolio, [*target.ids, *(id for id in mine if id not in first)])


async def move_item(db: Db, me: Person, portfolio: PortfolioKind, id: str, step: int) -> None:
    """Move one item so many places towards the end, or with a negative step towards the beginning."""
    mine = await _lock(db, me, portfolio)
    if id not in mine:
        raise NotFound
    place = mine.index(id)
    mine.insert(max(0, place + step), mine.pop(place))
    await _put(db, portfolio, mine)


async def _put(db: Db, portfolio: PortfolioKind, ids: list[str]) -> list[str]:
    await db.execute(
        sql(
            """
        update {portfolio.table} i set position = wanted.place
          from unnest(%(ids)s::text[]) with ordinality as wanted(id, place)
         where i.id = wanted.id and i.position <> wanted.place
        """,
            portfolio=portfolio,
        ),
        ids=ids,
    )
    public_data_changed(db)
    return ids


async def _lock(db: Db, me: Person, portfolio: PortfolioKind) -> list[str]:
    """The ids of what I show, in order. One hand at a time: two tabs would else count, or order, past each other."""
    await db.execute(
        f"select from {portfolio.maker}s where id = %(me)s for no key update",
        me=provider_id_of(me, portfolio),
    )
    return await db.all(
        str,
        sql(
            "select id from {portfolio.table} where {portfolio.provider_id} = %(me)s order by position, id desc",
            portfolio=portfolio,
        ),
        me=me.role_id,
    )


async def _showing(db: Db, me: Person, portfolio: PortfolioKind, image_id: str) -> ShownItem | None:
    id = await db.value(
        sql(
            "select id from {portfolio.table} where {portfolio.provider_id} = %(me)s and image_id = %(image)s limit 1",
            portfolio=portfolio,
        ),
        me=me.role_id,
        image=image_id,
    )
    return await own_item(db, me, portfolio, id) if id else None


def _same(existing: ShownItem, draft: NewPortfolioItem | NewSample) -> ShownItem:
    if any(getattr(existing, name) != value for name, value in draft.columns.items()):
        raise AlreadyShown
    return existing
