"""Range requests (RFC 9110, section 14): one range is served; several are answered with the whole."""

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(Exception):
    """The range begins after the end (416)."""


def part_of(size: int, header: str | None) -> tuple[int, int] | None:
    """First and last byte asked for, or None for everything. A header that is not understood is ignored."""
    target = _ONE_RANGE.fullmatch((header or "").strip())
    if target is None or target.groups() == ("", ""):
        return None
    first, last = target.groups()
    if not first:
        if int(last) == 0:
            raise Unsatisfiable
        return max(size - int(last), 0), size - 1
    if int(first) >= size:
        raise Unsatisfiable
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) if last else size - 1, size - 1)
