"""Saved replies: the API and the page."""

from typing import Any

from litestar import Response, delete, get, post, put
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.saved_replies import (
    LONGEST_REPLY,
    MOST_REPLIES,
    EnoughReplies,
    NewReply,
    SavedReply,
    change_reply,
    delete_reply,
    replies_of,
    save_reply,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Forbidden, Invalid, NotFound
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.chat.paths import PROVIDERS, HttpRequest, at_home, fields
from neural_threads.web.http.form_key import KEY, client_id_of
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import Reply, created, ok
from neural_threads.web.templates.render import page


@get("/api/chat/replies", summary="List one's saved replies", refusals=(Forbidden,))
async def get_replies(me: Person) -> Reply[list[SavedReply]]:
    """All of them, in the order in which they were saved; for providers."""
    async with reading() as db:
        return ok(await replies_of(db, me))


@post("/api/chat/replies", summary="Save a reply", refusals=(EnoughReplies, Forbidden, NotFound))
async def post_reply(me: Person, data: NewReply) -> Reply[SavedReply]:
    """Keep words of at most 1,000 characters; 409 when there are fifty."""
    async with transaction() as db:
        reply = await save_reply(db, me, data)
    return created(reply)


@put("/api/chat/replies/{reply_id:str}", summary="Change a saved reply", refusals=(Forbidden,))
async def put_reply(me: Person, reply_id: str, data: NewReply) -> Reply[SavedReply]:
    """Other words instead."""
    async with transaction() as db:
        reply = await change_reply(db, me, reply_id, data)
    return ok(reply)


@delete("/api/chat/replies/{reply_id:str}", summary="Delete a saved reply", status_code=200, refusals=(Forbidden,))
async def delete_reply_here(me: Person, reply_id: str) -> Reply[None]:
    """Forget these words."""
    async with transaction() as db:
        await delete_reply(db, me, reply_id)
    return ok(None)


@get([f"{home}/chats/replies" for home in PROVIDERS], include_in_schema=False)
async def replies_page(request: HttpRequest, visit: RequestContext, me: Person) -> Response[str]:
    """My saved replies."""
    at_home(request, me)
    return await _page(visit, me)


@post([f"{home}/chats/replies" for home in PROVIDERS], include_in_schema=False, status_code=200)
async def post_reply_page(request: HttpRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Save one more."""
    at_home(request, me)
    pairs = fields(await request.form())
    form = {name: value for name, value in pairs if name != KEY}
    try:
        draft = decode_form(form, NewReply)
        async with transaction() as db:
            await save_reply(db, me, draft, client_id=client_id_of(pairs, draft.content))
    except (Invalid, EnoughReplies) as error:
        return await _page(visit, me, status=422, typed=str(form.get("content", "")), wrong=_sentence(error))
    return Redirect(f"{me.role.home}/chats/replies", status_code=303)


@post([f"{home}/chats/replies/{{reply_id:str}}" for home in PROVIDERS], include_in_schema=False, status_code=200)
async def post_changed_reply_page(
    request: HttpRequest, visit: RequestContext, me: Person, reply_id: str
) -> Response[Any]:
    """Other words instead."""
    at_home(request, me)
    form = dict(fields(await request.form()))
    try:
        draft = decode_form(form, NewReply)
    except Invalid as error:
        return await _page(
            visit, me, status=422, editing=reply_id, retyped=str(form.get("content", "")), wrong=_sentence(error)
        )
    async with transaction() as db:
        await change_reply(db, me, reply_id, draft)
    return Redirect(f"{me.role.home}/chats/replies", status_code=303)


@post([f"{home}/chats/replies/{{reply_id:str}}/delete" for home in PROVIDERS], include_in_schema=False, status_code=200)
async def post_deleted_reply_page(request: HttpRequest, me: Person, reply_id: str) -> Redirect:
    """Forget these words."""
    at_home(request, me)
    async with transaction() as db:
        await delete_reply(db, me, reply_id)
    return Redirect(f"{me.role.home}/chats/replies", status_code=303)


def _sentence(error: Any) -> str:
    return " ".join(error.fields.values()) or str(error.message)


async def _page(visit: RequestContext, me: Person, status: int = 200, **told: str) -> Response[str]:
    async with reading() as db:
        replies = await replies_of(db, me)
    context = {"editing": "", "typed": "", "retyped": "", "wrong": ""} | told
    return page(
        visit,
        "chat/saved_replies/replies.html",
        status,
        replies=replies,
        most=MOST_REPLIES,
        longest=LONGEST_REPLY,
        place=f"{me.role.home}/chats",
        **context,
    )


handlers = [
    get_replies,
    post_reply,
    put_reply,
    delete_reply_here,
    replies_page,
    post_reply_page,
    post_changed_reply_page,
    post_deleted_reply_page,
]
