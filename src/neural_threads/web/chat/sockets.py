"""Socket events of chats. Messages are stored by the same action as over HTTP."""

from typing import Annotated

from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.events import (
    JOINED_CHAT,
    STOP_TYPING,
    USER_TYPING,
    JoinedChat,
    LastSeq,
    StoppedTyping,
    Typing,
)
from neural_threads.features.chat.queries import partners_of, thread_for
from neural_threads.features.chat.shapes import Message, NewMessage, Thread
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.realtime import Caller, client_event, emit, is_online, user_room
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.types import Shape

TYPING_EVERY = 0.9


class InChat(Shape, frozen=True, kw_only=True):
    """The chat that an event is about. Nothing else that a client says about itself is read."""

    chat_id: Annotated[str, Meta(max_length=100)]


class Registration(Shape, frozen=True, kw_only=True):
    """Nothing: who somebody is, the session says."""


class Spoken(NewMessage, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Something to say; `senderId` is not listened to."""


class Registered(Shape, frozen=True, kw_only=True):
    """The acknowledgement of a registration: my id, and which of my chat partners are online."""

    user_id: str
    user_name: str
    role: str
    online: list[str]


@client_event("register")
async def register(caller: Caller, data: Registration) -> Registered:
    """Answers who one is by the session, and which of one's chat partners are online."""
    async with reading() as db:
        partners = await partners_of(db, caller.identity.user_id)
    return Registered(
        user_id=caller.identity.user_id,
        user_name=caller.identity.name,
        role=caller.identity.role,
        online=[partner for partner in partners if is_online(partner)],
    )


@client_event("join-chat", "joinChat")
async def join_chat(caller: Caller, data: InChat) -> LastSeq:
    """Joins the chat's room if one is in the chat; emits `joined-chat` and answers how far the chat has come."""
    caller.known.pop(data.chat_id, None)
    thread = await _thread(caller, data.chat_id)
    await caller.join(f"chat:{thread.id}")
    await emit(caller.sid, JOINED_CHAT, JoinedChat(chat_id=thread.id))()
    return LastSeq(chat_id=thread.id, last_seq=thread.last_seq, reaction_seq=thread.reaction_seq)


@client_event("send-message")
async def send(caller: Caller, data: Spoken) -> Message:
    """Stores a message as the POST does, and answers it."""
    me: Person = caller.me
    await hit("messages", me.id)
    message, _is_new = await in_transaction(
        lambda db: send_message(db, me, data), row=data.chat_id, is_one_statement=True
    )
    return message


@client_event("typing")
async def typing(caller: Caller, data: InChat) -> None:
    """Tells the other one, at most once a second, that one is writing."""
    thread = await _thread(caller, data.chat_id)
    if caller.seldom(f"typing {thread.id}", TYPING_EVERY):
        me = caller.identity
        result = Typing(chat_id=thread.id, user_id=me.user_id, user_name=me.name)
        await emit(user_room(thread.other_than(me.user_id)), USER_TYPING, result)()


@client_event("stop-typing")
async def stop_typing(caller: Caller, data: InChat) -> None:
    """Tells the other one that one stopped writing."""
    thread = await _thread(caller, data.chat_id)
    if caller.seldom(f"stopped {thread.id}", TYPING_EVERY):
        me = caller.identity.user_id
        result = StoppedTyping(chat_id=thread.id, user_id=me)
        await emit(user_room(thread.other_than(me)), STOP_TYPING, result)()


async def _thread(caller: Caller, chat_id: str) -> Thread:
    """The chat if the caller is in it. Who is in a chat never changes, so one look is enough for typing."""
    known: Thread | None = caller.known.get(chat_id)
    if known is None:
        async with reading() as db:
            known = await thread_for(db, caller.me, chat_id)
        caller.remember(chat_id, known)
    return known
