"""Socket events of orders."""

from neural_threads.platform.db import Db
from neural_threads.platform.realtime import emit, server_event, user_room
from neural_threads.platform.serialization.types import Shape

from .lifecycle import RequestStatus
from .shapes import DesignRequest, Request


class RequestUpdated(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """A request is new or has changed: look at it again."""

    request_id: str
    status: RequestStatus
    chat_id: str | None = None


REQUEST_UPDATED = server_event("request-updated", RequestUpdated, "both sides of the request, on all their devices")


def tell_both(db: Db, request: Request, status: RequestStatus) -> None:
    """Open pages of both sides hear of it after the commit."""
    chat_id = request.chat_id if isinstance(request, DesignRequest) else None
    rooms = [user_room(request.customer.user_id), user_room(request.maker.user_id)]
    db.after_commit(emit(rooms, REQUEST_UPDATED, RequestUpdated(request_id=request.id, status=status, chat_id=chat_id)))
