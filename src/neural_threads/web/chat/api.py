"""The API of chats: open, list, send, mark read, react."""

import hashlib
from typing import Any

from litestar import Request, Response, get, post
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import (
    AlreadySaid,
    OnlyCustomers,
    open_chat,
    read_chat,
    read_message,
    send_message,
)
from neural_threads.features.chat.message_page import json_of, messages_in
from neural_threads.features.chat.queries import chat_of_message, chats_of, thread_for, unread_chats
from neural_threads.features.chat.reactions import (
    NewReaction,
    Reacted,
    ReactionSearch,
    ReactionsOfMessage,
    react,
    reactions_in,
    reactions_to,
)
from neural_threads.features.chat.shapes import (
    Chat,
    ChatSearch,
    Message,
    MessageSearch,
    NewChat,
    NewMessage,
    Reaction,
    Read,
    ReadPosition,
    Thread,
)
from neural_threads.platform import counters
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import NotFound, TooOften
from neural_threads.platform.images.signed_url import this_hour
from neural_threads.platform.realtime import is_online
from neural_threads.platform.security.rate_limits import hit
from neural_threads.web.http.conditional import is_known
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import PRIVATE, ApiAnswer, Page, Reply, created, ok

HttpRequest = Request[Any, Any, Any]


class ChatList(Page[Chat], frozen=True, kw_only=True):
    """The answer with one's chats."""

    unread_chats: int


class MessageList(Page[Message], frozen=True, kw_only=True):
    """A page of messages; `readSeq` is how far the other has read, `reactionSeq` the number of changes of reactions."""

    last_seq: int
    read_seq: int
    reaction_seq: int


class ReactionList(ApiAnswer, frozen=True, kw_only=True):
    """The answer with the reactions of a chat."""

    data: list[ReactionsOfMessage]
    has_more: bool
    reaction_seq: int


@get("/api/chat", summary="List one's chats")
async def get_chats(me: Person, search: InQuery[ChatSearch]) -> Reply[ChatList]:
    """One's chats, the newest activity first; `show` and `search` narrow them."""
    async with reading() as db:
        chats, cursor = await chats_of(db, me, search)
        unread = await unread_chats(db, me)
    return ok(ChatList(data=chats, has_more=cursor is not None, next_cursor=cursor, unread_chats=unread))


@post("/api/chat", summary="Open a chat", may_repeat=True, refusals=(NotFound, OnlyCustomers))
async def post_chat(me: Person, data: NewChat) -> Reply[Chat]:
    """Talk with a designer or tailor: 201 for a new chat, 200 with the one that is there."""
    chat, is_new = await in_transaction(lambda db: open_chat(db, me, data), row=data.designer_id or data.tailor_id)
    return created(chat) if is_new else ok(chat)


@get(
    "/api/chat/messages",
    summary="Read a chat",
    responses={200: ResponseSpec(MessageList)},
    conditional=True,
    refusals=(NotFound,),
)
async def get_messages(request: HttpRequest, me: Person, search: InQuery[MessageSearch]) -> Response[Any]:
    """The newest messages, those before a cursor, or those after a seq; always in ascending order. 304 by ETag."""
    known = request.headers.get("if-none-match")
    asked = request.scope["query_string"]
    async with reading() as db:
        # Who polls is answered by the chat's row alone; for everybody else one statement reads it with the page.
        tag = _tag(await thread_for(db, me, search.chat_id), asked) if known else ""
        if is_known(tag, known):
            return Response(None, status_code=304, headers={**PRIVATE, "ETag": tag})
        page, has_more, cursor = await messages_in(db, me, search)
    if search.after is not None and page.first_seq and page.latest_seq and is_online(me.id):
        counters.healed.labels("gap").inc(page.latest_seq - page.first_seq + 1)
    return ok(
        json_of(page),
        headers={"ETag": _tag(page, asked)},
        hasMore=has_more,
        nextCursor=cursor,
        lastSeq=page.last_seq,
        readSeq=page.read_by_other_than(me.id),
        reactionSeq=page.reaction_seq,
    )


def _tag(thread: Thread, query: bytes) -> str:
    """Changes with everything that a page of messages shows, so that a poll need not read them."""
    state = [getattr(thread, name) for name in Thread.__struct_fields__]
    return f'"{hashlib.blake2b(repr((state, query, this_hour())).encode(), digest_size=12).hexdigest()}"'


@post("/api/chat/messages", summary="Say something", may_repeat=True, refusals=(AlreadySaid, NotFound, TooOften))
async def post_message(me: Person, data: NewMessage) -> Reply[Message]:
    """Say something in a chat: 201, or 200 with the first message when its `clientId` was used before."""
    await hit("messages", me.id)
    message, is_new = await in_transaction(
        lambda db: send_message(db, me, data), row=data.chat_id, is_one_statement=True
    )
    return created(message) if is_new else ok(message)


@post("/api/chat/messages/{message_id:str}/read", summary="Mark a message read", status_code=200)
async def post_message_read(me: Person, message_id: str) -> Reply[Message]:
    """This message and all before it are read. One's own: unchanged."""
    chat_id = await chat_of_message(message_id)
    message = await in_transaction(lambda db: read_message(db, me, message_id), row=chat_id)
    return ok(message)


@post(
    "/api/chat/messages/{message_id:str}/reactions", summary="React to a message", status_code=200, refusals=(TooOften,)
)
async def post_reaction(me: Person, message_id: str, data: NewReaction) -> Reply[Reacted]:
    """Add, remove or toggle a single emoji; the same again changes nothing."""
    await hit("reactions", me.id)
    chat_id = await chat_of_message(message_id)
    reacted = await in_transaction(lambda db: react(db, me, message_id, data), row=chat_id)
    return ok(reacted)


@get("/api/chat/messages/{message_id:str}/reactions", summary="Read the reactions to a message")
async def get_reactions(me: Person, message_id: str) -> Reply[list[Reaction]]:
    """Everybody's reactions to one message, the first one first."""
    async with reading() as db:
        return ok(await reactions_to(db, me, message_id))


@get(
    "/api/chat/reactions",
    summary="Read what changed in reactions",
    refusals=(NotFound,),
)
async def get_changed_reactions(me: Person, search: InQuery[ReactionSearch]) -> Reply[ReactionList]:
    """Messages of a chat whose reactions changed after a `reactionSeq`, in the order of their last change."""
    async with reading() as db:
        thread = await thread_for(db, me, search.chat_id)
        result, has_more = await reactions_in(db, thread, search)
    return ok(ReactionList(data=result, has_more=has_more, reaction_seq=thread.reaction_seq))


@post("/api/chat/{chat_id:str}/read", summary="Mark a chat read", status_code=200)
async def post_chat_read(me: Person, chat_id: str, data: Read) -> Reply[ReadPosition]:
    """Mark all messages up to `upToSeq` as read; what comes meanwhile stays unread."""
    position = await in_transaction(lambda db: read_chat(db, me, chat_id, data.up_to_seq), row=chat_id)
    return ok(position)


handlers = [
    get_chats,
    post_chat,
    get_messages,
    post_message,
    post_message_read,
    post_reaction,
    get_reactions,
    get_changed_reactions,
    post_chat_read,
]
