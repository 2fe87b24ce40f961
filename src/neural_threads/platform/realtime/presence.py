"""Presence: people with a socket at this process, and the event to their chat partners when that changes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from .background_tasks import BackgroundTasks
from .connection import BoundedConnection
from .declare import ServerEvent, server_event
from .limits import RealtimeLimits

PartnersOf = Callable[[str], Awaitable[Iterable[str]]]


class UserPresence(msgspec.Struct, frozen=True, rename="camel"):
    """A user who came online or went offline."""

    user_id: str


USER_ONLINE = server_event("user-online", UserPresence, "everybody who shares a chat with this person")
USER_OFFLINE = server_event("user-offline", UserPresence, "everybody who shares a chat with this person")
Deliver = Callable[[ServerEvent[UserPresence], UserPresence, Sequence[str]], Awaitable[None]]


class OtherProcesses(Protocol):
    """The other processes at which people may be online; see redis.py and relay.py."""

    def came(self, user_id: str) -> None: ...

    def went(self, user_id: str) -> None: ...

    def is_elsewhere(self, user_id: str) -> bool: ...


def user_room(user_id: str) -> str:
    """Return where one person hears everything that concerns them, on all their devices."""
    return f"user:{user_id}"


class Presence:
    """The sockets of each person here. Who leaves counts as online for `offline_seconds` more: a reload is no absence."""

    def __init__(
        self,
        bounds: RealtimeLimits,
        deliver: Deliver,
        partners_of: PartnersOf | None,
        others: OtherProcesses | None,
        chores: BackgroundTasks,
    ) -> None:
        self._bounds = bounds
        self._deliver = deliver
        self._partners_of = partners_of
        self._others = others
        self._chores = chores
        self._people: dict[str, dict[str, BoundedConnection]] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._at_once = asyncio.Semaphore(bounds.presence_at_once)

    def arrive(self, user_id: str, socket: BoundedConnection) -> BoundedConnection | None:
        """Count this socket; returns this person's oldest one if they have too many now."""
        sockets = self._people.setdefault(user_id, {})
        sockets[socket.sid] = socket
        if timer := self._leaving.pop(user_id, None):
            timer.cancel()
        elif len(sockets) == 1:
            if self._others:
                self._others.came(user_id)
            if not self._is_elsewhere(user_id):
                self._chores.once(self._tell_partners(user_id, USER_ONLINE))
        return next(iter(sockets.values())) if len(sockets) > self._bounds.sockets_per_user else None

    def leave(self, user_id: str, sid: str) -> None:
        """Forget this socket; with the last one of a person the time begins after which they are offline."""
        sockets = self._people.get(user_id, {})
        if sockets.pop(sid, None) is not None and not sockets:
            del self._people[user_id]
            loop = asyncio.get_running_loop()
            self._leaving[user_id] = loop.call_later(self._bounds.offline_seconds, self._left, user_id)

    def _left(self, user_id: str) -> None:
        self._leaving.pop(user_id, None)
        if self._others:
            self._others.went(user_id)
        if not self._is_elsewhere(user_id):
            self._chores.once(self._tell_partners(user_id, USER_OFFLINE))

    def vanished(self, people: Iterable[str]) -> None:
        """The process at which these people were is gone without a word."""
        for user_id in people:
            if not self.is_online(user_id):
                self._chores.once(self._tell_partners(user_id, USER_OFFLINE))

    async def _tell_partners(self, user_id: str, event: ServerEvent[UserPresence]) -> None:
        if self._partners_of is None:
            return
        async with self._at_once:
            partners = [user_room(partner) for partner in await self._partners_of(user_id)]
        # Two of these may overtake each other while they wait for the database: the last word must be the truth.
        if partners and self.is_online(user_id) == (event is USER_ONLINE):
            await self._deliver(event, UserPresence(user_id=user_id), partners)

    def is_online(self, user_id: str) -> bool:
        """Return True if this person has a socket at any process, or had one a moment ago."""
        return user_id in self._people or user_id in self._leaving or self._is_elsewhere(user_id)

    def _is_elsewhere(self, user_id: str) -> bool:
        return self._others is not None and self._others.is_elsewhere(user_id)

    def people_here(self) -> list[str]:
        """Return the ids of all users with a socket at this process, or with one a moment ago."""
        return [*self._people, *self._leaving]

    def connected(self) -> list[str]:
        """Return the ids of all users with a socket at this process."""
        return list(self._people)

    def sockets(self) -> list[BoundedConnection]:
        """Return every socket at this process whose caller is known."""
        return [socket for sockets in self._people.values() for socket in sockets.values()]

    def sockets_of(self, user_id: str) -> list[BoundedConnection]:
        """Return this person's sockets at this process, oldest first."""
        return list(self._people.get(user_id, {}).values())

    def stop(self) -> None:
        """Tell nobody of those who are leaving: the process itself ends."""
        for timer in self._leaving.values():
            timer.cancel()
