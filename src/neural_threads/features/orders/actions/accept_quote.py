"""Accept a quote: price and date become binding."""

from typing import Any

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.errors import InvalidTransition, NoQuote, NotAllowedForSide, QuoteChanged
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.orders.lifecycle import EventType, Side
from neural_threads.features.orders.queries import request_for, request_with_history
from neural_threads.features.orders.shapes import QuoteAcceptance, Request
from neural_threads.platform.db import Db

from .record import record


async def accept_quote(db: Db, me: Person, kind: Kind, id: str, seen: QuoteAcceptance) -> Any:
    """The request with the accepted offer; twice is once. QuoteChanged when the offer is not the one that was seen."""
    request: Request = await request_for(db, me, kind, id)
    if request.side_of(me) is not Side.CUSTOMER:
        raise NotAllowedForSide
    if not seen.fits(request):
        raise QuoteChanged
    if request.quote_accepted_at is not None:
        return await request_with_history(db, me, kind, id)
    if not request.status.is_quotable:
        raise InvalidTransition(request.status)
    if request.quoted_price is None:
        raise NoQuote
    if await _accept(db, request):
        await record(
            db,
            me,
            request,
            EventType.QUOTE_ACCEPTED,
            came_from=request.status,
            to=request.status,
            price=request.quoted_price,
            day=request.promised_date,
        )
    after: Request = await request_with_history(db, me, kind, id)
    if after.quote_accepted_at is None:
        raise QuoteChanged if after.status is request.status else InvalidTransition(after.status)
    return after


async def _accept(db: Db, request: Request) -> bool:
    """Return True if this very offer still stood and nobody had accepted it."""
    accepted = await db.execute(
        f"""
        update {request.kind.table} set quote_accepted_at = clock_timestamp(), updated_at = clock_timestamp()
         where id = %(id)s and status = %(status)s and quote_accepted_at is null
           and quoted_price is not distinct from %(price)s::numeric
           and promised_date is not distinct from %(day)s::date
        """,  # noqa: S608 - put together from constants
        id=request.id,
        status=request.status,
        price=request.quoted_price,
        day=request.promised_date,
    )
    return accepted == 1
