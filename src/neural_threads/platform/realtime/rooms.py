"""Rooms: which connections belong to which room, and the fan-out to them."""

from collections.abc import Iterable
from typing import Any

from neural_threads.platform import counters
from neural_threads.platform.serialization.encode import encode

from .frames import Frame
from .socketio_internals import Rooms


class RoomManager(Rooms):
    """Rooms whose members are found, told and left without looking through all rooms."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        # What stands between us and the library's manager of one process takes arguments of its own.
        super().__init__(*arguments, **named)
        self._rooms_of: dict[str, set[Any]] = {}

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Encode once, append to each recipient's outbox."""
        if callback is not None:
            await super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        # A packet of the main namespace, which is the only one, without id and attachments.
        frame = Frame(b"42" + encode([event, *arguments]))
        skipped = skip_sid if isinstance(skip_sid, list) else () if skip_sid is None else (skip_sid,)
        sockets = self.server.eio.sockets
        pushed = 0
        for sid, eio_sid in self._members(namespace, to or room):
            if skipped and sid in skipped:
                continue
            if (socket := sockets.get(eio_sid)) is not None:
                socket.push(frame)
                pushed += 1
        if pushed:
            counters.deliveries.inc(pushed)

    def _members(self, namespace: str, room: Any) -> Iterable[tuple[str, str]]:
        if room is None or isinstance(room, str):
            # push() never changes a room, so no copy is needed.
            return self.members_of(namespace, room).items()
        members: dict[str, str] = {}
        for name in room:
            members.update(self.members_of(namespace, name))
        return members.items()

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        """Enter a room, and note it for the way out."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of.setdefault(sid, set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Leave a room."""
        super().basic_leave_room(sid, namespace, room)
        self._rooms_of.get(sid, set()).discard(room)

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Leave every room this socket is in; the library would look for it in all of them."""
        # The room of everybody last: is_connected asks it.
        self.forget_socket(sid, namespace, sorted(self._rooms_of.pop(sid, ()), key=lambda name: name is None))

    def get_rooms(self, sid: str, namespace: str) -> list[Any]:
        """The rooms a socket is in."""
        return [room for room in self._rooms_of.get(sid, ()) if room is not None]
