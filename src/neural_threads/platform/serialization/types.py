"""The base classes of everything that is sent or received, and the types of its fields."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

NO_NUL = r"\A[^\x00]*\Z"
VISIBLE = {"visible": True}
"""For `Meta(extra=VISIBLE)`: a text in which a reader sees something; checked by `blank_fields`."""
Text = Annotated[str, Meta(pattern=NO_NUL)]
"""Any text that PostgreSQL can store, exactly as it was typed."""
Line = Annotated[str, Meta(pattern=r"\A[^\x00\r\n]*\Z", min_length=1, max_length=200)]
"""Text of one line, never empty."""
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_/-]+\Z", min_length=1, max_length=200)]
"""What may stand in an id or a public id."""


RUPEES = {"unit": "INR"}
"""For `Meta(extra=RUPEES)`: an amount of money, whose limits are said in rupees."""
ONE_LINE = r"\A[^\x00\r\n]*\Z"


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A thing as everybody sees it: the row, the answer and the event."""


class Incoming(Shape, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The base class of everything that comes in: unknown fields and values of another type are refused."""

    def problems(self) -> Mapping[str, str]:
        """Rules across fields: wire name -> sentence. Empty when all is well."""
        return {}


class Moment(datetime):
    """A UTC time that encodes with milliseconds, as the wire asks (msgspec itself would write microseconds)."""

    @classmethod
    def of(cls, time: datetime) -> "Moment":
        """The same instant in UTC, cut to the millisecond."""
        utc = time.astimezone(UTC)
        return cls(
            utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond // 1000 * 1000, tzinfo=UTC
        )

    @classmethod
    def current(cls) -> "Moment":
        """The time as it is now."""
        return cls.of(datetime.now(UTC))
