"""Keyset cursors: opaque, authenticated, and valid only for the list they were made for."""

import base64
import hashlib
import hmac
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.encode import encode

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
Limit = Annotated[
    int, Meta(ge=1, description="More than the most is taken as the most: 100, of messages and makers 50.")
]
"""How many rows a reader wants."""


class InvalidCursor(Invalid):
    """The cursor was changed, or belongs to another list or another reader."""

    code = "INVALID_CURSOR"

    def __init__(self) -> None:
        super().__init__(
            _("This part of the list is no longer available. Please start again from the first page."),
            fields={"cursor": _("Use the cursor of the page before, unchanged.")},
        )


def seal_cursor(scope: str, *values: Any) -> str:
    """A cursor for the list named `scope` (its filters and its reader belong in the name), holding the last row's keys."""
    body = encode(values)
    return base64.urlsafe_b64encode(_seal(scope, body) + body).rstrip(b"=").decode()


def open_cursor(scope: str, cursor: str) -> list[Any]:
    """The keys again. InvalidCursor when it was changed, or made for another list or another reader."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seal, body = raw[:16], raw[16:]
        if not hmac.compare_digest(seal, _seal(scope, body)):
            raise ValueError("seal")
        values: list[Any] = msgspec.json.decode(body, type=list[Any])
    except ValueError:
        raise InvalidCursor() from None
    return values


def _seal(scope: str, body: bytes) -> bytes:
    return hmac.digest(get_settings().secret_key, b"cursor\0" + scope.encode() + b"\0" + body, hashlib.sha256)[:16]


def page_size(limit: int | None, *, default: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> int:
    """Return how many rows to give: above the maximum is clamped; below one is a mistake."""
    if limit is not None and limit < 1:
        raise Invalid(fields={"limit": _("Must be at least %(n)s.") % {"n": 1}})
    return min(limit or default, most)
