"""Cancel the open orders of a provider whose account is deleted."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.orders.lifecycle import EventType, OrderStatus
from neural_threads.features.orders.queries import order_for
from neural_threads.features.orders.recent import note_move
from neural_threads.platform.db import Db, Effect
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import lazy_gettext

from .record import record

ABANDONED = lazy_gettext("This request is cancelled, because one of the two accounts was deleted.")


async def abandon_order(db: Db, me: Person, kind: Kind, id: str) -> None:
    """Cancel what I accepted or began. Only for those who leave: no provider may do this and stay."""
    order = await order_for(db, me, kind, id)
    moved = await db.execute(
        sql(
            "update {kind.table} set status = 'CANCELLED', updated_at = clock_timestamp()"
            " where id = %(id)s and status = %(seen)s and status in ('ACCEPTED', 'IN_PROGRESS')",
            kind=kind,
        ),
        id=id,
        seen=order.status,
    )
    if moved:
        db.after_commit(_noting(id))
        await record(db, me, order, EventType.MOVED, came_from=order.status, to=OrderStatus.CANCELLED, news=ABANDONED)


def _noting(id: str) -> Effect:
    async def note() -> None:
        note_move(id)

    return note
