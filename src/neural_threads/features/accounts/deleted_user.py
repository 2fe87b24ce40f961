"""The display name of a deleted account."""

from neural_threads.platform.i18n import lazy_gettext

DELETED = lazy_gettext("Deleted user")
NAMELESS = DELETED.text
"""What stands in the row of somebody who left."""


def shown_name(name: str) -> str:
    """The name as it is shown; of those who left, that they did, in the reader's language."""
    return str(DELETED) if name == NAMELESS else name
