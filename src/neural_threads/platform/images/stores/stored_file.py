"""One file as a store lists it."""

from datetime import datetime
from typing import NamedTuple

AT_ONCE = 500
"""Files that a store tells of at a time."""


class StoredFile(NamedTuple):
    """One original, by its name."""

    public_id: str
    modified_at: datetime
