"""Labels of order pages: progress steps, tags, addresses."""

from collections.abc import Sequence
from typing import NamedTuple

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind, kind_for_provider
from neural_threads.features.orders.lifecycle import EventType, OrderStatus, Side
from neural_threads.features.orders.messages import status_label
from neural_threads.features.orders.shapes import Event, Order
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import promise_date, short_date
from neural_threads.platform.serialization.types import Moment

_S = OrderStatus
COLOURS = {
    _S.PENDING: "info",
    _S.ACCEPTED: "info",
    _S.IN_PROGRESS: "warning",
    _S.COMPLETED: "good",
    _S.REJECTED: "bad",
    _S.CANCELLED: "",
}


class OrderList(NamedTuple):
    """A list of orders of one kind: the customer's, or the provider's inbox."""

    kind: Kind
    place: str
    side: Side

    def address(self, request: Order) -> str:
        """The page of one of them."""
        return f"{self.place}/{request.id}"


def order_list_of_customer(kind: Kind) -> OrderList:
    """Return where customers look."""
    return OrderList(kind, f"/customer/{kind.path}", Side.CUSTOMER)


def order_list_of_provider(role: Role) -> OrderList:
    """Return where providers look."""
    return OrderList(kind_for_provider(role), f"{role.home}/requests", Side.PROVIDER)


def order_list_at(path: str, me: Person) -> OrderList | None:
    """The order_list at this address, if it is mine."""
    order_lists = (
        [order_list_of_provider(me.role)]
        if me.is_provider
        else [order_list_of_customer(kind) for kind in (ALTERATION, DESIGN)]
    )
    return next(
        (
            order_list
            for order_list in order_lists
            if path == order_list.place or path.startswith(f"{order_list.place}/")
        ),
        None,
    )


class Progress(NamedTuple):
    """The stitched line: its steps with what is known of each, and how many are behind us."""

    steps: Sequence[tuple[str, str]]
    done: int
    is_over: bool


def progress(request: Order, events: Sequence[Event] = ()) -> Progress:
    """Return how far a request has come; with its history, when."""
    sent = (_("Sent"), _day(request.created_at))
    when = {event.to_status: _day(event.created_at) for event in reversed(events) if event.what is EventType.MOVED}
    if request.status in (_S.REJECTED, _S.CANCELLED):
        return Progress([sent, (status_label(request.status), when.get(request.status, ""))], 2, True)
    promised = request.promised_date if request.status is not _S.COMPLETED else None
    ready = _("ready by %(day)s") % {"day": promise_date(promised)} if promised else ""
    steps = [
        sent,
        (_("Accepted"), when.get(_S.ACCEPTED, "")),
        (_("In progress"), when.get(_S.IN_PROGRESS, "")),
        (_("Completed"), when.get(_S.COMPLETED, "") or ready),
    ]
    done = {_S.PENDING: 1, _S.ACCEPTED: 2, _S.IN_PROGRESS: 3, _S.COMPLETED: 4}[request.status]
    return Progress(steps, done, False)


def _day(moment: Moment) -> str:
    return short_date(moment)


def is_my_turn(request: Order, side: Side) -> bool:
    """Return True if the request waits for this side."""
    if side is Side.CUSTOMER:
        return request.waits_for_acceptance
    return request.status.is_quotable and not request.waits_for_acceptance


def next_step(request: Order, side: Side) -> str:
    """Return what the link to a request says."""
    if side is Side.CUSTOMER:
        return _("See the quote") if request.waits_for_acceptance else _("See the request")
    if request.status is _S.PENDING and not request.waits_for_acceptance:
        return _("Answer")
    return _("See the request")
