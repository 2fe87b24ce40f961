"""The image that was sent with a question: its colours and kind."""

import structlog

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.shapes import ImageReading
from neural_threads.features.wardrobe.flows import read_image
from neural_threads.platform.db import reading
from neural_threads.platform.errors import ThreadsError

from .queries import customer_of
from .turn import item_of_image

log = structlog.get_logger(__name__)


async def read_question_image(me: Person, image_id: str | None) -> ImageReading | None:
    """Return what is known or can be read of the image of a question; None without one."""
    if image_id is None:
        return None
    async with reading() as db:
        item = await item_of_image(db, customer_of(me), image_id)
    if item is not None and item.colors:
        return ImageReading(colors=item.colors, category=item.category, subcategory=item.subcategory)
    try:
        colors, suggestion = await read_image(image_id)
    except (FileNotFoundError, ThreadsError) as error:
        log.info("question_image_unread", error=type(error).__name__)
        return ImageReading()
    return ImageReading(
        colors=tuple(color.name for color in colors),
        category=suggestion.category if suggestion else None,
        subcategory=suggestion.subcategory if suggestion else None,
    )
