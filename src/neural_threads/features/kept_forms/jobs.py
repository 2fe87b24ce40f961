"""Background job of kept forms: every hour it deletes those that nobody came back for."""

from typing import Any

import structlog

from neural_threads.platform.db import transaction
from neural_threads.platform.jobs import periodic, task

from .queries import HOURS

log = structlog.get_logger(__name__)


@periodic("37 * * * *")
@task("sweep_kept_forms")
async def sweep_kept_forms(**_when: Any) -> None:
    """Forget what is older than a day."""
    async with transaction() as db:
        gone = await db.execute(
            "delete from kept_forms where created_at < now() - make_interval(hours => %(hours)s)", hours=HOURS
        )
    if gone:
        log.info("kept_forms_swept", rows=gone)
