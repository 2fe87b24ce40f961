"""Background jobs of try-ons: make looks, resume those that a killed worker left, delete old ones."""

from typing import Any

import msgspec

from neural_threads.platform.db import Db, transaction
from neural_threads.platform.jobs import defer, periodic, task

from .actions import delete_expired
from .flows import CLAIM_SECONDS, make_try_on
from .photo_real.flow import CLAIM_SECONDS as DRAWING_CLAIM_SECONDS
from .photo_real.flow import draw_photo_real


async def queue_try_on(db: Db, id: str) -> None:
    """Have a look made, one after the other: they share one process."""
    await defer(db, make_look, try_on_id=id)


@task("make_try_on", priority=5)
async def make_look(try_on_id: str) -> None:
    """Make a look that waits."""
    await make_try_on(try_on_id, queue_drawing)


async def queue_drawing(db: Db, id: str) -> None:
    """Have a photo-real look drawn. One at a time: it waits for a model, and letters must not wait for that."""
    await defer(db, draw_look, one_at_a_time="photo-real", try_on_id=id)


@task("draw_try_on", priority=-5)
async def draw_look(try_on_id: str) -> None:
    """Have a model draw a look that is laid over its photo already."""
    await draw_photo_real(try_on_id)


@periodic("* * * * *")
@task("resume_try_ons")
async def resume_try_ons(**_when: Any) -> None:
    """Every minute: looks whose worker was killed, or whose job was lost."""
    async with transaction() as db:
        lost = await db.all(
            _Lost,
            """
            select id, result_image_id is not null as is_drawn_next from virtual_try_ons
             where not is_processed and coalesce(started_at, created_at)
                   < now() - make_interval(secs => case when result_image_id is null then %(claim)s else %(drawing)s end)
             order by created_at limit 20
            """,
            claim=CLAIM_SECONDS,
            drawing=DRAWING_CLAIM_SECONDS,
        )
        for look in lost:
            await (queue_drawing if look.is_drawn_next else queue_try_on)(db, look.id)


class _Lost(msgspec.Struct, frozen=True):
    id: str
    is_drawn_next: bool


@periodic("7 22 * * *")
@task("delete_expired_try_ons")
async def delete_expired_try_ons(**_when: Any) -> None:
    """Every night (India's): looks that nobody kept for thirty days, with photo and result."""
    while True:
        async with transaction() as db:
            if await delete_expired(db) is None:
                return
