"""Add, change and remove wardrobe items."""

from uuid import UUID

import msgspec
import structlog
from msgspec import UnsetType

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import remove_if_unused
from neural_threads.platform import jobs
from neural_threads.platform.colour.palette import swatch_of
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, comma_separated, sql
from neural_threads.platform.errors import Forbidden, Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.encode import encode

from .jobs import queue_reading, read_colour
from .queries import item_by_client_id, item_for
from .shapes import CutoutState, Facts, ItemChange, ItemColor, WardrobeCategory, WardrobeItem

log = structlog.get_logger(__name__)


async def add_item(
    db: Db, me: Person, image_id: str, details: Facts, *, client_id: UUID | None = None, image_hash: bytes | None = None
) -> tuple[WardrobeItem, bool]:
    """Add an item, shown by an image of mine (see `own_image`), and have the image read. Return it, and whether it is new.

    The same `client_id` again is the item that is there; the image that came with it goes if nothing shows it.
    """
    id = new_id()
    new = await db.execute(
        """
        insert into wardrobe_items (id, customer_id, image_id, category, subcategory, color, brand, name, client_id, image_hash)
        values (%(id)s, %(me)s, %(image)s, %(category)s, %(subcategory)s, %(color)s, %(brand)s, %(name)s, %(client_id)s, %(hash)s)
            on conflict (customer_id, client_id) where client_id is not null do nothing
        """,
        id=id,
        me=owner(me),
        image=image_id,
        client_id=client_id,
        hash=image_hash,
        **details.columns,
    )
    if not new:
        await remove_if_unused(db, me, image_id)
        return await item_by_client_id(db, me, client_id), False
    await queue_reading(db, owner(me), id)
    return await item_for(db, me, id), True


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
        await jobs.defer(db, read_colour, item_id=new)
        await queue_reading(db, owner(me), new)
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
    """Set what is given. Invalid when a cut-out is to be shown and there is none."""
    columns = change.columns
    if not isinstance(change.colors, UnsetType):
        columns["colors"] = encode_colors(change.colors or [])
    if change.cutout_state is CutoutState.SHOWN and (await item_for(db, me, id)).cutout_url is None:
        raise Invalid(fields={"cutoutState": _("This picture could not be cut out.")})
    casts = {"colors": "::text::jsonb", "suggested": "::text::jsonb", "price": "::numeric"}
    sets = comma_separated([Sql(f"{name} = %({name})s{casts.get(name, '')}") for name in columns])
    await db.execute(
        sql(
            "update wardrobe_items set {sets}, updated_at = now() where id = %(id)s and customer_id = %(me)s", sets=sets
        ),
        id=id,
        me=owner(me),
        **columns,
    )
    return await item_for(db, me, id)


def encode_colors(names: list[str]) -> str:
    """Colours as their owner names them, each with how it looks if we know that, as JSON."""
    known = dict.fromkeys(name.strip() for name in names if name.strip())
    return encode([ItemColor(name=name, hex=swatch_of(name)) for name in known]).decode()


async def remove_item(db: Db, me: Person, id: str) -> str:
    """Remove an item, with its cut-out, and its image if that is mine and nothing else shows it; answers the image's name."""
    gone = await db.found(
        _Gone,
        """
        delete from wardrobe_items where id = %(id)s and customer_id = %(me)s
        returning image_id, cutout_id
        """,
        id=id,
        me=owner(me),
    )
    for image_id in {gone.image_id, gone.cutout_id or gone.image_id}:
        await remove_if_unused(db, me, image_id)
    return gone.image_id


class _Gone(msgspec.Struct, frozen=True):
    image_id: str
    cutout_id: str | None


def owner(me: Person) -> str:
    """The customer that I am; Forbidden to providers, who have no wardrobe here."""
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id
