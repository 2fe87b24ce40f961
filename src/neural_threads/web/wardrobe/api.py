"""The API of the wardrobe: GET, POST, PUT and DELETE /api/chatbot/wardrobe."""

from datetime import date
from typing import Any

from litestar import Request, delete, get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import InUse, QuotaReached
from neural_threads.features.wardrobe.actions import change_item, remove_item
from neural_threads.features.wardrobe.queries import item_for, wardrobe_of
from neural_threads.features.wardrobe.shapes import (
    AddedItem,
    ItemChange,
    NewFacts,
    NewItem,
    SavedDesign,
    WardrobeItem,
    WardrobeSearch,
)
from neural_threads.features.wardrobe.wears import mark_worn, unmark_worn
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import DiskFull, NotFound, TooOften, Upstream
from neural_threads.platform.serialization.types import Id, Incoming, Shape
from neural_threads.web.http import role_guards
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import ApiAnswer, Reply, created, ok

from .add_item import added_by

PATH = "/api/chatbot/wardrobe"
HttpRequest = Request[Any, Any, Any]


class Items(Shape, frozen=True, kw_only=True):
    """Some pieces."""

    items: list[WardrobeItem]


class WardrobeList(ApiAnswer, frozen=True, kw_only=True):
    """A page of a wardrobe."""

    data: Items
    has_more: bool
    next_cursor: str | None


class Which(Incoming, frozen=True, kw_only=True):
    """The id of the item."""

    id: Id


class Worn(Incoming, frozen=True, kw_only=True):
    """A day on which something was worn."""

    worn_on: date | None = None


@get(PATH, summary="My wardrobe", guards=[role_guards.customer])
async def get_wardrobe(me: Person, search: InQuery[WardrobeSearch]) -> Reply[WardrobeList]:
    """My pieces, the newest first, by `category`, `subcategory`, `colorFamily`, `pattern`, `notWornForDays` and
    `search` (name, colour, brand; colours, kinds and common garments in five languages)."""
    async with reading() as db:
        result, cursor = await wardrobe_of(db, me, search)
    return ok(WardrobeList(data=Items(items=result), has_more=cursor is not None, next_cursor=cursor))


@get(PATH + "/{item_id:str}", summary="One piece of mine", guards=[role_guards.customer])
async def get_item(me: Person, item_id: str) -> Reply[WardrobeItem]:
    """The item with all its details."""
    async with reading() as db:
        return ok(await item_for(db, me, item_id))


@post(
    PATH,
    summary="Add a piece to my wardrobe",
    guards=[role_guards.customer],
    request_max_body_size=None,  # counted while it streams
    opt={"body_is_streamed": True},
    may_repeat=True,
    takes=Takes(json=(NewItem, SavedDesign), form=(NewItem,), beside_file=(NewFacts,)),
    refusals=(DiskFull, InUse, NotFound, QuotaReached, TooOften, Upstream),
)
async def post_wardrobe(request: HttpRequest, me: Person) -> Reply[AddedItem]:
    """A multipart form with `file`, or JSON (or a form) with the `imageUrl` of one's own upload, each with `category` and
    perhaps `subcategory`, `color`, `brand` and `name`; or JSON with the `portfolioItemId` of a design, which is kept once:
    200 with the first piece when it was kept before, or when this `clientId` was sent before. `similarItems`: my pieces
    whose pictures show the same. Colours, cut-out and suggestions follow; `wardrobe-item-updated` tells when."""
    item, is_new = await added_by(request, me)
    return created(item) if is_new else ok(item)


@put(PATH, summary="Change a piece of mine", guards=[role_guards.customer], refusals=(NotFound,))
async def put_wardrobe(me: Person, data: ItemChange, which: InQuery[Which]) -> Reply[WardrobeItem]:
    """Set what the body has; null takes a fact away. `id` in the query says which piece."""
    async with transaction() as db:
        return ok(await change_item(db, me, which.id, data))


@delete(
    PATH,
    summary="Remove a piece from my wardrobe",
    status_code=200,
    guards=[role_guards.customer],
    refusals=(NotFound, Upstream),
)
async def delete_wardrobe(me: Person, which: InQuery[Which]) -> Reply[None]:
    """Its picture goes too when it is one's own and nothing else shows it. `id` in the query says which piece."""
    await remove(me, which.id)
    return ok()


@post(PATH + "/{item_id:str}/worn", summary="I wore this piece", status_code=200, guards=[role_guards.customer])
async def post_worn(me: Person, item_id: str, data: Worn) -> Reply[WardrobeItem]:
    """On `wornOn`, or today (in India). Twice on one day counts once."""
    async with transaction() as db:
        await mark_worn(db, me, [item_id], data.worn_on)
        return ok(await item_for(db, me, item_id))


@delete(
    PATH + "/{item_id:str}/worn", summary="I did not wear this piece", status_code=200, guards=[role_guards.customer]
)
async def delete_worn(me: Person, item_id: str, which: InQuery[Worn]) -> Reply[WardrobeItem]:
    """Takes back what was noted for `wornOn`, or for today."""
    async with transaction() as db:
        await unmark_worn(db, me, [item_id], which.worn_on)
        return ok(await item_for(db, me, item_id))


async def remove(me: Person, id: str) -> None:
    """Take an item down."""
    async with transaction() as db:
        await remove_item(db, me, id)


handlers = [get_wardrobe, get_item, post_wardrobe, put_wardrobe, delete_wardrobe, post_worn, delete_worn]
