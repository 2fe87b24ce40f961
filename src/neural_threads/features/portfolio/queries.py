"""Read one's own portfolio. Items of others are not found."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import FIRST_PAGE, page_size
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.ids import is_id

from .kinds import PortfolioKind, ShownItem
from .shapes import MOST_ITEMS, WallSearch


async def items_of(db: Db, me: Person, wall: PortfolioKind) -> list[ShownItem]:
    """Return all my portfolio items, in my order."""
    return [hung.piece for hung in await db.all(wall.hung, _hung(wall), me=provider_id_of(me, wall), **EVERYTHING)]


async def page_of_items(
    db: Db, me: Person, wall: PortfolioKind, search: WallSearch
) -> tuple[list[ShownItem], str | None]:
    """A page of what I show, in my order, and the cursor of the page after it."""
    scope = f"{wall.path} {me.id}"
    rows, cursor = await db.page(
        wall.hung,
        _hung(wall),
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=provider_id_of(me, wall),
    )
    return [hung.piece for hung in rows], cursor


async def own_item(db: Db, me: Person, wall: PortfolioKind, id: str) -> ShownItem:
    """Return one of my portfolio items; NotFound for any other."""
    if not is_id(id):
        raise NotFound
    row = await db.found(
        wall.hung,
        sql(
            "select i.position, {wall.json} as piece from {wall.table} i where i.id = %(id)s and i.{wall.provider_id} = %(me)s",
            wall=wall,
        ),
        id=id,
        me=provider_id_of(me, wall),
    )
    return row.piece


def provider_id_of(me: Person, wall: PortfolioKind) -> str:
    """Return whose wall it is; Forbidden for those who have none of this kind."""
    if me.role is not wall.role:
        raise Forbidden
    return me.role_id


EVERYTHING = {**FIRST_PAGE, "limit": MOST_ITEMS}


def _hung(wall: PortfolioKind) -> Sql:
    return sql(
        """
        select i.position, {wall.json} as piece, i.position as cursor_at, i.id as cursor_id
          from {wall.table} i
         where i.{wall.provider_id} = %(me)s
           and (%(cursor_at)s::int is null or i.position > %(cursor_at)s::int
                or i.position = %(cursor_at)s::int and i.id < %(cursor_id)s::text)
         order by i.position, i.id desc
         limit %(limit)s
        """,
        wall=wall,
    )
