"""Change an order by one conditional UPDATE, so that one of two concurrent changes wins."""

from datetime import date
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.errors import InvalidTransition, NotAllowedForSide, QuoteFrozen, QuoteNotAccepted
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.orders.lifecycle import EventType, OrderStatus, Side, may_become, may_ever
from neural_threads.features.orders.queries import order_for, order_with_history
from neural_threads.features.orders.recent import moved_since, note_move
from neural_threads.features.orders.shapes import Order, OrderChange
from neural_threads.platform.cache import public_data_changed
from neural_threads.platform.db import Db, Effect
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _

from .record import record

CANCELLED, IN_PROGRESS = OrderStatus.CANCELLED, OrderStatus.IN_PROGRESS


class Outcome(msgspec.Struct, frozen=True):
    """The order as it will be after a change."""

    status: OrderStatus
    price: Decimal | None
    day: date | None
    notes: str | None

    @classmethod
    def now(cls, order: Order) -> "Outcome":
        """Return how it is."""
        return cls(order.status, order.quoted_price, order.promised_date, order.notes)

    def after(self, change: OrderChange) -> "Outcome":
        """Return how it is once this has changed."""
        return Outcome(
            self.status if isinstance(change.status, UnsetType) else change.status,
            self.price if change.quoted_price is UNSET else change.price,
            self.day if isinstance(change.promised_date, UnsetType) else change.promised_date,
            self.notes if isinstance(change.notes, UnsetType) else (change.notes or None),
        )

    @property
    def offer(self) -> tuple[Decimal | None, date | None]:
        """Price and date."""
        return (self.price, self.day)


async def change_order(
    db: Db, me: Person, kind: Kind, id: str, change: OrderChange, *, decided_at: float | None = None
) -> Order:
    """The request after the change. Strangers: NotFound. What the other side decides: NotYourMove.

    A move that does not exist from where it stands, or that lost a race: NotFromHere. Cancelling twice is cancelling once.
    `decided_at`: when the caller's wish reached us (`time.perf_counter`); a request that has moved since is not moved again.
    """
    order = await order_for(db, me, kind, id)
    side = order.side_of(me)
    _refuse_what_is_not_theirs(side, change)
    if _is_cancelled_already(order, change):
        return await order_with_history(db, me, kind, id)
    if change.if_status not in (UNSET, order.status):
        raise InvalidTransition(order.status)
    if change.status is not UNSET and moved_since(id, decided_at):
        return await _lost(db, me, kind, id, change)
    before, after = Outcome.now(order), Outcome.now(order).after(change)
    _refuse_impossible(order, side, change, before, after)
    if after != before:
        if not await _move(db, kind, id, before, after):
            return await _lost(db, me, kind, id, change)
        if after.status is not before.status:
            db.after_commit(_noting(id))
            if after.status is OrderStatus.COMPLETED:  # A review of theirs is verified from now on.
                public_data_changed(db)
        await _record(db, me, order, before, after)
    return await order_with_history(db, me, kind, id)


def _refuse_what_is_not_theirs(side: Side, change: OrderChange) -> None:
    quotes = any(given is not UNSET for given in (change.quoted_price, change.promised_date, change.notes))
    moves = not isinstance(change.status, UnsetType) and not may_ever(side, change.status)
    if moves or (quotes and side is Side.CUSTOMER):
        raise NotAllowedForSide


def _is_cancelled_already(order: Order, change: OrderChange) -> bool:
    return change.status is CANCELLED and order.status is CANCELLED


def _refuse_impossible(order: Order, side: Side, change: OrderChange, before: Outcome, after: Outcome) -> None:
    if change.status is not UNSET and not may_become(before.status, after.status, side):
        raise InvalidTransition(before.status)
    if after.day is not None and after.price is None:
        raise Invalid(fields={"quotedPrice": _("Give a price together with the promised date.")})
    if after.offer != before.offer and not before.status.is_quotable:
        raise QuoteFrozen(before.status)
    is_accepted = order.quote_accepted_at is not None and after.offer == before.offer
    if after.status is IN_PROGRESS and before.status is not IN_PROGRESS and after.day is not None and not is_accepted:
        raise QuoteNotAccepted


async def _move(db: Db, kind: Kind, id: str, before: Outcome, after: Outcome) -> bool:
    """Return True if it still stood where we saw it, with the offer that we saw, and is now as it should be."""
    moved = await db.execute(
        sql(
            """
        update {kind.table}
           set status = %(to)s, quoted_price = %(price)s, promised_date = %(day)s, notes = %(notes)s,
               quote_accepted_at = case when %(is_new_offer)s then null else quote_accepted_at end,
               late_told_on = case when %(is_new_offer)s then null else late_told_on end,
               updated_at = clock_timestamp()
         where id = %(id)s and status = %(seen)s
           and quoted_price is not distinct from %(seen_price)s::numeric
           and promised_date is not distinct from %(seen_day)s::date
           and (not %(begins)s or promised_date is null or quote_accepted_at is not null)
        """,
            kind=kind,
        ),
        id=id,
        to=after.status,
        price=after.price,
        day=after.day,
        notes=after.notes,
        is_new_offer=after.offer != before.offer,
        seen=before.status,
        seen_price=before.price,
        seen_day=before.day,
        begins=after.status is IN_PROGRESS and before.status is not IN_PROGRESS,
    )
    return moved == 1


def _noting(id: str) -> Effect:
    async def note() -> None:
        note_move(id)

    return note


async def _lost(db: Db, me: Person, kind: Kind, id: str, change: OrderChange) -> Order:
    """Somebody was faster. Whoever cancels what was just cancelled has what they wanted."""
    order = await order_with_history(db, me, kind, id)
    if _is_cancelled_already(order, change):
        return order
    raise InvalidTransition(order.status)


async def _record(db: Db, me: Person, order: Order, before: Outcome, after: Outcome) -> None:
    is_new_offer = after.offer != before.offer
    what = (
        EventType.MOVED if after.status is not before.status else EventType.QUOTED if is_new_offer else EventType.NOTED
    )
    await record(
        db,
        me,
        order,
        what,
        came_from=before.status,
        to=after.status,
        note=after.notes if after.notes != before.notes else None,
        price=after.price if is_new_offer else None,
        day=after.day if is_new_offer else None,
    )
