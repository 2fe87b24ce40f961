"""The lists: what a customer asked for, and what a maker was asked for."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Request, Response, get

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.lifecycle import OPEN, RequestStatus, Side
from neural_threads.features.orders.messages import said
from neural_threads.features.orders.queries import count_due, count_requests, requests_of
from neural_threads.features.orders.shapes import Due, RequestSearch
from neural_threads.features.orders.shapes import Request as AnyRequest
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Forbidden
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .labels import COLOURS, OrderList, is_my_turn, next_step, order_list_at, progress

Question = Request[Any, Any, Any]
LISTS = ["/customer/alterations", "/customer/design-requests", "/designer/requests", "/tailor/requests"]
ON_A_BOARD = 100


class Filter(NamedTuple):
    """One choice of what to see."""

    text: str
    href: str
    is_on: bool
    many: int


@get(LISTS, include_in_schema=False)
async def requests_page(request: Question, visit: RequestContext, me: Person) -> Response[str]:
    """My requests by status and words; htmx gets only the list, or only what is older.

    A maker first sees everything that is open, in columns.
    """
    desk = my_desk(request, me)
    wanted = decode_query(request.query_params.multi_items(), RequestSearch)
    is_maker = desk.side is Side.PROVIDER
    is_board = is_maker and not (wanted.status or wanted.due or wanted.cursor or wanted.search)
    asked = _for_board(wanted) if is_board else wanted
    async with reading() as db:
        found, cursor = await requests_of(db, me, desk.kind, asked)
        counts = await count_requests(db, me, desk.kind, wanted)
        due = await count_due(db, me, desk.kind, wanted) if is_maker else {}
    older = visit.is_htmx and wanted.cursor is not None
    return page(
        visit,
        "orders/cards.html" if older else "orders/list_region.html" if visit.is_htmx else "orders/list.html",
        desk=desk,
        wanted=wanted,
        requests=found,
        columns=_columns(found) if is_board else None,
        filters=_filters(desk, wanted, counts),
        due_filters=_due_filters(desk, wanted, due),
        total=sum(counts.values()),
        here=address_of(desk, wanted),
        older=address_of(desk, asked, cursor) if cursor else None,
        said=said,
        colours=COLOURS,
        progress=progress,
        is_my_turn=is_my_turn,
        next_step=next_step,
    )


def my_desk(request: Question, me: Person) -> OrderList:
    """The desk at this address; Forbidden when it is another role's."""
    desk = order_list_at(request.url.path, me)
    if desk is None:
        raise Forbidden
    return desk


def _for_board(wanted: RequestSearch) -> RequestSearch:
    return RequestSearch(status=OPEN, limit=ON_A_BOARD)


def _columns(found: Sequence[AnyRequest]) -> list[tuple[RequestStatus, list[AnyRequest]]]:
    return [(status, [one for one in found if one.status is status]) for status in OPEN]


def _filters(desk: OrderList, wanted: RequestSearch, counts: dict[RequestStatus, int]) -> list[Filter]:
    is_maker = desk.side is Side.PROVIDER
    many = sum(counts.get(status, 0) for status in OPEN) if is_maker else sum(counts.values())
    bare = RequestSearch(search=wanted.search)
    return [
        Filter(_("Open") if is_maker else _("All"), address_of(desk, bare), not (wanted.status or wanted.due), many),
        *(
            Filter(
                said(status),
                address_of(desk, RequestSearch(search=wanted.search, status=(status,))),
                status in wanted.status,
                counts.get(status, 0),
            )
            for status in RequestStatus
        ),
    ]


def _due_filters(desk: OrderList, wanted: RequestSearch, many: dict[Due, int]) -> list[Filter]:
    """What is late, due today and this week; none when nothing is."""
    if not many and not wanted.due:
        return []
    said_due = {Due.LATE: _("Late"), Due.TODAY: _("Today"), Due.WEEK: _("This week")}
    return [
        Filter(
            text, address_of(desk, RequestSearch(search=wanted.search, due=due)), wanted.due is due, many.get(due, 0)
        )
        for due, text in said_due.items()
    ]


def address_of(desk: OrderList, wanted: RequestSearch, cursor: str | None = None) -> str:
    """Where this list is found."""
    facts: list[tuple[str, str]] = [("status", status.value) for status in wanted.status]
    facts += [("due", wanted.due.value)] if wanted.due else []
    facts += [("search", wanted.search)] if wanted.search else []
    facts += [("cursor", cursor)] if cursor else []
    return f"{desk.place}?{urlencode(facts)}" if facts else desk.place


handlers = [requests_page]
