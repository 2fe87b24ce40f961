"""Conversations and their messages: request bodies and answers."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from neural_threads.features.stylist.shapes import LanguageCode, Segment
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.errors import Conflict
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import NO_NUL, ONE_LINE, VISIBLE, Id, Incoming, Moment, Shape, Text

MOST_LETTERS = 2_000
TITLE_LETTERS = 80
Title = Annotated[str, Meta(pattern=ONE_LINE, min_length=1, max_length=TITLE_LETTERS, extra=VISIBLE)]


# What goes out


class Conversation(Shape, frozen=True, kw_only=True):
    """A conversation with the stylist. `title` is the first question until it is renamed; null before it."""

    id: str
    customer_id: str
    title: str | None
    created_at: Moment
    updated_at: Moment
    is_answering: bool


class StylistMessage(Shape, frozen=True, kw_only=True):
    """A question (`user`) or an answer (`assistant`), whose `content` is its segments in the spec's markers."""

    id: str
    conversation_id: str
    role: str
    content: str
    image_url: PrivateImage | None
    client_id: UUID | None
    segments: list[Segment]
    suggestions: list[str]
    language: str | None
    is_mock: bool
    is_stopped: bool
    created_at: Moment


class Answer(Shape, frozen=True, kw_only=True):
    """The answer to one question: `segments`, and `response`, which is the same in the spec's markers.

    `isMock`: the local stylist answered, without a language model. `isStopped`: the customer had heard enough.
    """

    response: str
    conversation_id: str
    message_id: str
    segments: list[Segment]
    suggestions: list[str]
    language: str | None
    is_mock: bool
    is_stopped: bool


# What comes in


class NewQuestion(Incoming, frozen=True, kw_only=True):
    """Something to ask. Without `conversationId` a conversation begins; the same `clientId` again is the same question again."""

    message: Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=MOST_LETTERS)]
    conversation_id: Id | None = None
    image_url: Annotated[Text, Meta(max_length=1000)] | None = None
    client_id: UUID | None = None

    def problems(self) -> Mapping[str, str]:
        return {"message": _("Write something first.")} if is_blank(self.message) else {}


class NewConversation(Incoming, frozen=True, kw_only=True):
    """A conversation to begin; without a title the first question becomes it."""

    title: Title | None = None


class ConversationChange(Incoming, frozen=True, kw_only=True):
    """Another name for a conversation."""

    title: Title | UnsetType = UNSET

    def problems(self) -> Mapping[str, str]:
        return {"title": _("Please fill this in.")} if self.title is UNSET else {}


class ConversationSearch(Incoming, frozen=True, kw_only=True):
    """A page of conversations."""

    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class StylistMessageSearch(ConversationSearch, frozen=True, kw_only=True):
    """A page of a conversation: the newest, or the one before a cursor."""


# Between queries, actions and flows


class PendingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is under way, as the database knows it. `is_stale`: whoever worked on it is gone."""

    customer_id: str
    user_id: str
    conversation_id: str
    question_id: str
    answer_id: str
    locale: LanguageCode
    text: str
    is_stopped: bool
    is_stale: bool


class Busy(Conflict):
    """One answer at a time: the earlier question is still being answered."""

    code = "BUSY"

    def sentence(self) -> str:
        return _("The stylist is still answering your last question. Wait for it, or stop it.")


class OtherQuestion(Conflict):
    """The client's id stands for another question already."""

    code = "IDEMPOTENCY_CONFLICT"

    def sentence(self) -> str:
        return _("A different question was already sent under this name.")
