"""A refused form, as it is stored and shown again."""

from collections.abc import Iterable

import msgspec

MOST_FIELDS = 200
MOST_LETTERS = 60_000
"""Of all values together. The longest form of ours allows about 22,000."""
NEVER_KEPT = ("csrf_token", "token", "next", "username")


class KeptForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a refused form. `page`: path and query of the page that shows it; `action`: the path it posts to."""

    page: str
    action: str
    fields: list[tuple[str, str]]


def may_be_kept(name: str) -> bool:
    """Return False for fields that hold a secret or belong to one answer only."""
    return name not in NEVER_KEPT and "password" not in name.lower()


def kept_fields(fields: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Return the fields that are kept of a posted form: words, no secrets and no files; none when they are too many."""
    kept = [(name, value.replace("\0", "")) for name, value in fields if isinstance(value, str) and may_be_kept(name)]
    is_too_much = len(kept) > MOST_FIELDS or sum(len(name) + len(value) for name, value in kept) > MOST_LETTERS
    return [] if is_too_much else kept
