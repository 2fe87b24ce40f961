"""The status of an order: allowed transitions, and who may make them."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """The status of an order."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"

    @property
    def is_open(self) -> bool:
        """True if the status can still change."""
        return self in OPEN

    @property
    def is_quotable(self) -> bool:
        """True if price and date may still change: not once the work has begun."""
        return self in QUOTABLE


class Side(StrEnum):
    """The two who have a request between them."""

    CUSTOMER = "CUSTOMER"
    PROVIDER = "PROVIDER"


class EventType(StrEnum):
    """The kind of an order's event."""

    ASKED = "ASKED"
    MOVED = "MOVED"
    QUOTED = "QUOTED"
    QUOTE_ACCEPTED = "QUOTE_ACCEPTED"
    NOTED = "NOTED"


_S = OrderStatus

MOVES: dict[tuple[OrderStatus, OrderStatus], Side] = {
    (_S.PENDING, _S.ACCEPTED): Side.PROVIDER,
    (_S.PENDING, _S.REJECTED): Side.PROVIDER,
    (_S.PENDING, _S.CANCELLED): Side.CUSTOMER,
    (_S.ACCEPTED, _S.IN_PROGRESS): Side.PROVIDER,
    (_S.ACCEPTED, _S.CANCELLED): Side.CUSTOMER,
    (_S.IN_PROGRESS, _S.COMPLETED): Side.PROVIDER,
}
OPEN = (_S.PENDING, _S.ACCEPTED, _S.IN_PROGRESS)
QUOTABLE = (_S.PENDING, _S.ACCEPTED)


def may_ever(side: Side, to: OrderStatus) -> bool:
    """Return True if this side is the one that decides about such a move at all: cancelling is the customer's, the rest is not."""
    return (side is Side.CUSTOMER) == (to is _S.CANCELLED)


def may_become(status: OrderStatus, to: OrderStatus, by: Side) -> bool:
    """Return True if this side may move a request from here to there."""
    return MOVES.get((status, to)) is by


def moves_from(status: OrderStatus, by: Side) -> list[OrderStatus]:
    """Return where this side may move a request that stands here."""
    return [to for (start, to), side in MOVES.items() if start is status and side is by]
