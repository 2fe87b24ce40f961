"""Read one's own portfolio. Items of others are not found."""

from typing import Any

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.keyset_paging import open_cursor, page_size, seal_cursor
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.ids import is_id

from .kinds import PortfolioKind
from .shapes import MOST_ITEMS, WallSearch


async def items_of(db: Db, me: Person, wall: PortfolioKind) -> list[Any]:
    """Everything that I show, in my order."""
    return [hung.piece for hung in await _hung(db, me, wall, None, None, MOST_ITEMS)]


async def page_of_items(db: Db, me: Person, wall: PortfolioKind, search: WallSearch) -> tuple[list[Any], str | None]:
    """A page of what I show, in my order, and the cursor of the page after it."""
    scope = f"{wall.path} {me.id}"
    place, id = open_cursor(scope, search.cursor) if search.cursor else (None, None)
    limit = page_size(search.limit)
    rows = await _hung(db, me, wall, place, id, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return [h.piece for h in rows[:limit]], seal_cursor(scope, last.position, last.piece.id) if last else None


async def own_item(db: Db, me: Person, wall: PortfolioKind, id: str) -> Any:
    """One piece of mine, else NotFound."""
    if not is_id(id):
        raise NotFound
    row: Any = await db.maybe(
        wall.hung,
        f"select i.position, {wall.json} as piece from {wall.table} i where i.id = %(id)s and i.{wall.provider_id} = %(me)s",  # noqa: S608
        id=id,
        me=provider_id_of(me, wall),
    )
    if row is None:
        raise NotFound
    return row.piece


def provider_id_of(me: Person, wall: PortfolioKind) -> str:
    """Return whose wall it is; Forbidden for those who have none of this kind."""
    if me.role is not wall.role:
        raise Forbidden
    return me.role_id


async def _hung(db: Db, me: Person, wall: PortfolioKind, place: int | None, id: str | None, most: int) -> list[Any]:
    return await db.all(
        wall.hung,
        f"""
        select i.position, {wall.json} as piece
          from {wall.table} i
         where i.{wall.provider_id} = %(me)s
           and (%(place)s::int is null or i.position > %(place)s::int
                or i.position = %(place)s::int and i.id < %(id)s::text)
         order by i.position, i.id desc
         limit %(most)s
        """,  # noqa: S608 - put together from constants
        me=provider_id_of(me, wall),
        place=place,
        id=id,
        most=most,
    )
