"""Cancel the open orders of a provider whose account is deleted."""

from typing import Any

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.orders.lifecycle import EventType, OrderStatus
from neural_threads.features.orders.queries import order_for
from neural_threads.features.orders.recent import note_move
from neural_threads.features.orders.shapes import Order
from neural_threads.platform.db import Db
from neural_threads.platform.i18n import lazy_gettext

from .record import record

ABANDONED = lazy_gettext("This request is cancelled, because one of the two accounts was deleted.")


async def abandon_order(db: Db, me: Person, kind: Kind, id: str) -> None:
    """Cancel what I accepted or began. Only for those who leave: no provider may do this and stay."""
    order: Order = await order_for(db, me, kind, id)
    moved = await db.execute(
        f"update {kind.table} set status = 'CANCELLED', updated_at = clock_timestamp()"  # noqa: S608 - a constant
        " where id = %(id)s and status = %(seen)s and status in ('ACCEPTED', 'IN_PROGRESS')",
        id=id,
        seen=order.status,
    )
    if moved:
        db.after_commit(_noting(id))
        await record(db, me, order, EventType.MOVED, came_from=order.status, to=OrderStatus.CANCELLED, news=ABANDONED)


def _noting(id: str) -> Any:
    async def note() -> None:
        note_move(id)

    return note
