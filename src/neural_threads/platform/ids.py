"""Ids that sort by their time of creation."""

import itertools
import re
import secrets
import time


def is_id(text: str) -> bool:
    """Return True if this can be an id at all; what cannot need not be looked for."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) is not None


_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_COUNTER_SPAN = 36**4
_counter = itertools.count(secrets.randbelow(_COUNTER_SPAN))


def _base36(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _ALPHABET[rest] + digits
    return digits.rjust(width, "0")


def new_id() -> str:
    """A cuid of 25 characters: "c", 8 of milliseconds, 4 of a counter, 12 at random. Never a secret.

    Layout after the cuid specification (github.com/paralleldrive/cuid), without its host fingerprint.
    """
    now = _base36(time.time_ns() // 1_000_000, 8)
    step = _base36(next(_counter) % _COUNTER_SPAN, 4)
    return f"c{now}{step}{_base36(secrets.randbits(62), 12)[-12:]}"
