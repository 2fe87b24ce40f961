"""Record an event of an order, and notify the other side."""

from datetime import date
from decimal import Decimal

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import notify
from neural_threads.features.notifications.shapes import NotificationType
from neural_threads.features.orders.events import tell_both
from neural_threads.features.orders.lifecycle import EventType, OrderStatus, Side
from neural_threads.features.orders.messages import news_of, title_for
from neural_threads.features.orders.shapes import Event, Order
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import LazyText
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.types import Moment


async def record(
    db: Db,
    me: Person,
    order: Order,
    what: EventType,
    *,
    came_from: OrderStatus | None,
    to: OrderStatus,
    note: str | None = None,
    price: Decimal | None = None,
    day: date | None = None,
    news: LazyText | None = None,
) -> None:
    """Keep what happened, tell the other side (with `news`, else in the usual words), and let open pages look again."""
    event = Event(
        id=new_id(),
        what=what,
        actor_id=me.id,
        actor_name=me.name,
        from_status=came_from,
        to_status=to,
        note=note or None,
        quoted_price=price,
        promised_date=day,
        created_at=Moment.current(),
    )
    await db.execute(
        sql(
            """
        insert into request_events (id, {kind.event_key}, what, actor_id, from_status, to_status, note,
                                    quoted_price, promised_date, created_at)
        values (%(id)s, %(request)s, %(what)s, %(actor_id)s, %(from_status)s, %(to_status)s, %(note)s, %(quoted_price)s,
                %(promised_date)s, clock_timestamp())
        """,
            kind=order.kind,
        ),
        request=order.id,
        **{
            name: value
            for name, value in msgspec.structs.asdict(event).items()
            if name not in ("actor_name", "sentence")
        },
    )
    other = Side.PROVIDER if order.side_of(me) is Side.CUSTOMER else Side.CUSTOMER
    await tell(db, order, other, news or news_of(order.kind, event), actor_id=me.id, price=price, day=day)
    tell_both(db, order, to)


async def tell(
    db: Db,
    order: Order,
    side: Side,
    message: LazyText,
    *,
    actor_id: str,
    price: Decimal | None = None,
    day: date | None = None,
) -> None:
    """A notification about this request, for one side."""
    reader = order.party(side)
    await notify(
        db,
        reader.user_id,
        NotificationType.ORDER_UPDATE,
        title=title_for(order.kind),
        message=message,
        link=order.kind.link_for(side, order.id),
        actor_id=actor_id,
        details={**({"price": str(price)} if price is not None else {}), **({"day": day.isoformat()} if day else {})},
    )
