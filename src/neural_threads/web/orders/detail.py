"""The page of one order: status, history, and the actions of this side."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect
from msgspec import UNSET, UnsetType

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import mark_link_read
from neural_threads.features.orders.actions import accept_quote, change_order
from neural_threads.features.orders.kinds import DESIGN, Kind
from neural_threads.features.orders.lifecycle import OrderStatus, Side
from neural_threads.features.orders.messages import status_label
from neural_threads.features.orders.queries import chat_between, order_for, order_with_history
from neural_threads.features.orders.shapes import Notes, OrderChange, Price, QuoteAcceptance
from neural_threads.platform.db import in_transaction, reading, transaction
from neural_threads.platform.errors import Conflict, Invalid
from neural_threads.platform.i18n import today
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Incoming
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .labels import COLOURS, is_my_turn, next_step, order_list_of_customer, order_list_of_provider, progress
from .listing import LISTS, my_order_list

HttpRequest = Request[Any, Any, Any]
DETAILS = [f"{place}/{{request_id:str}}" for place in LISTS]
OFFERS = [f"{place}/{{request_id:str}}/accept-quote" for place in LISTS if place.startswith("/customer/")]


@get(DETAILS, include_in_schema=False)
async def order_page(request: HttpRequest, visit: RequestContext, me: Person, request_id: str) -> Response[str]:
    """Show one order. Opening it marks its notifications as read."""
    return await _show(request, visit, me, request_id)


class Answer(Incoming, frozen=True, kw_only=True):
    """A form of the order's page."""

    status: OrderStatus | UnsetType = UNSET
    quoted_price: Price | UnsetType = UNSET
    promised_date: date | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    if_status: OrderStatus | UnsetType = UNSET
    csrf_token: str = msgspec.field(default="", name="csrf_token")

    def problems(self) -> Mapping[str, str]:
        return self.change.problems()

    @property
    def change(self) -> OrderChange:
        """The same as a change."""
        return OrderChange(
            status=self.status,
            quoted_price=self.quoted_price,
            promised_date=self.promised_date,
            notes=self.notes,
            if_status=self.if_status,
        )


@post(DETAILS, include_in_schema=False, status_code=200)
async def post_answer(request: HttpRequest, visit: RequestContext, me: Person, request_id: str) -> Response[Any]:
    """Move, quote or leave a note; without scripts the page comes again, with what went wrong."""
    order_list = my_order_list(request, me)
    form = await request.form()
    change = None
    try:
        change = decode_form(form, Answer).change
        await in_transaction(lambda db: change_order(db, me, order_list.kind, request_id, change), row=request_id)
    except (Invalid, Conflict) as error:
        if change is None or not await _is_so_already(me, order_list.kind, request_id, change):
            return await _show(request, visit, me, request_id, error, dict(form))
    return Redirect(f"{order_list.place}/{request_id}", status_code=303)


async def _is_so_already(me: Person, kind: Kind, order_id: str, change: OrderChange) -> bool:
    """Return True when the order has the status that is wanted, and nothing else is: the form was sent twice."""
    if change != OrderChange(status=change.status, if_status=change.if_status):
        return False
    async with reading() as db:
        return bool((await order_for(db, me, kind, order_id)).status == change.status)


class Acceptance(QuoteAcceptance, frozen=True, kw_only=True):
    """The offer that the page showed."""

    csrf_token: str = msgspec.field(default="", name="csrf_token")


@post(OFFERS, include_in_schema=False, status_code=200)
async def post_acceptance(request: HttpRequest, visit: RequestContext, me: Person, request_id: str) -> Response[Any]:
    """Accept the offer that the page showed."""
    order_list = my_order_list(request, me)
    try:
        seen = decode_form(await request.form(), Acceptance)
        await in_transaction(lambda db: accept_quote(db, me, order_list.kind, request_id, seen), row=request_id)
    except Conflict as error:
        return await _show(request, visit, me, request_id, error)
    return Redirect(f"{order_list.place}/{request_id}", status_code=303)


async def _show(
    request: HttpRequest,
    visit: RequestContext,
    me: Person,
    request_id: str,
    error: Invalid | Conflict | None = None,
    form: Mapping[str, Any] | None = None,
) -> Response[str]:
    order_list = my_order_list(request, me)
    async with transaction() as db:
        target = await order_with_history(db, me, order_list.kind, request_id)
        await mark_link_read(db, me, order_list.address(target))
        chat_id = await chat_between(db, target)
    return page(
        visit,
        "orders/order_region.html" if visit.is_htmx else "orders/order.html",
        200 if error is None else 422 if isinstance(error, Invalid) else 409,
        order_list=order_list,
        request=target,
        other=target.party(Side.PROVIDER if order_list.side is Side.CUSTOMER else Side.CUSTOMER),
        moves=target.moves_for(order_list.side),
        chat=f"{me.role.home}/chats/{chat_id}" if chat_id else None,
        progress=progress(target, target.events or ()),
        here=order_list.address(target),
        wrong=error.fields if isinstance(error, Invalid) else {},
        trouble=error.message if error else "",
        typed=form or {},
        said=status_label,
        colours=COLOURS,
        today=today(),
    )


@get("/requests/{request_id:str}", include_in_schema=False)
async def own_order(me: Person, request_id: str) -> Redirect:
    """Whichever side I am on: the page of a design request as I may see it."""
    order_list = order_list_of_provider(me.role) if me.is_provider else order_list_of_customer(DESIGN)
    return Redirect(f"{order_list.place}/{request_id}", status_code=303)


@get("/requests/{request_id:str}/card", include_in_schema=False)
async def get_order_card(visit: RequestContext, me: Person, request_id: str) -> Response[str]:
    """A design request as a card in the chat that it was made in."""
    order_list = order_list_of_provider(me.role) if me.is_provider else order_list_of_customer(DESIGN)
    async with reading() as db:
        target = await order_for(db, me, DESIGN, request_id)
    return page(
        visit,
        "orders/chat_card.html",
        request=target,
        here=order_list.address(target),
        progress=progress(target),
        is_mine=is_my_turn(target, order_list.side),
        next_step=next_step(target, order_list.side),
        may_accept=order_list.side is Side.CUSTOMER and target.waits_for_acceptance,
    )


handlers = [order_page, post_answer, post_acceptance, own_order, get_order_card]
