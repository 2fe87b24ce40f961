"""Add, change and remove wardrobe items."""

import structlog

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import remove_if_unused
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.ids import new_id
from neural_threads.platform.jobs import defer

from .jobs import read_colour
from .queries import item_for
from .shapes import Facts, ItemChange, WardrobeCategory, WardrobeItem

log = structlog.get_logger(__name__)


async def add_item(db: Db, me: Person, image_id: str, details: Facts) -> WardrobeItem:
    """A new item, shown by an image of mine (see `own_image`)."""
    id = new_id()
    await db.execute(
        """
        insert into wardrobe_items (id, customer_id, image_id, category, subcategory, color, brand, name)
        values (%(id)s, %(me)s, %(image)s, %(category)s, %(subcategory)s, %(color)s, %(brand)s, %(name)s)
        """,
        id=id,
        me=owner(me),
        image=image_id,
        **details.columns,
    )
    return await item_for(db, me, id)


async def save_design(
    db: Db, me: Person, portfolio_item_id: str, details: Facts | None = None
) -> tuple[WardrobeItem, bool]:
    """Keep a designer's item among my own, and whether it is new there. NotFound when no designer shows it.

    Its image is the provider's and is not copied; its colour is read from it soon after, by a job.
    """
    new = await db.maybe(
        str,
        """
        insert into wardrobe_items (id, customer_id, image_id, portfolio_item_id, category, subcategory, color, brand, name)
        select %(id)s, %(me)s, i.image_id, i.id, %(category)s, coalesce(%(subcategory)s, i.category), %(color)s,
               coalesce(%(brand)s, left(u.name, 60)),
               coalesce(%(name)s, nullif(left(regexp_replace(trim(i.description), '\\s+', ' ', 'g'), 120), ''))
          from portfolio_items i
          join designers d on d.id = i.designer_id and d.search_name is not null
          join users u on u.id = d.user_id
         where i.id = %(piece)s
            on conflict (customer_id, portfolio_item_id) do nothing
        returning id
        """,
        id=new_id(),
        me=owner(me),
        piece=portfolio_item_id,
        **(details or Facts(category=WardrobeCategory.DRESS)).columns,
    )
    if new is not None:
        await defer(db, read_colour, item_id=new)
        return await item_for(db, me, new), True
    mine = await db.value(
        "select id from wardrobe_items where customer_id = %(me)s and portfolio_item_id = %(piece)s",
        me=me.customer_id,
        piece=portfolio_item_id,
    )
    if mine is None:
        raise NotFound
    return await item_for(db, me, mine), False


async def change_item(db: Db, me: Person, id: str, change: ItemChange) -> WardrobeItem:
    """Set what is given."""
    columns = change.columns
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    await db.execute(
        f"update wardrobe_items set {sets}, updated_at = now() where id = %(id)s and customer_id = %(me)s",  # noqa: S608
        id=id,
        me=owner(me),
        **columns,
    )
    return await item_for(db, me, id)


async def remove_item(db: Db, me: Person, id: str) -> str:
    """Remove an item, and its image if that is mine and nothing else shows it; answers the image's name."""
    image_id = await db.value(
        "delete from wardrobe_items where id = %(id)s and customer_id = %(me)s returning image_id", id=id, me=owner(me)
    )
    if image_id is None:
        raise NotFound
    await remove_if_unused(db, me, image_id)
    return str(image_id)


def owner(me: Person) -> str:
    """The customer that I am; Forbidden to providers, who have no wardrobe here."""
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id
