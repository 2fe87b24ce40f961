"""Making looks, off the request; resuming those that a killed worker left; and letting go of old ones."""

from typing import Any

from neural_threads.platform.db import Db, transaction
from neural_threads.platform.jobs import defer, periodic, task

from .actions import delete_expired
from .flows import CLAIM_SECONDS, make_try_on


async def queue_try_on(db: Db, id: str) -> None:
    """Have a look made, one after the other: they share one process."""
    await defer(db, make_look, try_on_id=id)


@task("make_try_on", priority=5)
async def make_look(try_on_id: str) -> None:
    """Make a look that waits."""
    await make_try_on(try_on_id)


@periodic("* * * * *")
@task("resume_try_ons")
async def resume_try_ons(**_when: Any) -> None:
    """Every minute: looks whose worker was killed, or whose job was lost."""
    async with transaction() as db:
        lost = await db.all(
            str,
            """
            select id from virtual_try_ons
             where not is_processed and coalesce(started_at, created_at) < now() - make_interval(secs => %(claim)s)
             order by created_at limit 20
            """,
            claim=CLAIM_SECONDS,
        )
        for id in lost:
            await queue_try_on(db, id)


@periodic("7 22 * * *")
@task("delete_expired_try_ons")
async def delete_expired_try_ons(**_when: Any) -> None:
    """Every night (India's): looks that nobody kept for thirty days, with photo and result."""
    while True:
        async with transaction() as db:
            if await delete_expired(db) is None:
                return
