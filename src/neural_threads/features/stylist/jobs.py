"""Background job of the stylist: finish an answer whose process has died."""

from datetime import UTC, datetime, timedelta

from neural_threads.features.stylist.conversations.flows import take_over_answer
from neural_threads.features.stylist.conversations.queries import pending_answer
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.jobs import defer, task

RESCUE_AFTER = timedelta(seconds=30)


@task("finish_stylist_answer")
async def finish_answer(answer_id: str) -> None:
    """Go on with an answer whose process ended; look again later while somebody still works on it."""
    async with reading() as db:
        pending = await pending_answer(db, answer_id)
    if pending is None:
        return
    live = await take_over_answer(answer_id)
    if live is not None:
        async for _event in live.follow():
            pass
    else:
        async with transaction() as db:
            await defer(db, finish_answer, at=datetime.now(UTC) + RESCUE_AFTER, answer_id=answer_id)
