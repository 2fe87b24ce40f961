"""Pages of chats: the list, the thread, and the choice of a provider. They work without scripts."""

from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from msgspec import Meta

from neural_threads.features.accounts.enums import label
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import open_chat, read_chat, send_message
from neural_threads.features.chat.customer_card import customer_in
from neural_threads.features.chat.message_page import cursor_before, messages_in
from neural_threads.features.chat.provider_picker import ProviderSearch, WhichProviders, providers_for
from neural_threads.features.chat.queries import chat_of, chats_of, message_for, thread_for
from neural_threads.features.chat.reactions import NewReaction, ReactionAction, react
from neural_threads.features.chat.saved_replies import replies_of
from neural_threads.features.chat.search import FoundMessage, WordSearch, search_messages
from neural_threads.features.chat.shapes import (
    ChatSearch,
    Content,
    Message,
    MessageSearch,
    NewChat,
    NewMessage,
    Seq,
    Thread,
    WhichChats,
)
from neural_threads.features.media.flows import uploaded_files
from neural_threads.platform.db import Db, in_transaction, reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import Id, Incoming, Text
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import KEY, client_id_of
from neural_threads.web.http.query import InQuery, PageQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .paths import HOMES, HttpRequest, address, at_home, fields

MOST_BYTES = 8_388_608  # of a form with an image in it
SHOWN = 30
FOUND = 8
Filter = tuple[str, str, bool]


class OpenChat(PageQuery, frozen=True, kw_only=True):
    """The id of the chat that is open beside the list, for htmx."""

    open: str | None = None


@get([f"{home}/chats" for home in HOMES], include_in_schema=False)
async def chats_page(
    request: HttpRequest, visit: RequestContext, me: Person, search: InQuery[ChatSearch], beside: InQuery[OpenChat]
) -> Response[str]:
    """My chats; on wide screens with a place for the one I choose. htmx gets only the rows."""
    at_home(request, me)
    async with reading() as db:
        details = await _list(db, me, search)
    template = "chat/list/rows.html" if visit.is_htmx else "chat/list/chats.html"
    return page(visit, template, chat=None, current=beside.open, **details)


class ThreadLink(Incoming, frozen=True, kw_only=True):
    """The messages of a chat that a page shows: those before a cursor, or around the seq of one; else the newest."""

    at: Seq | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


@get([f"{home}/chats/{{chat_id:str}}" for home in HOMES], include_in_schema=False)
async def thread_page(
    request: HttpRequest, visit: RequestContext, me: Person, chat_id: str, shown: InQuery[ThreadLink]
) -> Response[str]:
    """Show one chat: its newest messages, those before `cursor` or those around `at`. Showing the newest marks them as read."""
    at_home(request, me)
    target = MessageSearch(chat_id=chat_id, cursor=shown.cursor)
    return await _thread(request, visit, me, target, around=shown.at)


class WrittenMessage(Incoming, frozen=True, kw_only=True):
    """The composer as a form. `clientId` was made with the page, so that two presses are one message."""

    content: Content = ""
    client_id: str = ""


@post(
    [f"{home}/chats/{{chat_id:str}}" for home in HOMES],
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MOST_BYTES,
)
async def post_thread(request: HttpRequest, visit: RequestContext, me: Person, chat_id: str) -> Response[Any]:
    """Say something or show a picture without scripts."""
    at_home(request, me)
    form = await request.form()
    try:
        written = decode_form([(name, value) for name, value in fields(form) if name != "picture"], WrittenMessage)
        draft = await _draft(me, chat_id, written, form)
        await hit("messages", me.id)
        await in_transaction(lambda db: send_message(db, me, draft), row=chat_id, is_one_statement=True)
    except (Invalid, Conflict, TooOften, TooLarge, WrongType) as error:
        target = MessageSearch(chat_id=chat_id)
        typed = str(form.get("content", ""))
        wrong = " ".join(error.fields.values()) or str(error.message)
        return await _thread(request, visit, me, target, status=422, text=typed, wrong=wrong)
    return Redirect(f"{me.role.home}/chats/{chat_id}#latest", status_code=303)


