"""Order lists of customers and providers."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Request, Response, get

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.lifecycle import OPEN, OrderStatus, Side
from neural_threads.features.orders.messages import status_label
from neural_threads.features.orders.queries import count_due, count_orders, orders_of
from neural_threads.features.orders.shapes import Due, OrderSearch
from neural_threads.features.orders.shapes import Order as AnyRequest
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .labels import COLOURS, OrderList, is_my_turn, next_step, order_list_at, progress

HttpRequest = Request[Any, Any, Any]
LISTS = ["/customer/alterations", "/customer/design-requests", "/designer/requests", "/tailor/requests"]
ON_A_BOARD = 100


class Filter(NamedTuple):
    """One choice of what to see."""

    text: str
    href: str
    is_on: bool
    many: int


@get(LISTS, include_in_schema=False)
async def orders_page(
    request: HttpRequest, visit: RequestContext, me: Person, search: InQuery[OrderSearch]
) -> Response[str]:
    """My requests by status and words; htmx gets only the list, or only what is older.

    A maker first sees everything that is open, in columns.
    """
    order_list = my_order_list(request, me)
    is_provider = order_list.side is Side.PROVIDER
    is_board = is_provider and not (search.status or search.due or search.cursor or search.search)
    target = _for_board(search) if is_board else search
    async with reading() as db:
        result, cursor = await orders_of(db, me, order_list.kind, target)
        counts = await count_orders(db, me, order_list.kind, search)
        due = await count_due(db, me, order_list.kind, search) if is_provider else {}
    older = visit.is_htmx and search.cursor is not None
    return page(
        visit,
        "orders/cards.html" if older else "orders/list_region.html" if visit.is_htmx else "orders/list.html",
        order_list=order_list,
        wanted=search,
        requests=result,
        columns=_columns(result) if is_board else None,
        filters=_filters(order_list, search, counts),
        due_filters=_due_filters(order_list, search, due),
        total=sum(counts.values()),
        here=address_of(order_list, search),
        older=address_of(order_list, target, cursor) if cursor else None,
        said=status_label,
        colours=COLOURS,
        progress=progress,
        is_my_turn=is_my_turn,
        next_step=next_step,
    )


def my_order_list(request: HttpRequest, me: Person) -> OrderList:
    """The order_list at this address; Forbidden when it is another role's."""
    order_list = order_list_at(request.url.path, me)
    if order_list is None:
        raise Forbidden
    return order_list


def _for_board(search: OrderSearch) -> OrderSearch:
    return OrderSearch(status=OPEN, limit=ON_A_BOARD)


def _columns(result: Sequence[AnyRequest]) -> list[tuple[OrderStatus, list[AnyRequest]]]:
    return [(status, [one for one in result if one.status is status]) for status in OPEN]


def _filters(order_list: OrderList, search: OrderSearch, counts: dict[OrderStatus, int]) -> list[Filter]:
    is_provider = order_list.side is Side.PROVIDER
    many = sum(counts.get(status, 0) for status in OPEN) if is_provider else sum(counts.values())
    bare = OrderSearch(search=search.search)
    return [
        Filter(
            _("Open") if is_provider else _("All"),
            address_of(order_list, bare),
            not (search.status or search.due),
            many,
        ),
        *(
            Filter(
                status_label(status),
                address_of(order_list, OrderSearch(search=search.search, status=(status,))),
                status in search.status,
                counts.get(status, 0),
            )
            for status in OrderStatus
        ),
    ]


def _due_filters(order_list: OrderList, search: OrderSearch, many: dict[Due, int]) -> list[Filter]:
    """Return what is late, due today and this week; none when nothing is."""
    if not many and not search.due:
        return []
    said_due = {Due.LATE: _("Late"), Due.TODAY: _("Today"), Due.WEEK: _("This week")}
    return [
        Filter(
            text,
            address_of(order_list, OrderSearch(search=search.search, due=due)),
            search.due is due,
            many.get(due, 0),
        )
        for due, text in said_due.items()
    ]


def address_of(order_list: OrderList, search: OrderSearch, cursor: str | None = None) -> str:
    """Return where this list is found."""
    details: list[tuple[str, str]] = [("status", status.value) for status in search.status]
    details += [("due", search.due.value)] if search.due else []
    details += [("search", search.search)] if search.search else []
    details += [("cursor", cursor)] if cursor else []
    return f"{order_list.place}?{urlencode(details)}" if details else order_list.place


handlers = [orders_page]
