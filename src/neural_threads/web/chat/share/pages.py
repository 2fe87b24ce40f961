"""Share an item in a chat; show the customer's card to the provider."""

from typing import Any
from uuid import uuid4

from litestar import Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import AlreadySaid
from neural_threads.features.chat.customer_card import SeenCustomer, customer_in
from neural_threads.features.chat.queries import chat_of, thread_for
from neural_threads.features.chat.shapes import Message
from neural_threads.features.chat.share_item import Shareable, Shared, ShareSearch, share_item, shareable_of
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import Forbidden, Invalid, TooOften
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.chat.paths import HOMES, HttpRequest, address, at_home, fields
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of
from neural_threads.web.templates.render import page


@get("/api/chat/{chat_id:str}/customer", summary="See whom one talks with", refusals=(Forbidden,))
async def get_customer(me: Person, chat_id: str) -> Reply[SeenCustomer]:
    """Answer what the customer of a chat shows to its provider; what is switched off, or was never given, is null."""
    async with reading() as db:
        return ok(await customer_in(db, me, await thread_for(db, me, chat_id)))


@get("/api/chat/shareable", summary="List what one could show")
async def get_shareable(me: Person, search: InQuery[ShareSearch]) -> Reply[Page[Shareable]]:
    """A customer's wardrobe and saved designs, or a maker's own work; the newest first."""
    async with reading() as db:
        items, cursor = await shareable_of(db, me, search)
    return ok(page_of(items, cursor))


@post("/api/chat/{chat_id:str}/share", summary="Show a piece", may_repeat=True, refusals=(AlreadySaid, TooOften))
async def post_share(me: Person, chat_id: str, data: Shared) -> Reply[Message]:
    """Show one of these as a picture message: 201, or 200 with the first message when its `clientId` was used before."""
    await hit("messages", me.id)
    message, is_new = await in_transaction(lambda db: share_item(db, me, chat_id, data), row=chat_id)
    return created(message) if is_new else ok(message)


@get([f"{home}/chats/{{chat_id:str}}/share" for home in HOMES], include_in_schema=False)
async def share_page(
    request: HttpRequest, visit: RequestContext, me: Person, chat_id: str, search: InQuery[ShareSearch]
) -> Response[str]:
    """Show the items that I can share here. htmx gets only the items."""
    at_home(request, me)
    return await _page(visit, me, chat_id, search)


@post([f"{home}/chats/{{chat_id:str}}/share" for home in HOMES], include_in_schema=False, status_code=200)
async def post_share_page(request: HttpRequest, visit: RequestContext, me: Person, chat_id: str) -> Response[Any]:
    """Show one of them, and go back to the chat."""
    at_home(request, me)
    try:
        shared = decode_form(fields(await request.form()), Shared)
        await hit("messages", me.id)
        await in_transaction(lambda db: share_item(db, me, chat_id, shared), row=chat_id)
    except (Invalid, TooOften) as error:
        wrong = " ".join(error.fields.values()) or str(error.message)
        return await _page(visit, me, chat_id, ShareSearch(), status=422, wrong=wrong)
    return Redirect(f"{me.role.home}/chats/{chat_id}#latest", status_code=303)


async def _page(
    visit: RequestContext, me: Person, chat_id: str, search: ShareSearch, *, status: int = 200, wrong: str = ""
) -> Response[str]:
    async with reading() as db:
        chat = await chat_of(db, me, chat_id)
        items, cursor = await shareable_of(db, me, search)
    here = f"{me.role.home}/chats/{chat_id}/share"
    template = "chat/share/shareable.html" if visit.is_htmx else "chat/share/share.html"
    return page(
        visit,
        template,
        status,
        chat=chat,
        pieces=items,
        here=here,
        place=f"{me.role.home}/chats",
        more=address(here, cursor=cursor) if cursor else None,
        client_id=str(uuid4()),
        wrong=wrong,
    )


handlers = [get_customer, get_shareable, post_share, share_page, post_share_page]
