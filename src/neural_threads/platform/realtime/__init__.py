"""Real time: sockets are a hint, PostgreSQL is the truth.

Actions tell others after the commit: `db.after_commit(emit(rooms, RECEIVE_MESSAGE, message))`.
Whoever ends a session says so after the commit: `db.after_commit(end_session(session_id))`.
Both work in a worker, too: what it tells goes through Redis or the database to the servers.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from neural_threads.platform import tracing

from .declare import CLIENT_EVENTS, SERVER_EVENTS, ServerEvent, client_event, server_event
from .identity import Caller, Identity
from .limits import RealtimeLimits
from .presence import USER_OFFLINE, USER_ONLINE, PartnersOf, UserPresence, user_room
from .relay import Emitter
from .server import Beat, Realtime, Recheck

Effect = Callable[[], Awaitable[None]]

_here: Realtime | Emitter | None = None


def install(realtime: Realtime) -> Realtime:
    """Make this the socket server of the process: the one that `emit` and `end_session` speak to."""
    global _here
    _here = realtime
    return realtime


def install_emitter(redis_url: str) -> None:
    """Let `emit` and `end_session` of this process, which has no sockets, reach those of the servers."""
    global _here
    _here = Emitter(redis_url)


def emit(
    rooms: str | Sequence[str], event: ServerEvent[Any], payload: msgspec.Struct, *, but: str | None = None
) -> Effect:
    """An effect that tells everybody in these rooms (each socket once, the socket `but` not). Nobody is told before it runs."""
    names = [rooms] if isinstance(rooms, str) else list(rooms)

    async def tell() -> None:
        if _here is not None:
            with tracing.inner_span(f"tell {event.name}", "producer"):
                await _here.deliver(event, payload, names, but=but)

    return tell


def end_session(session_id: str) -> Effect:
    """An effect that closes every socket of a session."""

    async def end() -> None:
        if _here is not None:
            _here.end_session(session_id)

    return end


def end_sessions_of(user_id: str, *, but: str | None = None) -> Effect:
    """An effect that closes every socket of a person, except those of the session `but`."""

    async def end() -> None:
        if _here is not None:
            _here.end_sessions_of(user_id, but)

    return end


def is_online(user_id: str) -> bool:
    """Return True if this person has a socket open."""
    return _here is not None and _here.is_online(user_id)


def joined() -> bool | None:
    """Return True if this process hears the others through Redis; None when it serves alone."""
    return _here.joined if _here is not None else None


def socket_figures() -> dict[str, int]:
    """Return what the sockets of this process count, for /metrics."""
    return _here.figures() if _here is not None else {}


__all__ = [
    "CLIENT_EVENTS",
    "SERVER_EVENTS",
    "USER_OFFLINE",
    "USER_ONLINE",
    "Beat",
    "Caller",
    "Effect",
    "Identity",
    "PartnersOf",
    "Realtime",
    "RealtimeLimits",
    "Recheck",
    "ServerEvent",
    "UserPresence",
    "client_event",
    "emit",
    "end_session",
    "end_sessions_of",
    "install",
    "install_emitter",
    "is_online",
    "joined",
    "server_event",
    "socket_figures",
    "user_room",
]
