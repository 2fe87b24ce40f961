"""Outfits by API: keep one, change an item of it, show it in a chat."""

from typing import Any

from litestar import Request, get, post, put

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import AlreadySaid, OnlyCustomers
from neural_threads.features.stylist.conversations.shapes import StylistMessage
from neural_threads.features.stylist.kept_outfits.actions import keep_outfit, share_outfit, swap_item
from neural_threads.features.stylist.kept_outfits.queries import alternatives_for
from neural_threads.features.stylist.kept_outfits.shapes import (
    AlreadyWorn,
    ItemSwap,
    OutfitShown,
    SharedOutfit,
    WhichItem,
    WhichOutfit,
)
from neural_threads.features.stylist.shapes import StyledItem
from neural_threads.features.wardrobe.looks import Look
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import NotFound, TooOften
from neural_threads.platform.security.rate_limits import hit
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import Reply, created, ok

AnyRequest = Request[Any, Any, Any]
OUTFITS = "/api/chatbot/outfits"


@post(OUTFITS, summary="Keep an outfit", guards=[role_guards.customer], may_repeat=True, refusals=(NotFound,))
async def post_outfit(me: Person, data: WhichOutfit) -> Reply[Look]:
    """Keep an outfit of an answer, by the answer's `messageId` and the `index` of its segment, as a look of one's wardrobe: 201,
    or 200 with the look, and the items of now, when it is kept."""
    async with transaction() as db:
        outfit, is_new = await keep_outfit(db, me, data)
    return created(outfit) if is_new else ok(outfit)


@post(
    f"{OUTFITS}/share",
    summary="Show an outfit in a chat",
    guards=[role_guards.customer],
    may_repeat=True,
    refusals=(AlreadySaid, NotFound, OnlyCustomers, TooOften),
)
async def post_shared_outfit(me: Person, data: SharedOutfit) -> Reply[OutfitShown]:
    """Show an outfit of an answer in the chat `chatId`, or in the one with `designerId` or `tailorId`, which is opened if need
    be: words first, then a picture of each item. 200 when its `clientId` was used before."""
    await hit("messages", me.id)
    async with transaction(data.chat_id) as db:
        shown, is_new = await share_outfit(db, me, data)
    return created(shown) if is_new else ok(shown)


@get(
    "/api/chatbot/messages/{answer_id:str}/alternatives",
    summary="Find another item for an outfit",
    guards=[role_guards.customer],
)
async def get_alternatives(me: Person, answer_id: str, which: InQuery[WhichItem]) -> Reply[list[StyledItem]]:
    """Items of one's wardrobe that could take the place of `itemId` in the outfit at `index` of an answer; without `itemId`
    all that the outfit does not have."""
    async with reading() as db:
        return ok(await alternatives_for(db, me, answer_id, which))


@put(
    "/api/chatbot/messages/{answer_id:str}/outfit",
    summary="Swap an item of an outfit",
    guards=[role_guards.customer],
    refusals=(AlreadyWorn,),
)
async def put_outfit_item(me: Person, answer_id: str, data: ItemSwap) -> Reply[StylistMessage]:
    """Put `withItemId`, an item of one's wardrobe, in the place of `itemId` in the outfit at `index` of an answer."""
    async with transaction() as db:
        return ok(await swap_item(db, me, answer_id, data))


handlers = [post_outfit, post_shared_outfit, get_alternatives, put_outfit_item]
