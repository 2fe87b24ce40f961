"""Chats and messages: request bodies and answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from neural_threads.features.accounts.enums import Role
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import NO_NUL, Id, Incoming, Moment, Shape, Text

MOST_LETTERS = 5_000
Content = Annotated[str, Meta(pattern=NO_NUL, max_length=MOST_LETTERS)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]


# What goes out


class Reaction(Shape, frozen=True, kw_only=True):
    """One person's reaction to a message."""

    id: str
    emoji: str
    user_id: str
    user_name: str
    created_at: Moment


class Message(Shape, frozen=True, kw_only=True):
    """Something said. `seq` counts up by one within a chat; `clientId` is the name its sender gave it."""

    id: str
    chat_id: str
    seq: int
    client_id: UUID | None
    sender_id: str
    sender_name: str
    content: str
    image_url: PrivateImage | None
    request_id: str | None
    is_read: bool
    read_at: Moment | None
    read_by: str | None
    created_at: Moment
    reactions: list[Reaction]


class OtherUser(Shape, frozen=True, kw_only=True):
    """The other side of a chat."""

    id: str
    name: str
    role: Role
    avatar_url: str | None
    is_online: bool = False
    is_deleted: bool = False


class Chat(Shape, frozen=True, kw_only=True):
    """A conversation as one of the two sees it. Unread: the other's messages above what I have read."""

    id: str
    customer_id: str
    designer_id: str | None
    tailor_id: str | None
    created_at: Moment
    updated_at: Moment
    last_seq: int
    unread_count: int
    last_message: Message | None
    other_user: OtherUser


class ReadPosition(Shape, frozen=True, kw_only=True):
    """The number of the last message that somebody has read."""

    chat_id: str
    up_to_seq: int
    unread_count: int


# What comes in


class NewChat(Incoming, frozen=True, kw_only=True):
    """A new chat: the designer or tailor to talk with."""

    designer_id: Id | None = None
    tailor_id: Id | None = None

    def problems(self) -> Mapping[str, str]:
        if (self.designer_id is None) == (self.tailor_id is None):
            return {"designerId": _("Choose one designer or one tailor.")}
        return {}


class NewMessage(Incoming, frozen=True, kw_only=True):
    """Something to say. The same `clientId` again is the same message again."""

    chat_id: Id
    content: Content = ""
    image_url: Annotated[Text, Meta(max_length=1000)] | None = None
    client_id: UUID | None = None

    def problems(self) -> Mapping[str, str]:
        if is_blank(self.content) and not self.image_url:
            return {"content": _("Write something first.")}
        return {}


class WhichChats(StrEnum):
    """The filters of the list."""

    ALL = "all"
    UNREAD = "unread"
    DESIGNERS = "designers"
    TAILORS = "tailors"


class ChatSearch(Incoming, frozen=True, kw_only=True):
    """A search in one's chats."""

    show: WhichChats = WhichChats.ALL
    search: Annotated[Text, Meta(max_length=100)] | None = None
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class MessageSearch(Incoming, frozen=True, kw_only=True):
    """The messages of a chat to return: the newest, those before a cursor, or those after a seq."""

    chat_id: Id
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None
    after: Seq | None = None

    def problems(self) -> Mapping[str, str]:
        if self.cursor is not None and self.after is not None:
            return {"after": _("Ask for older or for newer messages, not for both.")}
        return {}


class Read(Incoming, frozen=True, kw_only=True):
    """The number of the last message that I have read."""

    up_to_seq: Seq


# Between the queries and the actions


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A chat that I am in, with the two who talk in it and what changes when it does."""

    id: str
    customer_user_id: str
    customer_name: str
    provider_user_id: str
    provider_name: str
    last_seq: int
    reaction_seq: int
    customer_read_seq: int
    provider_read_seq: int

    def other_than(self, user_id: str) -> str:
        """The user id of the other one."""
        return self.provider_user_id if user_id == self.customer_user_id else self.customer_user_id

    def read_by(self, user_id: str) -> int:
        """Return how far this one has read."""
        return self.customer_read_seq if user_id == self.customer_user_id else self.provider_read_seq

    def read_by_other_than(self, user_id: str) -> int:
        """Return how far the other one has read."""
        return self.read_by(self.other_than(user_id))
