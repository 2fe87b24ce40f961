"""Background jobs of orders."""

from neural_threads.platform.db import transaction
from neural_threads.platform.jobs import periodic, task

from .kinds import KINDS
from .overdue import AT_ONCE, notify_of_late


@periodic("5 2 * * *")
@task("tell_of_late_requests")
async def tell_of_late_requests(timestamp: int) -> None:
    """Every morning, half past seven in Bengaluru: customers hear of promises that were broken."""
    for kind in KINDS:
        while True:
            async with transaction() as db:
                if await notify_of_late(db, kind) < AT_ONCE:
                    break
