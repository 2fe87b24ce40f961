"""The choices of the form of a new order: providers, garments, portfolio items."""

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.images.signed_url import PrivateImage

from .kinds import DESIGN, Kind


async def provider_for_order(db: Db, kind: Kind, provider_id: str) -> "OrderProvider":
    """Return a provider who can be asked. NotFound when there is none, or the account is deleted."""
    return await db.found(
        OrderProvider,
        sql(
            """
        select p.id, u.id as user_id, u.name, p.location, '/media/' || p.photo_id as avatar_url
          from {kind.maker}s p join users u on u.id = p.user_id
         where p.id = %(maker)s and u.deleted_at is null
        """,
            kind=kind,
        ),
        maker=provider_id,
    )


class OrderProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider who can be asked."""

    id: str
    user_id: str
    name: str
    location: str | None
    avatar_url: str | None


class ItemOption(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that a request may be about: of the customer's wardrobe, or of the maker's work."""

    id: str
    image_url: str
    name: str


class Worn(ItemOption, frozen=True, kw_only=True):
    """A piece of one's own."""

    image_url: PrivateImage


MOST_ITEMS = 60


async def items_of(db: Db, me: Person, chosen: str = "") -> list[Worn]:
    """Return what hangs in my wardrobe, the newest first; before all others the one that is chosen, however long it hangs there."""
    return await db.all(
        Worn,
        """
        select w.id, '/media/' || w.image_id as image_url, coalesce(w.name, i.description, w.color, '') as name
          from (select * from wardrobe_items where id = %(chosen)s and customer_id = %(me)s
                union all
                (select * from wardrobe_items where customer_id = %(me)s and id <> %(chosen)s
                  order by created_at desc, id desc limit %(most)s)) w
          left join portfolio_items i on i.id = w.portfolio_item_id
         order by w.id = %(chosen)s desc, w.created_at desc, w.id desc
         limit %(most)s
        """,
        me=me.customer_id,
        chosen=chosen,
        most=MOST_ITEMS,
    )


async def works_of(db: Db, kind: Kind, provider_id: str) -> list[ItemOption]:
    """Return what this provider shows."""
    table = "portfolio_items" if kind is DESIGN else "sample_works"
    return await db.all(
        ItemOption,
        sql(
            """
        select i.id, '/media/' || i.image_id as image_url, i.description as name
          from {table} i
         where i.{kind.provider_id} = %(maker)s
         order by i.position, i.id desc
         limit %(most)s
        """,
            table=table,
            kind=kind,
        ),
        maker=provider_id,
        most=MOST_ITEMS,
    )
