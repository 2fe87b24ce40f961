"""Read the first field of a JSON object while the rest of it is still on its way."""

import re

_OPENING = re.compile(r'\s*\{\s*"text"\s*:\s*"')
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MAX_OPENING = 200  # letters; whatever has not begun by then begins with another field


class TextField:
    """The value of `text`, the first field of an object that arrives in fragments.

    `feed` answers what a fragment adds to it. Linear in the length of the whole, and never more than it was given.
    """

    def __init__(self) -> None:
        self._pending = ""
        self._is_open = False
        self._is_over = False

    def feed(self, fragment: str) -> str:
        """Return the letters of the field that can be read now and could not be before."""
        if self._is_over:
            return ""
        self._pending += fragment
        if not self._is_open and not self._opened():
            return ""
        return self._take()

    def _opened(self) -> bool:
        opening = _OPENING.match(self._pending)
        if opening:
            self._is_open, self._pending = True, self._pending[opening.end() :]
        elif len(self._pending) > _MAX_OPENING:
            self._is_over = True
        return opening is not None

    def _take(self) -> str:
        letters: list[str] = []
        at = 0
        while at < len(self._pending):
            letter = self._pending[at]
            if letter == '"':
                self._is_over = True
                break
            step, value = _escape(self._pending, at) if letter == "\\" else (1, letter)
            if not step:
                break  # the rest of the escape is on its way
            letters.append(value)
            at += step
        self._pending = self._pending[at:]
        return "".join(letters)


def _escape(text: str, at: int) -> tuple[int, str]:
    """Return how many letters an escape takes and what it stands for; 0 while it is not whole. A lone surrogate is U+FFFD."""
    kind = text[at + 1 : at + 2]
    if kind != "u":
        return (2, _SHORT.get(kind, "\ufffd")) if kind else (0, "")
    first = _unit(text[at + 2 : at + 6])
    if first is None:
        return (0, "") if len(text) < at + 6 else (6, "\ufffd")
    if not 0xD800 <= first < 0xDC00:
        return 6, "\ufffd" if 0xDC00 <= first < 0xE000 else chr(first)
    if len(text) < at + 12:
        return 0, ""
    second = _unit(text[at + 8 : at + 12]) if text[at + 6 : at + 8] == "\\u" else None
    if second is None or not 0xDC00 <= second < 0xE000:
        return 6, "\ufffd"
    return 12, chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))


def _unit(digits: str) -> int | None:
    return int(digits, 16) if re.fullmatch(r"[0-9a-fA-F]{4}", digits) else None
