"""Search in messages: the API, the page, and the region beside the thread."""

from typing import Any

from litestar import Response, get

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.queries import chat_of
from neural_threads.features.chat.search import FoundMessage, WordSearch, search_messages
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.web.chat.paths import HOMES, HttpRequest, address, at_home
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import Page, Reply, ok, page_of
from neural_threads.web.templates.render import page


@get("/api/chat/search", summary="Search one's chats", refusals=(NotFound,))
async def get_found(me: Person, search: InQuery[WordSearch]) -> Reply[Page[FoundMessage]]:
    """Messages that contain these letters, whatever their case and accents, the newest first; `chatId` narrows it to one chat."""
    async with reading() as db:
        result, cursor = await search_messages(db, me, search)
    return ok(page_of(result, cursor))


@get([f"{home}/chats/search" for home in HOMES], include_in_schema=False)
async def search_page(request: HttpRequest, visit: RequestContext, me: Person) -> Response[str]:
    """Search all my chats."""
    at_home(request, me)
    return await _found(request, visit, me, None)


@get([f"{home}/chats/{{chat_id:str}}/search" for home in HOMES], include_in_schema=False)
async def search_thread_page(request: HttpRequest, visit: RequestContext, me: Person, chat_id: str) -> Response[str]:
    """Search one chat. htmx gets only the results."""
    at_home(request, me)
    return await _found(request, visit, me, chat_id)


async def _found(request: HttpRequest, visit: RequestContext, me: Person, chat_id: str | None) -> Response[str]:
    place = f"{me.role.home}/chats"
    here = f"{place}/{chat_id}/search" if chat_id else f"{place}/search"
    words = request.query_params.get("search", "").strip()
    target = [(name, value) for name, value in request.query_params.multi_items() if name != "chatId"]
    result: list[FoundMessage] = []
    cursor, wrong = None, ""
    async with reading() as db:
        chat = await chat_of(db, me, chat_id) if chat_id else None
        try:
            if words:
                query = decode_query([*target, *([("chatId", chat_id)] if chat_id else [])], WordSearch)
                result, cursor = await search_messages(db, me, query)
        except Invalid as error:
            wrong = " ".join(error.fields.values()) or str(error.message)
    context: dict[str, Any] = {
        "chat": chat,
        "place": place,
        "here": here,
        "words": words,
        "found": result,
        "wrong": wrong,
        "more": address(here, search=words, cursor=cursor) if cursor else None,
    }
    template = "chat/search/results.html" if visit.is_htmx else "chat/search/search.html"
    return page(visit, template, 422 if wrong and not visit.is_htmx else 200, **context)


handlers = [get_found, search_page, search_thread_page]
