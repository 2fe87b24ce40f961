"""Accept a quote: price and date become binding."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.errors import InvalidTransition, NoQuote, NotAllowedForSide, QuoteChanged
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.orders.lifecycle import EventType, Side
from neural_threads.features.orders.queries import order_for, order_with_history
from neural_threads.features.orders.shapes import Order, QuoteAcceptance
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql

from .record import record


async def accept_quote(db: Db, me: Person, kind: Kind, id: str, seen: QuoteAcceptance) -> Order:
    """The request with the accepted offer; twice is once. QuoteChanged when the offer is not the one that was seen."""
    order = await order_for(db, me, kind, id)
    if order.side_of(me) is not Side.CUSTOMER:
        raise NotAllowedForSide
    if not seen.fits(order):
        raise QuoteChanged
    if order.quote_accepted_at is not None:
        return await order_with_history(db, me, kind, id)
    if not order.status.is_quotable:
        raise InvalidTransition(order.status)
    if order.quoted_price is None:
        raise NoQuote
    if await _accept(db, order):
        await record(
            db,
            me,
            order,
            EventType.QUOTE_ACCEPTED,
            came_from=order.status,
            to=order.status,
            price=order.quoted_price,
            day=order.promised_date,
        )
    after = await order_with_history(db, me, kind, id)
    if after.quote_accepted_at is None:
        raise QuoteChanged if after.status is order.status else InvalidTransition(after.status)
    return after


async def _accept(db: Db, order: Order) -> bool:
    """Return True if this very offer still stood and nobody had accepted it."""
    accepted = await db.execute(
        sql(
            """
        update {kind.table} set quote_accepted_at = clock_timestamp(), updated_at = clock_timestamp()
         where id = %(id)s and status = %(status)s and quote_accepted_at is null
           and quoted_price is not distinct from %(price)s::numeric
           and promised_date is not distinct from %(day)s::date
        """,
            kind=order.kind,
        ),
        id=order.id,
        status=order.status,
        price=order.quoted_price,
        day=order.promised_date,
    )
    return accepted == 1
