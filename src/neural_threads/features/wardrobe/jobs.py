"""Background jobs of the wardrobe: an item's image is read after it was added."""

from typing import Any

import msgspec
import structlog

from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.jobs import defer, periodic, task

from .colours import colour_of, examine_image
from .flows import read_item

log = structlog.get_logger(__name__)

MISSED_AT_ONCE = 40


class _Missed(msgspec.Struct, frozen=True):
    id: str
    customer_id: str


class _Unhashed(msgspec.Struct, frozen=True):
    id: str
    image_id: str


async def queue_reading(db: Db, customer_id: str, item_id: str) -> None:
    """Have an item read; those of one customer one after the other, so that twenty of them do not keep others waiting."""
    await defer(db, read_wardrobe_item, one_at_a_time=f"wardrobe {customer_id}", item_id=item_id)


@task("read_wardrobe_item", priority=-10)
async def read_wardrobe_item(item_id: str) -> None:
    """Read mask, colours, kind and pattern from an item's image, once."""
    await read_item(item_id)


@periodic("17 * * * *")
@task("read_missed_wardrobe_items")
async def read_missed_items(**_when: Any) -> None:
    """Every hour: items that were never read, because they are older than reading is or their job was lost."""
    async with transaction() as db:
        missed = await db.all(
            _Missed,
            """
            select id, customer_id from wardrobe_items
             where read_at is null and created_at < now() - interval '15 minutes'
             order by created_at desc limit %(limit)s
            """,
            limit=MISSED_AT_ONCE,
        )
        for item in missed:
            await queue_reading(db, item.customer_id, item.id)
    async with reading() as db:
        unhashed = await db.all(
            _Unhashed,
            "select id, image_id from wardrobe_items where read_at is not null and image_hash is null limit %(limit)s",
            limit=MISSED_AT_ONCE,
        )
    for one in unhashed:
        _colour, image_hash = await examine_image(one.image_id)
        if image_hash:
            async with transaction() as db:
                sql = "update wardrobe_items set image_hash = %(hash)s where id = %(id)s and image_id = %(image)s"
                await db.execute(sql, hash=image_hash, id=one.id, image=one.image_id)


@task("read_colour_of_piece")
async def read_colour(item_id: str) -> None:
    """Name the colour of an item that has none yet, after its image."""
    async with reading() as db:
        image_id = await db.value("select image_id from wardrobe_items where id = %(id)s and color is null", id=item_id)
    colour = await colour_of(image_id) if image_id else None
    if colour:
        async with transaction() as db:
            await db.execute(
                "update wardrobe_items set color = %(colour)s where id = %(id)s and color is null",
                colour=colour,
                id=item_id,
            )
