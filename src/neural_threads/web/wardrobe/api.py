"""The API of the wardrobe: GET, POST, PUT and DELETE /api/chatbot/wardrobe."""

from typing import Any

from litestar import Request, delete, get, post, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.wardrobe.actions import change_item, remove_item
from neural_threads.features.wardrobe.queries import wardrobe_of
from neural_threads.features.wardrobe.shapes import ItemChange, WardrobeItem, WardrobeSearch
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.platform.serialization.types import Id, Incoming, Shape
from neural_threads.web.http import role_guards
from neural_threads.web.http.image_cache import image_cache
from neural_threads.web.http.responses import Reply, created, ok

from .add_item import added_by

PATH = "/api/chatbot/wardrobe"
HttpRequest = Request[Any, Any, Any]


class Items(Shape, frozen=True, kw_only=True):
    """Some pieces."""

    items: list[WardrobeItem]


class WardrobeList(Shape, frozen=True, kw_only=True):
    """A page of a wardrobe."""

    success: bool
    data: Items
    has_more: bool
    next_cursor: str | None


class OneItem(Shape, frozen=True, kw_only=True):
    """One piece."""

    success: bool
    data: WardrobeItem


class Which(Incoming, frozen=True, kw_only=True):
    """Which piece is meant."""

    id: Id


@get(PATH, summary="My wardrobe", guards=[role_guards.customer], responses={200: ResponseSpec(WardrobeList)})
async def get_wardrobe(request: HttpRequest, me: Person) -> Reply[Items]:
    """My pieces, the newest first, by `category`, `subcategory` and `search` (name, colour and brand)."""
    query = decode_query(request.query_params.multi_items(), WardrobeSearch)
    async with reading() as db:
        result, cursor = await wardrobe_of(db, me, query)
    return ok(Items(items=result), hasMore=cursor is not None, nextCursor=cursor)


@post(
    PATH,
    summary="Add a piece to my wardrobe",
    guards=[role_guards.customer],
    request_max_body_size=None,  # counted while it streams
    opt={"body_is_streamed": True},
    responses={201: ResponseSpec(OneItem)},
)
async def post_wardrobe(request: HttpRequest, me: Person) -> Reply[WardrobeItem]:
    """A multipart form with `file`, or JSON (or a form) with the `imageUrl` of one's own upload, each with `category` and
    perhaps `subcategory`, `color`, `brand` and `name`; or JSON with the `portfolioItemId` of a design, which is kept once:
    200 with the first piece when it was kept before."""
    item, is_new = await added_by(request, me)
    return created(item) if is_new else ok(item)


@put(PATH, summary="Change a piece of mine", guards=[role_guards.customer])
async def put_wardrobe(request: HttpRequest, me: Person, data: ItemChange) -> Reply[WardrobeItem]:
    """Set what the body has; null takes a fact away. `id` in the query says which piece."""
    which = decode_query(request.query_params.multi_items(), Which)
    async with transaction() as db:
        return ok(await change_item(db, me, which.id, data))


@delete(PATH, summary="Remove a piece from my wardrobe", status_code=200, guards=[role_guards.customer])
async def delete_wardrobe(request: HttpRequest, me: Person) -> Reply[None]:
    """Its picture goes too when it is one's own and nothing else shows it. `id` in the query says which piece."""
    which = decode_query(request.query_params.multi_items(), Which)
    await remove(me, which.id)
    return ok()


async def remove(me: Person, id: str) -> None:
    """Take an item down; its image is not shown from memory either."""
    async with transaction() as db:
        image_id = await remove_item(db, me, id)
    image_cache.forget(image_id)


handlers = [get_wardrobe, post_wardrobe, put_wardrobe, delete_wardrobe]
