"""Frames of the socket's protocol: encoded once for everybody who gets them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Frame:
    """One text frame, made once for all who get it."""

    __slots__ = ("size", "wire")

    def __init__(self, text: bytes) -> None:
        # As a server writes it (RFC 6455, 5.2): whole, not masked, not compressed.
        size = len(text)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 1 << 16:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        self.wire = head + text
        self.size = size

    @property
    def message(self) -> Message:
        """Return the frame as an ASGI message."""
        return {"type": "websocket.send", "text": self.wire[-self.size :].decode() if self.size else ""}


PING = Frame(b"2")
DISCONNECT = Frame(b"41")
