"""Notifications: types, answers, and their texts in the reader's language."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from neural_threads.features.accounts.deleted_user import shown_name
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import gettext, number, promise_date, rupees
from neural_threads.platform.realtime import server_event
from neural_threads.platform.serialization.text import isolated
from neural_threads.platform.serialization.types import Incoming, Moment, Shape, Text


class NotificationType(StrEnum):
    """The reason of a notification."""

    MESSAGE = "MESSAGE"
    CHAT_REQUEST = "CHAT_REQUEST"
    REVIEW = "REVIEW"
    PROFILE_VIEW = "PROFILE_VIEW"
    ORDER_UPDATE = "ORDER_UPDATE"


class Actor(Shape, frozen=True, kw_only=True):
    """Whoever did what is told."""

    id: str
    name: str
    avatar_url: str | None


class Notification(Shape, frozen=True, kw_only=True):
    """Something that somebody is told. `count`: how many such things happened since they last looked.

    `createdAt` is when the newest of them did; `link` is a path of ours.
    """

    id: str
    user_id: str
    type: NotificationType
    title: str
    message: str
    link: str | None
    chat_id: str | None
    actor: Actor | None
    count: int
    is_read: bool
    created_at: Moment


class Seen(Shape, frozen=True, kw_only=True):
    """Notifications that are handled, wherever that was; without ids: all of them."""

    ids: tuple[str, ...] | None = None


class NotificationSearch(Incoming, frozen=True, kw_only=True):
    """The notifications to return."""

    unread_only: bool = False
    type: tuple[NotificationType, ...] = ()
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


Types = Annotated[list[NotificationType], Meta(max_length=10)]


class NotificationPreferences(Shape, frozen=True, kw_only=True):
    """Of which types somebody wants letters, and which their devices are to tell."""

    by_mail: tuple[NotificationType, ...] = ()
    by_push: tuple[NotificationType, ...] = ()


class PreferencesChange(Incoming, frozen=True, kw_only=True):
    """A change of preferences; fields left out stay."""

    by_mail: Types | msgspec.UnsetType = msgspec.UNSET
    by_push: Types | msgspec.UnsetType = msgspec.UNSET


Key = Annotated[Text, Meta(min_length=1, max_length=200)]


class PushKeys(Incoming, frozen=True, kw_only=True, rename=None):
    """The keys of a browser's subscription, in base64url, as the browser gives them."""

    p256dh: Key
    auth: Key


class NewPushDevice(Incoming, frozen=True, kw_only=True):
    """A browser's subscription, as its `toJSON` writes it."""

    endpoint: Annotated[Text, Meta(min_length=1, max_length=1000)]
    keys: PushKeys
    expiration_time: float | None = None


class PushDevice(Shape, frozen=True, kw_only=True):
    """A device of mine that hears what happens while no page of ours is open."""

    id: str
    user_agent: str
    is_current: bool
    created_at: Moment


NOTIFICATION = server_event("notification", Notification, "the person it is for, on all their devices")
NOTIFICATIONS_READ = server_event("notifications-read", Seen, "the person who read them, on all their devices")


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A notification as the table has it: sentences before translation, and the facts that belong into them."""

    id: str
    user_id: str
    type: NotificationType
    title: str
    message: str
    link: str | None
    chat_id: str | None
    actor: Actor | None
    details: dict[str, Any]
    count: int
    is_read: bool
    created_at: Moment
    language: str
    wants_push: bool = False
    """Whether some device of the reader's is to tell of it."""

    def told(self) -> Notification:
        """Return the text in the current language."""
        details = self._facts()
        return Notification(
            id=self.id,
            user_id=self.user_id,
            type=self.type,
            title=gettext(self.title) % details,
            message=gettext(self.message) % details,
            link=self.link,
            chat_id=self.chat_id,
            actor=self.actor,
            count=self.count,
            is_read=self.is_read,
            created_at=self.created_at,
        )

    def _facts(self) -> Mapping[str, str]:
        given = {
            "who": isolated(shown_name(self.actor.name)) if self.actor else gettext("Somebody"),
            "count": self.count,
            **self.details,
        }
        return {name: _SAID.get(name, str)(value) for name, value in given.items()}


def _price(value: Any) -> str:
    return rupees(Decimal(str(value)))


_SAID: Mapping[str, Callable[[Any], str]] = {"count": number, "price": _price, "day": promise_date}
