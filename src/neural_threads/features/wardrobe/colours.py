"""Name the colour of a cloth: eighty names, and the nearest of them to the colour in an image."""

import structlog

from neural_threads.platform.colour.palette import nearest_name
from neural_threads.platform.compute.bounded_process import ProcessDied
from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import Unavailable, Upstream
from neural_threads.platform.images.derivatives import derivatives_in
from neural_threads.platform.images.stores import current_store

log = structlog.get_logger(__name__)


async def examine_image(public_id: str) -> tuple[str | None, bytes | None]:
    """The name of the colour that the middle of a stored image mostly has, and the image's hash. None for each that the
    image does not tell now."""
    try:
        lab, image_hash = await derivatives_in(get_settings().media_dir).look(public_id, current_store())
    except (FileNotFoundError, ProcessDied, Unavailable, Upstream, ValueError) as reason:
        log.warning("colour_not_read", public_id=public_id, reason=repr(reason))
        return None, None
    return (nearest_name(lab) if lab else None), image_hash


async def colour_of(public_id: str) -> str | None:
    """The name of the colour that the middle of a stored image mostly has. None when the image tells nothing now."""
    return (await examine_image(public_id))[0]
