"""The API of alterations and design requests, for both sides."""

import re
from typing import Any

from litestar import Request as HttpRequest
from litestar import get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import AlreadySaid
from neural_threads.features.orders.actions import accept_quote, ask, change_order, rows_of
from neural_threads.features.orders.actions.ask import OnlyCustomers
from neural_threads.features.orders.errors import (
    IdempotencyConflict,
    InvalidTransition,
    NoQuote,
    NotAllowedForSide,
    QuoteChanged,
    QuoteFrozen,
    QuoteNotAccepted,
    TooManyOpen,
    WrongChat,
)
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.orders.queries import order_with_history, orders_of
from neural_threads.features.orders.shapes import (
    AlterationRequest,
    DesignRequest,
    NewAlteration,
    NewDesign,
    OrderChange,
    OrderSearch,
    QuoteAcceptance,
)
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import Invalid, NotFound, TooOften
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security import rate_limits
from neural_threads.web.http.declared import IdempotencyKey, Takes
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request import body_or_nothing
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of

AnyHttpRequest = HttpRequest[Any, Any, Any]
KEY = re.compile(r"\A[\x21-\x7e]{1,200}\Z")


# Alterations


@get("/api/alterations", summary="My alteration requests")
async def get_alterations(me: Person, search: InQuery[OrderSearch]) -> Reply[Page[AlterationRequest]]:
    """My alterations, or as a tailor those asked of me; the newest first, filtered by `status` and `search`."""
    return await _list(me, ALTERATION, search)


@post(
    "/api/alterations",
    summary="Ask a tailor to alter something",
    may_repeat=True,
    refusals=(AlreadySaid, IdempotencyConflict, NotFound, OnlyCustomers, TooManyOpen, TooOften, WrongChat),
)
async def post_alteration(me: Person, data: NewAlteration, key: IdempotencyKey = None) -> Reply[AlterationRequest]:
    """201; the same `Idempotency-Key` and body again: 200 with the first one."""
    return await _ask(me, data, key)


@get("/api/alterations/{request_id:str}", summary="One alteration request")
async def get_alteration(me: Person, request_id: str) -> Reply[AlterationRequest]:
    """The alteration with its history."""
    return await _show(me, ALTERATION, request_id)


@put(
    "/api/alterations/{request_id:str}",
    summary="Change an alteration request",
    refusals=(InvalidTransition, NotAllowedForSide, QuoteFrozen, QuoteNotAccepted),
)
async def put_alteration(
    request: AnyHttpRequest, me: Person, request_id: str, data: OrderChange
) -> Reply[AlterationRequest]:
    """The customer cancels; the tailor moves, quotes and leaves notes. 409 when it stands elsewhere by now."""
    return await _change(request, me, ALTERATION, request_id, data)


@post(
    "/api/alterations/{request_id:str}/accept-quote",
    status_code=200,
    summary="Accept a tailor's offer",
    body_may_be_missing=True,
    takes=Takes(json=(QuoteAcceptance,)),
    refusals=(InvalidTransition, NoQuote, NotAllowedForSide, QuoteChanged),
)
async def post_accept_alteration(request: AnyHttpRequest, me: Person, request_id: str) -> Reply[AlterationRequest]:
    """The customer accepts the offer; a body of `quotedPrice` and `promisedDate` says which one was seen."""
    return await _accept(request, me, ALTERATION, request_id)


# Design requests


@get("/api/design-requests", summary="My design requests")
async def get_designs(me: Person, search: InQuery[OrderSearch]) -> Reply[Page[DesignRequest]]:
    """My design requests, or as a designer those asked of me; the newest first, filtered by `status` and `search`."""
    return await _list(me, DESIGN, search)


@post(
    "/api/design-requests",
    summary="Ask a designer for a design",
    may_repeat=True,
    refusals=(AlreadySaid, IdempotencyConflict, NotFound, OnlyCustomers, TooManyOpen, TooOften, WrongChat),
)
async def post_design(me: Person, data: NewDesign, key: IdempotencyKey = None) -> Reply[DesignRequest]:
    """201; the same `Idempotency-Key` and body again: 200 with the first one."""
    return await _ask(me, data, key)


@get("/api/design-requests/{request_id:str}", summary="One design request")
async def get_design(me: Person, request_id: str) -> Reply[DesignRequest]:
    """The design request with its history."""
    return await _show(me, DESIGN, request_id)


@put(
    "/api/design-requests/{request_id:str}",
    summary="Change a design request",
    refusals=(InvalidTransition, NotAllowedForSide, QuoteFrozen, QuoteNotAccepted),
)
async def put_design(request: AnyHttpRequest, me: Person, request_id: str, data: OrderChange) -> Reply[DesignRequest]:
    """The customer cancels; the designer moves, quotes and leaves notes. 409 when it stands elsewhere by now."""
    return await _change(request, me, DESIGN, request_id, data)


@post(
    "/api/design-requests/{request_id:str}/accept-quote",
    status_code=200,
    summary="Accept a designer's offer",
    body_may_be_missing=True,
    takes=Takes(json=(QuoteAcceptance,)),
    refusals=(InvalidTransition, NoQuote, NotAllowedForSide, QuoteChanged),
)
async def post_accept_design(request: AnyHttpRequest, me: Person, request_id: str) -> Reply[DesignRequest]:
    """The customer accepts the offer; a body of `quotedPrice` and `promisedDate` says which one was seen."""
    return await _accept(request, me, DESIGN, request_id)


# What both kinds share


async def _list(me: Person, kind: Kind, search: OrderSearch) -> Reply[Any]:
    async with reading() as db:
        result, cursor = await orders_of(db, me, kind, search)
    return ok(page_of(result, cursor))


async def _ask(me: Person, draft: NewAlteration | NewDesign, key: str | None) -> Reply[Any]:
    check_key(key)
    await rate_limits.hit("requests", me.id)
    target, is_new = await in_transaction(lambda db: ask(db, me, draft, key=key), rows=rows_of(draft))
    return created(target) if is_new else ok(target)


async def _show(me: Person, kind: Kind, id: str) -> Reply[Any]:
    async with reading() as db:
        return ok(await order_with_history(db, me, kind, id))


async def _change(request: AnyHttpRequest, me: Person, kind: Kind, id: str, change: OrderChange) -> Reply[Any]:
    decided_at: float | None = request.scope.get("threads.begun")  # type: ignore[assignment]
    return ok(await in_transaction(lambda db: change_order(db, me, kind, id, change, decided_at=decided_at), row=id))


async def _accept(request: AnyHttpRequest, me: Person, kind: Kind, id: str) -> Reply[Any]:
    seen = await body_or_nothing(request, QuoteAcceptance)
    return ok(await in_transaction(lambda db: accept_quote(db, me, kind, id, seen), row=id))


def check_key(key: str | None) -> None:
    """Raise Invalid unless the name under which the client sends this request is a short printable one."""
    if key is not None and not KEY.match(key):
        raise Invalid(fields={"Idempotency-Key": _("Use 1 to 200 letters, digits and signs without spaces.")})


handlers = [
    get_alterations,
    post_alteration,
    get_alteration,
    put_alteration,
    post_accept_alteration,
    get_designs,
    post_design,
    get_design,
    put_design,
    post_accept_design,
]
