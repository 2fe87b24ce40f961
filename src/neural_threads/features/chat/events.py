"""Socket events of chats. Each goes to both participants on all their devices."""

from collections.abc import Sequence
from typing import Literal

from neural_threads.platform.realtime import Effect, emit, server_event, user_room
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Moment, Shape

from .shapes import Message, Reaction

BOTH = "both participants of the chat, on all their devices"
THE_OTHER = "the other participant of the chat"


class MessageRead(Shape, frozen=True, kw_only=True):
    """Everything up to `upToSeq` was read; `messageId` is the newest of those."""

    chat_id: str
    message_id: str
    up_to_seq: int
    read_by: str
    read_at: Moment


class MessageReaction(Shape, frozen=True, kw_only=True):
    """Somebody reacted to a message, or took it back. `reactions` is what is there now, `reactionSeq` counts the changes."""

    chat_id: str
    message_id: str
    seq: int
    emoji: str
    user_id: str
    action: Literal["added", "removed"]
    reactions: list[Reaction]
    reaction_seq: int


class Typing(Shape, frozen=True, kw_only=True):
    """A person is writing. It ends after a few seconds by itself."""

    chat_id: str
    user_id: str
    user_name: str
    is_typing: bool = True


class StoppedTyping(Shape, frozen=True, kw_only=True):
    """A person stopped writing."""

    chat_id: str
    user_id: str
    is_typing: bool = False


class LastSeq(Shape, frozen=True, kw_only=True):
    """The newest numbers of a chat: of its messages, and of the changes of reactions to them."""

    chat_id: str
    last_seq: int
    reaction_seq: int


class ChatBeat(Shape, frozen=True, kw_only=True):
    """The newest numbers of one's chats: a client that has lower ones asks for the rest."""

    chats: list[LastSeq]


class JoinedChat(Shape, frozen=True, kw_only=True):
    """You are in the chat's room."""

    chat_id: str


RECEIVE_MESSAGE = server_event("receive-message", Message, BOTH)
MESSAGE_READ = server_event("message-read", MessageRead, BOTH)
MESSAGE_REACTION = server_event("message-reaction", MessageReaction, BOTH)
USER_TYPING = server_event("user-typing", Typing, THE_OTHER)
STOP_TYPING = server_event("stop-typing", StoppedTyping, THE_OTHER)
JOINED_CHAT = server_event("joined-chat", JoinedChat, "the socket that joined")
CHAT_BEAT = server_event("chat-beat", ChatBeat, "everybody, every 30 seconds, about their own chats")

LARGEST = 16_000


def message_event(message: Message, users: Sequence[str]) -> Effect:
    """An effect that tells both of a new message; of one too large for an event it tells that there is one to fetch."""
    rooms = [user_room(user) for user in users]
    if len(message.content) > LARGEST // 6 and len(encode(message)) > LARGEST:
        return emit(
            rooms, CHAT_BEAT, ChatBeat(chats=[LastSeq(chat_id=message.chat_id, last_seq=message.seq, reaction_seq=0)])
        )
    return emit(rooms, RECEIVE_MESSAGE, message)
