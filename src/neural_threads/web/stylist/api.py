"""The stylist by API: ask, follow an answer, stop it; conversations."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.openapi import ResponseSpec
from litestar.response import Stream

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.stylist.conversations.actions import (
    Asked,
    begin_conversation,
    delete_conversation,
    rename_conversation,
)
from neural_threads.features.stylist.conversations.asking import answer_to, ask_stylist
from neural_threads.features.stylist.conversations.flows import follow_answer, stop_answer
from neural_threads.features.stylist.conversations.live import AnswerEvent, Delta, Done, SegmentReady
from neural_threads.features.stylist.conversations.presenting import latest_answer, messages_in
from neural_threads.features.stylist.conversations.queries import conversation_for, conversations_of
from neural_threads.features.stylist.conversations.shapes import (
    Answer,
    Busy,
    Conversation,
    ConversationChange,
    ConversationSearch,
    NewConversation,
    NewQuestion,
    OtherQuestion,
    StylistMessage,
    StylistMessageSearch,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import NotFound, TooOften, Unavailable, Upstream
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http import role_guards
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.event_stream import event_stream, wants_event_stream
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request import body_or_nothing
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of

AnyRequest = Request[Any, Any, Any]
CONVERSATIONS = "/api/chatbot/conversations"


class OneAnswer(Shape, frozen=True, kw_only=True):
    """The answer to a question."""

    success: bool
    data: Answer


class StylistMessageList(Page[StylistMessage], frozen=True, kw_only=True):
    """A page of a conversation. `isAnswering`: an answer is under way and will follow."""

    is_answering: bool


@post(
    "/api/chatbot",
    summary="Ask the stylist",
    guards=[role_guards.customer],
    responses={201: ResponseSpec(OneAnswer)},
    opt={"may_stream": True},
    may_repeat=True,
    refusals=(Busy, NotFound, OtherQuestion, TooOften, Upstream),
)
async def post_question(request: AnyRequest, me: Person, data: NewQuestion) -> Response[Any]:
    """The answer as one document (201; 200 for a `clientId` that was used before), or with `Accept: text/event-stream` as
    events: `delta` {text}, `segment` {index, segment}, and `done` with the whole answer, which replaces what was shown. The
    answer goes on when the client leaves: see `GET …/{conversationId}/stream`. One answer at a time: 409 BUSY."""
    target = await ask_stylist(me, data)
    if wants_event_stream(request):
        return event_stream(_events(me, target))
    answer = await answer_to(me, target)
    if answer is None:
        async with reading() as db:
            await conversation_for(db, me, target.conversation_id)  # NotFound when it was deleted meanwhile
        raise Unavailable(retry_after=5)
    return created(answer) if target.is_new else ok(answer)


async def _events(me: Person, target: Asked) -> AsyncIterator[tuple[str, object]]:
    if target.pending is None:
        answer = await answer_to(me, target)
        if answer is not None:
            yield "done", answer
        return
    async for event in follow_answer(me, target.pending.answer_id):
        if (named := _named(event)) is not None:
            yield named


def _named(event: AnswerEvent) -> tuple[str, object] | None:
    """Return the event as it is named on the wire; nothing for an answer whose conversation is gone."""
    if isinstance(event, Delta):
        return "delta", {"text": event.text}
    if isinstance(event, SegmentReady):
        return "segment", {"index": event.index, "segment": event.segment}
    return ("done", event.answer) if isinstance(event, Done) else None


@get(
    CONVERSATIONS,
    summary="List one's conversations",
    guards=[role_guards.customer],
)
async def get_conversations(me: Person, search: InQuery[ConversationSearch]) -> Reply[Page[Conversation]]:
    """One's conversations with the stylist, the latest activity first."""
    async with reading() as db:
        conversations, cursor = await conversations_of(db, me, search)
    return ok(page_of(conversations, cursor))


@post(
    CONVERSATIONS,
    summary="Begin a conversation",
    guards=[role_guards.customer],
    opt={"body_may_be_missing": True},
    takes=Takes(json=(NewConversation,)),
    refusals=(NotFound,),
)
async def post_conversation(request: AnyRequest, me: Person) -> Reply[Conversation]:
    """Begin one, with a `title` or without; the body may be missing. The first question becomes the title."""
    draft = await body_or_nothing(request, NewConversation)
    async with transaction() as db:
        conversation = await begin_conversation(db, me, draft)
    return created(conversation)


@put(f"{CONVERSATIONS}/{{conversation_id:str}}", summary="Rename a conversation", guards=[role_guards.customer])
async def put_conversation(me: Person, conversation_id: str, data: ConversationChange) -> Reply[Conversation]:
    """Give it another title."""
    async with transaction() as db:
        return ok(await rename_conversation(db, me, conversation_id, data))


@delete(
    f"{CONVERSATIONS}/{{conversation_id:str}}",
    summary="Delete a conversation",
    status_code=200,
    guards=[role_guards.customer],
    refusals=(Upstream,),
)
async def delete_conversation_here(me: Person, conversation_id: str) -> Reply[None]:
    """Delete it with its messages and the pictures that only it showed; an answer under way ends. Kept outfits stay."""
    async with transaction() as db:
        await delete_conversation(db, me, conversation_id)
    return ok()


@get(
    f"{CONVERSATIONS}/{{conversation_id:str}}/messages",
    summary="Read a conversation",
    guards=[role_guards.customer],
)
async def get_stylist_messages(
    me: Person, conversation_id: str, search: InQuery[StylistMessageSearch]
) -> Reply[StylistMessageList]:
    """The newest messages in ascending order; `cursor` goes older. Every id in a segment is there and mine to see now."""
    async with reading() as db:
        conversation = await conversation_for(db, me, conversation_id)
        messages, cursor = await messages_in(db, me, conversation_id, search)
    return ok(
        StylistMessageList(
            data=messages,
            has_more=cursor is not None,
            next_cursor=cursor,
            is_answering=conversation.is_answering,
        )
    )


@post(
    f"{CONVERSATIONS}/{{conversation_id:str}}/stop",
    summary="Stop an answer",
    status_code=200,
    guards=[role_guards.customer],
    refusals=(Upstream,),
)
async def post_stop(me: Person, conversation_id: str) -> Reply[Conversation]:
    """End the answer under way; what was said of it stays. Nothing under way: 200, no change."""
    await stop_answer(me, conversation_id)
    async with reading() as db:
        return ok(await conversation_for(db, me, conversation_id))


@get(
    f"{CONVERSATIONS}/{{conversation_id:str}}/stream",
    summary="Follow an answer",
    guards=[role_guards.customer],
    media_type="text/event-stream",
    refusals=(Upstream,),
)
async def get_stream(me: Person, conversation_id: str) -> Stream:
    """The answer under way from its beginning, as the events of `POST /api/chatbot`; else `done` with the latest answer.
    404 also for a conversation without any answer."""
    async with reading() as db:
        conversation = await conversation_for(db, me, conversation_id)
        target = await latest_answer(db, me, conversation.id)
    if target is None:
        raise NotFound
    return event_stream(_events(me, target))


handlers = [
    post_question,
    get_conversations,
    post_conversation,
    put_conversation,
    delete_conversation_here,
    get_stylist_messages,
    post_stop,
    get_stream,
]
