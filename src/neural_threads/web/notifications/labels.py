"""Labels and icons of notification types."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.shapes import NotificationType
from neural_threads.platform.i18n import LazyText
from neural_threads.platform.i18n import lazy_gettext as _

NAMES: dict[NotificationType, LazyText] = {
    NotificationType.MESSAGE: _("Messages"),
    NotificationType.CHAT_REQUEST: _("New chats"),
    NotificationType.ORDER_UPDATE: _("Requests"),
    NotificationType.REVIEW: _("Reviews"),
    NotificationType.PROFILE_VIEW: _("Profile views"),
}
ICONS = {
    NotificationType.MESSAGE: "message-circle",
    NotificationType.CHAT_REQUEST: "message-circle-plus",
    NotificationType.ORDER_UPDATE: "scissors",
    NotificationType.REVIEW: "star",
    NotificationType.PROFILE_VIEW: "eye",
}
# Nobody reviews a customer or looks at their profile.
FOR_CUSTOMERS = (NotificationType.MESSAGE, NotificationType.ORDER_UPDATE)


def kinds_for(me: Person) -> list[tuple[NotificationType, LazyText]]:
    """Of what this person can be told."""
    return [(kind, name) for kind, name in NAMES.items() if me.is_provider or kind in FOR_CUSTOMERS]
