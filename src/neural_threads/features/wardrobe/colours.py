"""What a cloth's colour is called: eighty names from the dyer's shelf, and the nearest of them to what an image shows."""

import structlog

from neural_threads.platform.colour.palette import nearest_name
from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import Unavailable, Upstream
from neural_threads.platform.images.derivatives import derivatives_in
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.media_worker import WorkerDied

log = structlog.get_logger(__name__)


async def colour_of(public_id: str) -> str | None:
    """The name of the colour that the middle of a stored image mostly has. None when the image tells nothing now."""
    store = current_store()
    try:
        lab = await derivatives_in(get_settings().media_dir).colour(public_id, store)
    except (FileNotFoundError, WorkerDied, Unavailable, Upstream, ValueError) as reason:
        log.warning("colour_not_read", public_id=public_id, reason=repr(reason))
        return None
    return nearest_name(lab) if lab else None
