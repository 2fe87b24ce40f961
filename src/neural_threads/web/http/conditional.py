"""Conditional requests (RFC 9110, section 13.1.2): does the browser already have this answer."""

import re

_TAG = re.compile(r'"[^"]*"')


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Return True when the header names this ETag, by weak comparison: "*", one of a list, W/ or not.

    Proxies that compress make an ETag weak.
    """
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in _TAG.findall(if_none_match)
