"""The identity of a connection: taken from the session, never from a payload."""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .connection import BoundedConnection


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a socket, from its session. `set_cookies` are sent with the handshake's answer."""

    user_id: str
    name: str
    role: str
    session_id: str
    locale: str = "en"
    person: Any = None
    set_cookies: tuple[str, ...] = ()


@dataclass(slots=True)
class Caller:
    """One connected socket of one person, as the handlers of events see it."""

    identity: Identity
    sid: str
    socket: BoundedConnection
    enter: Callable[[str], Awaitable[None]]
    known: dict[str, Any] = field(default_factory=dict)
    """What handlers have looked up for this socket and may use again; cleared when it grows."""
    forgeries: deque[float] = field(default_factory=deque)
    _last: dict[str, float] = field(default_factory=dict)

    @property
    def me(self) -> Any:
        """The signed-in person, as `authenticate` gave it."""
        return self.identity.person

    async def join(self, room: str) -> None:
        """Hear what is told to this room, too."""
        await self.enter(room)

    def remember(self, key: str, value: Any) -> None:
        """Keep an answer for later events of this socket."""
        if len(self.known) >= 200:
            self.known.clear()
        self.known[key] = value

    def seldom(self, key: str, seconds: float) -> bool:
        """Return True if this happens for the first time in so many seconds; then it counts from now."""
        now = time.monotonic()
        if now - self._last.get(key, -seconds) < seconds:
            return False
        if len(self._last) >= 200:
            self._last.clear()
        self._last[key] = now
        return True

    def has_forged(self, at_most: int) -> bool:
        """Note one event that no client may send; whether that was one too many within a minute."""
        now = time.monotonic()
        self.forgeries.append(now)
        while now - self.forgeries[0] > 60:
            self.forgeries.popleft()
        return len(self.forgeries) >= at_most
