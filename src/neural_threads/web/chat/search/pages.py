"""Search in messages: the API, the page, and the region beside the thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import msgspec
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


@dataclass(frozen=True)
class WordSearchState:
    """The words that were typed, and their search: none while nothing is typed, or while something is wrong."""

    words: str
    search: WordSearch | None = None
    wrong: str = ""

    @classmethod
    def from_query(cls, query: Iterable[tuple[str, str]]) -> Self:
        """Read an address bar. The path says which chat is searched."""
        pairs = [(name, value) for name, value in query if name != "chatId"]
        words = next((value for name, value in pairs if name == "search"), "").strip()
        try:
            return cls(words, decode_query(pairs, WordSearch) if words else None)
        except Invalid as error:
            return cls(words, wrong=_said(error))


@get([f"{home}/chats/search" for home in HOMES], include_in_schema=False)
async def search_page(
    request: HttpRequest, visit: RequestContext, me: Person, typed: InQuery[WordSearchState]
) -> Response[str]:
    """Search all my chats."""
    at_home(request, me)
    return await _found(visit, me, None, typed)


@get([f"{home}/chats/{{chat_id:str}}/search" for home in HOMES], include_in_schema=False)
async def search_thread_page(
    request: HttpRequest, visit: RequestContext, me: Person, chat_id: str, typed: InQuery[WordSearchState]
) -> Response[str]:
    """Search one chat. htmx gets only the results."""
    at_home(request, me)
    return await _found(visit, me, chat_id, typed)


async def _found(visit: RequestContext, me: Person, chat_id: str | None, typed: WordSearchState) -> Response[str]:
    place = f"{me.role.home}/chats"
    here = f"{place}/{chat_id}/search" if chat_id else f"{place}/search"
    result: list[FoundMessage] = []
    cursor, wrong = None, typed.wrong
    async with reading() as db:
        chat = await chat_of(db, me, chat_id) if chat_id else None
        try:
            if typed.search:
                search = msgspec.structs.replace(typed.search, chat_id=chat_id)
                result, cursor = await search_messages(db, me, search)
        except Invalid as error:
            wrong = _said(error)
    context: dict[str, Any] = {
        "chat": chat,
        "place": place,
        "here": here,
        "words": typed.words,
        "found": result,
        "wrong": wrong,
        "more": address(here, search=typed.words, cursor=cursor) if cursor else None,
    }
    template = "chat/search/results.html" if visit.is_htmx else "chat/search/search.html"
    return page(visit, template, 422 if wrong and not visit.is_htmx else 200, **context)


def _said(error: Invalid) -> str:
    return " ".join(error.fields.values()) or str(error.message)


handlers = [get_found, search_page, search_thread_page]
