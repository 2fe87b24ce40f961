"""Keyset cursors: opaque, authenticated, and valid only for the list they were made for."""

from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from neural_threads.platform.config import get_settings
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.signing import base64url, digest, from_base64url, is_same

from .composition import Sql, sql

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
Limit = Annotated[
    int, Meta(ge=1, description="More than the most is taken as the most: 100, of messages and providers 50.")
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


class Keyset(NamedTuple):
    """The order of a list: by a moment and an id, the newest first. Its parts belong into a statement for `Db.page`."""

    at: str
    id: str

    @property
    def column(self) -> Sql:
        """The column that cursors are made of, in microseconds."""
        return sql("(extract(epoch from {at}) * 1000000)::bigint as cursor_at", at=self.at)

    @property
    def after(self) -> Sql:
        """The condition for what comes after the cursor."""
        return sql(
            """(%(cursor_at)s::bigint is null or ({at}, {id})
        < (timestamptz 'epoch' + %(cursor_at)s::bigint * interval '1 microsecond', %(cursor_id)s::text))""",
            at=self.at,
            id=self.id,
        )

    @property
    def order(self) -> Sql:
        """The end of the statement."""
        return sql("order by {at} desc, {id} desc limit %(limit)s", at=self.at, id=self.id)


FIRST_PAGE: dict[str, Any] = {"cursor_at": None, "cursor_id": None}
"""The parameters of `Keyset.after` where a statement is used without a cursor."""


def seal_cursor(scope: str, *values: Any) -> str:
    """A cursor for the list named `scope` (its filters and its reader belong in the name), holding the last row's keys."""
    body = encode(values)
    return base64url(_seal(scope, body, get_settings().secret_key) + body)


def open_cursor(scope: str, cursor: str) -> list[Any]:
    """The keys again. InvalidCursor when it was changed, or made for another list or another reader."""
    try:
        raw = from_base64url(cursor)
        seal, body = raw[:16], raw[16:]
        if not any(is_same(seal, _seal(scope, body, key)) for key in get_settings().accepted_keys):
            raise ValueError("seal")
        values: list[Any] = msgspec.json.decode(body, type=list[Any])
    except ValueError:
        raise InvalidCursor() from None
    return values


def _seal(scope: str, body: bytes, key: bytes) -> bytes:
    return digest(key, b"cursor", scope.encode(), body)[:16]


def page_size(limit: int | None, *, default: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> int:
    """Return how many rows to give: above the maximum is clamped; below one is a mistake."""
    if limit is not None and limit < 1:
        raise Invalid(fields={"limit": _("Must be at least %(n)s.") % {"n": 1}})
    return min(limit or default, most)
