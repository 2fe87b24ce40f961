"""Notify the customer once when a promised date has passed."""

from typing import Any

from neural_threads.features.orders.actions.record import tell
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql

from .kinds import Kind
from .lifecycle import Side
from .messages import LATE
from .queries import PROMISED, ROWS, SELECT

AT_ONCE = 100

# Promised for a day that is over in Bengaluru, agreed upon or begun, and not finished.
LATE_ONES = f"""
   r.status in ('ACCEPTED', 'IN_PROGRESS') and {PROMISED}
   and r.promised_date < (now() at time zone 'Asia/Kolkata')::date and r.late_told_on is null
"""


async def notify_of_late(db: Db, kind: Kind) -> int:
    """Tell the customers of up to a hundred late requests; answers how many."""
    late: list[Any] = await db.all(
        ROWS[kind.path],
        f"{SELECT[kind.path]} where {LATE_ONES} order by r.id limit {AT_ONCE} for update of r skip locked",
    )
    for order in late:
        await db.execute(
            sql(
                "update {kind.table} set late_told_on = (now() at time zone 'Asia/Kolkata')::date where id = %(id)s",
                kind=kind,
            ),
            id=order.id,
        )
        await tell(db, order, Side.CUSTOMER, LATE, actor_id=order.maker.user_id, day=order.promised_date)
    return len(late)
