"""Background jobs of wardrobes."""

from neural_threads.platform.db import reading, transaction
from neural_threads.platform.jobs import task

from .colours import colour_of


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
