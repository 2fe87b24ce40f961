"""Pages and forms of outfits: keep one, swap an item, send it into a chat."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.queries import chats_of
from neural_threads.features.chat.shapes import ChatSearch
from neural_threads.features.stylist.conversations.queries import customer_of, message_row
from neural_threads.features.stylist.conversations.segments import decode_segments
from neural_threads.features.stylist.kept_outfits.actions import keep_outfit, share_outfit, swap_item
from neural_threads.features.stylist.kept_outfits.queries import alternatives_for, outfit_for
from neural_threads.features.stylist.kept_outfits.shapes import (
    Index,
    ItemSwap,
    SharedOutfit,
    WhichItem,
    WhichOutfit,
)
from neural_threads.features.stylist.shapes import DesignerSegment, TailorSegment
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooOften
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Id, Incoming
from neural_threads.web.chat.paths import fields
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .thread import LABELS

AnyRequest = Request[Any, Any, Any]
PATH = "/customer/chatbot"
OUTFITS = f"{PATH}/outfits"


class AskedItem(Incoming, frozen=True, kw_only=True):
    """An item of an outfit in an answer."""

    message_id: Id
    index: Index
    item_id: Id


class ChosenItem(AskedItem, frozen=True, kw_only=True):
    """The item to wear instead."""

    with_item_id: Id


@post(f"{OUTFITS}/keep", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_keep_page(request: AnyRequest, me: Person) -> Redirect:
    """Keep an outfit, and go on in the conversation."""
    which = decode_form(fields(await request.form()), WhichOutfit)
    async with transaction() as db:
        await keep_outfit(db, me, which)
        back = await _answer_address(db, me, which.message_id)
    return Redirect(back, status_code=303)


@get(f"{OUTFITS}/swap", include_in_schema=False, guards=[role_guards.customer])
async def swap_page(visit: RequestContext, me: Person, search: InQuery[AskedItem]) -> Response[str]:
    """Show my items that could be worn instead. htmx gets only the choice."""
    return await _swap(visit, me, search)


@post(f"{OUTFITS}/swap", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_swap_page(request: AnyRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Wear the chosen item instead, and go back to the answer."""
    chosen = decode_form(fields(await request.form()), ChosenItem)
    swap = ItemSwap(index=chosen.index, item_id=chosen.item_id, with_item_id=chosen.with_item_id)
    try:
        async with transaction() as db:
            await swap_item(db, me, chosen.message_id, swap)
            back = await _answer_address(db, me, chosen.message_id)
    except Conflict as error:
        return await _swap(visit, me, chosen, wrong=error.message)
    return Redirect(back, status_code=303)


async def _swap(visit: RequestContext, me: Person, target: AskedItem, wrong: str = "") -> Response[str]:
    async with reading() as db:
        outfit = await outfit_for(db, me, WhichOutfit(message_id=target.message_id, index=target.index))
        which = WhichItem(index=target.index, item_id=target.item_id)
        alternatives = await alternatives_for(db, me, target.message_id, which)
        back = await _answer_address(db, me, target.message_id)
    replaced = next(item for item in outfit.items if item.id == target.item_id)
    template = "stylist/swap_choice.html" if visit.is_htmx else "stylist/swap.html"
    status = 422 if wrong else 200
    return page(
        visit,
        template,
        status,
        asked=target,
        replaced=replaced,
        alternatives=alternatives,
        back=back,
        place=PATH,
        wrong=wrong,
    )


@get(f"{OUTFITS}/send", include_in_schema=False, guards=[role_guards.customer])
async def send_page(visit: RequestContext, me: Person, which: InQuery[WhichOutfit]) -> Response[str]:
    """To whom an outfit may be shown: those the answer names, and those one talks with. htmx gets only the choice."""
    return await _send(visit, me, which)


@post(f"{OUTFITS}/send", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_send_page(request: AnyRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Show it there, and go to that chat."""
    form = fields(await request.form())
    shared = None
    try:
        shared = decode_form(form, SharedOutfit)
        await hit("messages", me.id)
        async with transaction(shared.chat_id) as db:
            shown, _is_new = await share_outfit(db, me, shared)
    except (Invalid, TooOften, Conflict) as error:
        which = decode_form([pair for pair in form if pair[0] in ("messageId", "index")], WhichOutfit)
        return await _send(visit, me, which, wrong=" ".join(error.fields.values()) or error.message)
    return Redirect(f"/customer/chats/{shown.chat_id}#latest", status_code=303)


async def _send(visit: RequestContext, me: Person, which: WhichOutfit, wrong: str = "") -> Response[str]:
    async with reading() as db:
        outfit = await outfit_for(db, me, which)
        row = await message_row(db, customer_of(me), which.message_id)
        chats, _cursor = await chats_of(db, me, ChatSearch(limit=30))
        back = await _answer_address(db, me, which.message_id)
    talked_with = {chat.designer_id or chat.tailor_id for chat in chats}
    named = [
        segment
        for segment in decode_segments(row.segments)
        if isinstance(segment, DesignerSegment | TailorSegment) and segment.id not in talked_with
    ]
    template = "stylist/send_choice.html" if visit.is_htmx else "stylist/send.html"
    return page(
        visit,
        template,
        422 if wrong else 200,
        which=which,
        outfit=outfit,
        named=named,
        chats=[chat for chat in chats if not chat.other_user.is_deleted],
        back=back,
        place=PATH,
        client_id=str(uuid4()),
        wrong=wrong,
        **LABELS,
    )


async def _answer_address(db: Db, me: Person, message_id: str) -> str:
    row = await message_row(db, customer_of(me), message_id)
    return f"{PATH}/{row.conversation_id}#a-{row.id}"


handlers = [
    post_keep_page,
    swap_page,
    post_swap_page,
    send_page,
    post_send_page,
]
