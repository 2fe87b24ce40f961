"""Filters of templates: initials, colours of avatars, times, image addresses."""

import hashlib
import unicodedata
from datetime import datetime
from itertools import takewhile

from neural_threads.platform import i18n
from neural_threads.platform.images.signed_url import PrivateImage


def initials(name: str) -> str:
    """DR for Dina Rao; ಮೀ, one letter with its signs, for ಮೀರಾ ಗೌಡ, whose letters are wide."""
    words = name.split()
    if len(words) > 1 and name.isascii():
        return f"{words[0][0]}{words[-1][0]}".upper()
    return _first_letter(words[0]).upper() if words else ""


def _first_letter(word: str) -> str:
    """A letter and the signs that belong to it, which Unicode calls marks."""
    signs = takewhile(lambda sign: unicodedata.category(sign) in ("Mn", "Mc"), word[1:])
    return word[0] + "".join(signs)


def hue(id: str) -> int:
    """One of twelve dyes, always the same for the same person."""
    return hashlib.blake2b(id.encode(), digest_size=1).digest()[0] % 12


def instant(value: datetime | str) -> str:
    """Return a time for the datetime attribute."""
    return value if isinstance(value, str) else i18n.local(value).isoformat(timespec="seconds")


def signed(url: str) -> str:
    """The address of our image for whoever is looking, signed once for all its sizes."""
    return url.signed if isinstance(url, PrivateImage) else url


def sized(url: str, width: int) -> str:
    """The address of our image at a width: 200, 400, 800 or 1600; signed if not everybody may see it."""
    url = signed(url)
    if not url.startswith("/media/"):
        return url
    return f"{url}{'&' if '?' in url else '?'}w={width}"
