"""Ask the model: pass its text on as it arrives, and its cards when the whole answer has been checked."""

from collections.abc import Callable

import structlog

from neural_threads.features.stylist.shapes import Reply, Turn
from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import ThreadsError
from neural_threads.platform.images.derivatives import derivatives_in
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.llm import ImagePart, ModelFailed
from neural_threads.platform.llm.guarded import GuardedModel
from neural_threads.platform.llm.json_text import TextField

from .checking import CheckedAnswer, check_answer, printable
from .offer import Offer
from .prompt import prompt_for

log = structlog.get_logger(__name__)
IMAGE_WIDTH = 800


async def answer_by_model(
    model: GuardedModel,
    turn: Turn,
    reply: Reply,
    offer: Offer,
    image_id: str | None,
    say: Callable[[str], None],
) -> CheckedAnswer:
    """Return the model's answer to a turn that the local stylist has understood as `reply`; `say` hears its text early.

    Raise ModelFailed when there is none in time, or none that fits. No database connection is held while it thinks.
    """
    if model.breaker.is_open:
        raise ModelFailed("breaker_open")
    prompt = prompt_for(turn, offer, reply.language, await _images(image_id))
    text, fragments = TextField(), []
    async for fragment in model.stream(prompt):
        fragments.append(fragment)
        say(printable(text.feed(fragment)))
    try:
        checked = check_answer("".join(fragments), offer)
    except ModelFailed as error:
        model.reject(error.reason)
        raise
    model.accept()
    return checked


async def _images(image_id: str | None) -> list[ImagePart]:
    """Return the image of the question, 800 pixels wide, without where and when it was taken."""
    if image_id is None:
        return []
    try:
        data = await derivatives_in(get_settings().media_dir).read(image_id, IMAGE_WIDTH, "jpeg", current_store())
    except (FileNotFoundError, ThreadsError) as error:
        log.warning("image_not_sent", error=type(error).__name__)
        return []
    return [ImagePart(data, "image/jpeg")]