class Pressed(Incoming, frozen=True, kw_only=True):
    """A reaction under a bubble: the message's id, the emoji and what is meant with it, in one."""

    reaction: Annotated[Text, Meta(max_length=300)]


@post([f"{home}/chats/{{chat_id:str}}/reactions" for home in HOMES], include_in_schema=False, status_code=200)
async def post_reaction_here(request: HttpRequest, me: Person, chat_id: str) -> Redirect:
    """Join in with a reaction, or take it back, without scripts."""
    at_home(request, me)
    message_id, emoji, action, *_more = [
        *decode_form(fields(await request.form()), Pressed).reaction.split(" "),
        "",
        "",
    ]
    reaction = decode_form({"emoji": emoji, "action": action or ReactionAction.TOGGLE}, NewReaction)
    await hit("reactions", me.id)
    async with transaction(chat_id) as db:
        await react(db, me, message_id, reaction)
        seq = (await message_for(db, me, message_id)).seq
    return Redirect(f"{me.role.home}/chats/{chat_id}#m{seq}", status_code=303)


async def _draft(me: Person, chat_id: str, written: WrittenMessage, form: Any) -> NewMessage:
    """The message of a form, its image kept as mine. Whoever is not in the chat is refused before anything is kept."""
    files = [file for file in form.getall("picture", []) if isinstance(file, UploadFile) and file.filename]
    kept = []
    if files:
        async with reading() as db:
            await thread_for(db, me, chat_id)
        kept = await uploaded_files(me, files[:1], key=written.client_id)
    image = kept[0].public_id if kept else None
    # Other words on the same page, after Stop or Back, are another message.
    client_id = client_id_of([(KEY, written.client_id)], written.content, image)
    label = {"chatId": chat_id, "content": written.content, "clientId": str(client_id or "")}
    draft: NewMessage = _checked(NewMessage, **label, imageUrl=image)
    return draft


class Choice(Incoming, frozen=True, kw_only=True):
    """The maker that a customer chose."""

    designer_id: Id | None = None
    tailor_id: Id | None = None


@get("/customer/chats/new", include_in_schema=False, guards=[role_guards.customer])
async def new_chat_page(visit: RequestContext, me: Person, search: InQuery[ProviderSearch]) -> Response[str]:
    """Answer the page with providers to talk with."""
    async with reading() as db:
        providers = await providers_for(db, me, search)
    template = "chat/list/providers.html" if visit.is_htmx else "chat/list/new.html"
    return page(visit, template, providers=providers, wanted=search, filters=_provider_filters(search))


