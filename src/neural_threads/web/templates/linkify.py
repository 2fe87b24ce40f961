"""Turn http and https addresses in messages into links. `conversation/linkify.js` does the same."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

# No spaces, quotes, angle brackets, control characters, nor marks that turn the direction of writing and so hide an address.
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_])https?://"
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff<>\"`]+",
    re.IGNORECASE,
)
# A host, and before it no name that pretends to be one: https://bank.in@evil.example
HOST = re.compile(r"https?://[^/?#@.:\-][^/?#@]*(?:[/?#]|$)", re.IGNORECASE)
ENDS = frozenset(".,;:!?'*…।॥。、！？，；：’”»")
OPENER = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「"}


def linked(text: str) -> Markup:
    """The text, escaped, with its addresses as links."""
    return Markup("").join(_parts(text))


def _parts(text: str) -> Iterator[Markup]:
    done = 0
    for result in ADDRESS.finditer(text):
        address = _without_ending(result[0])
        if not HOST.match(address):
            continue
        yield escape(text[done : result.start()])
        yield Markup('<a href="{0}" target="_blank" rel="noopener nofollow">{0}</a>').format(address)
        done = result.start() + len(address)
    yield escape(text[done:])


def _without_ending(address: str) -> str:
    """A full stop ends the sentence, not the address; a bracket that was opened before it is not part of it."""
    while address:
        last = address[-1]
        opener = OPENER.get(last)
        if last not in ENDS and not (opener and address.count(last) > address.count(opener)):
            break
        address = address[:-1]
    return address
