"""Outfits by API: keep one, change an item of it, show it in a chat."""

from typing import Any

from litestar import Request, delete, get, post, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.conversations.shapes import StylistMessage
from neural_threads.features.stylist.kept_outfits.actions import drop_outfit, keep_outfit, share_outfit, swap_item
from neural_threads.features.stylist.kept_outfits.queries import alternatives_for, kept_outfits_of
from neural_threads.features.stylist.kept_outfits.shapes import (
    ItemSwap,
    KeptOutfit,
    KeptOutfitSearch,
    OutfitShown,
    SharedOutfit,
    WhichItem,
    WhichOutfit,
)
from neural_threads.features.stylist.shapes import StyledItem
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.limits import hit
from neural_threads.platform.wire import Shape, decode_query
from neural_threads.web import guards
from neural_threads.web.replies import Reply, created, ok

AnyRequest = Request[Any, Any, Any]
OUTFITS = "/api/chatbot/outfits"


class KeptOutfitList(Shape, frozen=True, kw_only=True):
    """A page of kept outfits."""

    success: bool
    data: list[KeptOutfit]
    has_more: bool
    next_cursor: str | None


@get(OUTFITS, summary="List kept outfits", guards=[guards.customer], responses={200: ResponseSpec(KeptOutfitList)})
async def get_outfits(request: AnyRequest, me: Person) -> Reply[list[KeptOutfit]]:
    """The outfits that one keeps, the newest first, with those of their items that are still in the wardrobe."""
    search = decode_query(request.query_params.multi_items(), KeptOutfitSearch)
    async with reading() as db:
        outfits, cursor = await kept_outfits_of(db, me, search)
    return ok(outfits, hasMore=cursor is not None, nextCursor=cursor)


@post(OUTFITS, summary="Keep an outfit", guards=[guards.customer])
async def post_outfit(me: Person, data: WhichOutfit) -> Reply[KeptOutfit]:
    """Keep an outfit of an answer, by the answer's `messageId` and the `index` of its segment: 201, or 200 when it is kept."""
    async with transaction() as db:
        outfit, is_new = await keep_outfit(db, me, data)
    return created(outfit) if is_new else ok(outfit)


@delete(f"{OUTFITS}/{{outfit_id:str}}", summary="Let an outfit go", status_code=200, guards=[guards.customer])
async def delete_outfit(me: Person, outfit_id: str) -> Reply[None]:
    """Keep it no longer; its items stay in the wardrobe."""
    async with transaction() as db:
        await drop_outfit(db, me, outfit_id)
    return ok()


@post(f"{OUTFITS}/share", summary="Show an outfit in a chat", guards=[guards.customer])
async def post_shared_outfit(me: Person, data: SharedOutfit) -> Reply[OutfitShown]:
    """Show an outfit of an answer in the chat `chatId`, or in the one with `designerId` or `tailorId`, which is opened if need
    be: words first, then a picture of each item. 200 when its `clientId` was used before."""
    await hit("messages", me.id)
    async with transaction() as db:
        shown, is_new = await share_outfit(db, me, data)
    return created(shown) if is_new else ok(shown)


@get(
    "/api/chatbot/messages/{answer_id:str}/alternatives",
    summary="Find another item for an outfit",
    guards=[guards.customer],
)
async def get_alternatives(request: AnyRequest, me: Person, answer_id: str) -> Reply[list[StyledItem]]:
    """Items of one's wardrobe that could take the place of `itemId` in the outfit at `index` of an answer; without `itemId`
    all that the outfit does not have."""
    which = decode_query(request.query_params.multi_items(), WhichItem)
    async with reading() as db:
        return ok(await alternatives_for(db, me, answer_id, which))


@put("/api/chatbot/messages/{answer_id:str}/outfit", summary="Swap an item of an outfit", guards=[guards.customer])
async def put_outfit_item(me: Person, answer_id: str, data: ItemSwap) -> Reply[StylistMessage]:
    """Put `withItemId`, an item of one's wardrobe, in the place of `itemId` in the outfit at `index` of an answer."""
    async with transaction() as db:
        return ok(await swap_item(db, me, answer_id, data))


handlers = [get_outfits, post_outfit, delete_outfit, post_shared_outfit, get_alternatives, put_outfit_item]
