"""Read one's own portfolio. Items of others are not found."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import FIRST_PAGE, page_size
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.ids import is_id

from .kinds import PortfolioKind, ShownItem
from .shapes import MOST_ITEMS, PortfolioSearch


async def items_of(db: Db, me: Person, portfolio: PortfolioKind) -> list[ShownItem]:
    """Return all my portfolio items, in my order."""
    return [
        placed.piece
        for placed in await db.all(portfolio.placed, _placed(portfolio), me=provider_id_of(me, portfolio), **EVERYTHING)
    ]


async def page_of_items(
    db: Db, me: Person, portfolio: PortfolioKind, search: PortfolioSearch
) -> tuple[list[ShownItem], str | None]:
    """A page of what I show, in my order, and the cursor of the page after it."""
    scope = f"{portfolio.path} {me.id}"
    rows, cursor = await db.page(
        portfolio.placed,
        _placed(portfolio),
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        me=provider_id_of(me, portfolio),
    )
    return [placed.piece for placed in rows], cursor


async def own_item(db: Db, me: Person, portfolio: PortfolioKind, id: str) -> ShownItem:
    """Return one of my portfolio items; NotFound for any other."""
    if not is_id(id):
        raise NotFound
    row = await db.found(
        portfolio.placed,
        sql(
            "select i.position, {portfolio.json} as piece from {portfolio.table} i where i.id = %(id)s and i.{portfolio.provider_id} = %(me)s",
            portfolio=portfolio,
        ),
        id=id,
        me=provider_id_of(me, portfolio),
    )
    return row.piece


def provider_id_of(me: Person, portfolio: PortfolioKind) -> str:
    """Return the provider's id; Forbidden for those who have no portfolio of this kind."""
    if me.role is not portfolio.role:
        raise Forbidden
    return me.role_id


EVERYTHING = {**FIRST_PAGE, "limit": MOST_ITEMS}


def _placed(portfolio: PortfolioKind) -> Sql:
    return sql(
        """
        select i.position, {portfolio.json} as piece, i.position as cursor_at, i.id as cursor_id
          from {portfolio.table} i
         where i.{portfolio.provider_id} = %(me)s
           and (%(cursor_at)s::int is null or i.position > %(cursor_at)s::int
                or i.position = %(cursor_at)s::int and i.id < %(cursor_id)s::text)
         order by i.position, i.id desc
         limit %(limit)s
        """,
        portfolio=portfolio,
    )