@post("/customer/chats/new", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_new_chat(request: HttpRequest, me: Person) -> Redirect:
    """Open the chat, or find the one that is there, and go to it."""
    choice = decode_form(fields(await request.form()), Choice)
    draft = _checked(NewChat, designerId=choice.designer_id, tailorId=choice.tailor_id)
    chat, _is_new = await in_transaction(lambda db: open_chat(db, me, draft), row=draft.designer_id or draft.tailor_id)
    return Redirect(f"{me.role.home}/chats/{chat.id}", status_code=303)


def _checked(shape: Any, **given: str | None) -> Any:
    return decode_form({name: value for name, value in given.items() if value}, shape)


async def _list(db: Db, me: Person, search: ChatSearch) -> dict[str, Any]:
    chats, cursor = await chats_of(db, me, search)
    place = f"{me.role.home}/chats"
    result, more_found = await _found(db, me, search)
    show = None if search.show is WhichChats.ALL else search.show
    return {
        "chats": chats,
        "more": address(place, search=search.search, show=show, cursor=cursor) if cursor else None,
        "wanted": search,
        "filters": _filters(me, search, place),
        "found": result,
        "more_found": address(f"{place}/search", search=search.search) if more_found else None,
        "place": place,
    }


async def _found(db: Db, me: Person, search: ChatSearch) -> tuple[list[FoundMessage], bool]:
    """A few messages with the words, below the chats; none while unread ones or one kind of provider are looked for."""
    if not search.search or is_blank(search.search) or search.show is not WhichChats.ALL or search.cursor:
        return [], False
    result, cursor = await search_messages(db, me, WordSearch(search=search.search, limit=FOUND))
    return result, cursor is not None


def _filters(me: Person, search: ChatSearch, place: str) -> list[Filter]:
    words = {WhichChats.ALL: _("All"), WhichChats.UNREAD: _("Unread")}
    if me.customer_id:
        words |= {WhichChats.DESIGNERS: _("Designers"), WhichChats.TAILORS: _("Tailors")}
    return [
        (
            address(place, search=search.search, show=None if show is WhichChats.ALL else show),
            text,
            show is search.show,
        )
        for show, text in words.items()
    ]


def _provider_filters(search: ProviderSearch) -> list[Filter]:
    words = {
        WhichProviders.ALL: _("All"),
        WhichProviders.DESIGNERS: _("Designers"),
        WhichProviders.TAILORS: _("Tailors"),
    }
    place = "/customer/chats/new"
    return [
        (
            address(place, search=search.search, show=None if show is WhichProviders.ALL else show),
            text,
            show is search.show,
        )
        for show, text in words.items()
    ]


async def _thread(
    request: HttpRequest,
    visit: RequestContext,
    me: Person,
    search: MessageSearch,
    *,
    around: int | None = None,
    status: int = 200,
    text: str = "",
    wrong: str = "",
) -> Response[str]:
    async with transaction() as db:
        thread = await thread_for(db, me, search.chat_id)
        if around and around + SHOWN // 2 < thread.last_seq:
            search = msgspec.structs.replace(search, cursor=cursor_before(me, thread, around + SHOWN // 2 + 1))
        target = MessageSearch(chat_id=thread.id, limit=SHOWN, cursor=search.cursor)
        shown, _has_more, cursor = await messages_in(db, me, target)
        messages = shown.messages
        if thread.read_by(me.id) < thread.last_seq and not search.cursor and not _is_only_prefetched(request):
            await read_chat(db, me, thread.id, thread.last_seq)
        details = await _list(db, me, ChatSearch())
        details |= await _beside(db, me, thread)
        chat = next((one for one in details["chats"] if one.id == thread.id), None) or await chat_of(db, me, thread.id)
    return page(
        visit,
        "chat/list/chats.html",
        status,
        chat=chat,
        current=chat.id,
        messages=messages,
        older=address(f"{details['place']}/{chat.id}", cursor=cursor) if cursor else None,
        is_newest=search.cursor is None,
        first_unread=_first_unread(thread, me, messages),
        last_seq=messages[-1].seq if messages else 0,  # of what is shown: an old page grows from here
        read_seq=thread.read_by_other_than(me.id),
        reaction_seq=thread.reaction_seq,
        client_id=str(uuid4()),
        typed=text,
        wrong=wrong,
        **details,
    )


async def _beside(db: Db, me: Person, thread: Thread) -> dict[str, Any]:
    """Return what providers have beside a thread: whom they talk with, and what they say again and again."""
    if not me.is_provider:
        return {"customer": None, "replies": []}
    customer, replies = await customer_in(db, me, thread), await replies_of(db, me)
    return {"customer": customer, "replies": replies, "shape_name": label}


def _is_only_prefetched(request: HttpRequest) -> bool:
    return "prefetch" in request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")


def _first_unread(thread: Thread, me: Person, messages: list[Message]) -> int | None:
    """Above which message the line "new" is drawn."""
    until = thread.read_by(me.id)
    return next((message.seq for message in messages if message.seq > until and message.sender_id != me.id), None)


handlers = [chats_page, thread_page, post_thread, post_reaction_here, new_chat_page, post_new_chat]
