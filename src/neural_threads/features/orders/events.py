"""Socket events of orders."""

from neural_threads.platform.db import Db
from neural_threads.platform.realtime import emit, server_event, user_room
from neural_threads.platform.serialization.types import Shape

from .lifecycle import OrderStatus
from .shapes import DesignRequest, Order


class OrderUpdated(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """A request is new or has changed: look at it again."""

    request_id: str
    status: OrderStatus
    chat_id: str | None = None


REQUEST_UPDATED = server_event("request-updated", OrderUpdated, "both sides of the request, on all their devices")


def tell_both(db: Db, order: Order, status: OrderStatus) -> None:
    """Open pages of both sides hear of it after the commit."""
    chat_id = order.chat_id if isinstance(order, DesignRequest) else None
    rooms = [user_room(order.customer.user_id), user_room(order.maker.user_id)]
    db.after_commit(emit(rooms, REQUEST_UPDATED, OrderUpdated(request_id=order.id, status=status, chat_id=chat_id)))
