"""The socket server of this process: connections, events, presence."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from socketio.exceptions import ConnectionRefusedError as Refused

from neural_threads.platform import i18n, tracing
from neural_threads.platform.errors import NotSignedIn, ThreadsError, Unavailable
from neural_threads.platform.security.client_ip import client_address
from neural_threads.platform.serialization.encode import encode

from .background_tasks import BackgroundTasks
from .connection import POLICY, BoundedConnection
from .declare import CLIENT_EVENTS, ServerEvent
from .dispatch import acknowledged, failure
from .frames import DISCONNECT, Receive, Send
from .handshake import App, Authenticate, Guard, Scope, refuse
from .identity import Caller, Identity
from .limits import RealtimeLimits
from .presence import PartnersOf, Presence, user_room
from .redis import RedisRooms
from .relay import Message, PostgresRelay
from .socket_server import SocketServer

PATH = "/socket.io"
Recheck = Callable[[Sequence[str]], Awaitable[Mapping[str, Identity]]]
Beat = Callable[[Sequence[str]], Awaitable[Mapping[str, msgspec.Struct]]]


class Realtime:
    """Sockets, presence and their end. `authenticate` and the other callbacks are the only link to the floors above."""

    def __init__(
        self,
        *,
        authenticate: Authenticate,
        recheck: Recheck | None = None,
        partners_of: PartnersOf | None = None,
        beat: tuple[ServerEvent[Any], Beat] | None = None,
        bounds: RealtimeLimits | None = None,
        redis_url: str = "",
        database_url: str = "",
    ) -> None:
        self.bounds = bounds or RealtimeLimits()
        self.guard = Guard(authenticate, self.bounds)
        self._recheck = recheck
        self._beat = beat
        self._ended: dict[str, tuple[float, str | None]] = {}
        self._chores = BackgroundTasks()
        self._keeps_house = False
        self._shared = RedisRooms(redis_url, self) if redis_url else None
        # Without Redis the other processes are heard through the database.
        self._relay = PostgresRelay(database_url, self) if database_url and not redis_url else None
        self._others = self._shared or self._relay
        self.presence = Presence(self.bounds, self.deliver, partners_of, self._others, self._chores)
        self._sio = SocketServer(self.bounds, self._shared)
        self._sio.on("connect", self._connect)
        self._sio.on("disconnect", self._disconnect)
        self._sio.hear = self._hear

    # The door

    def mount(self, app: App) -> App:
        """`app` with the sockets before it. Must stay outermost: cutting a stuck client needs the server's own transport."""

        async def with_sockets(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope.get("path", "")
            if path == PATH or path.startswith(PATH + "/"):
                await self._open(scope, receive, send)
            elif scope["type"] == "lifespan":
                await app(scope, self._until_shutdown(receive), send)
            else:
                await app(scope, receive, send)

        return with_sockets

    def begin(self) -> None:
        """Join the other processes, if there are any; needs the event loop."""
        if not self._sio.manager_initialized:
            self._sio.manager_initialized = True
            self._sio.manager.initialize()
        if self._relay:
            self._relay.begin()
        if self._others:
            self._keep_house()

    async def close(self) -> None:
        """Stop our own work and let every client go; they come back by themselves."""
        self._chores.stop()
        self.presence.stop()
        sockets = list(self._sio.eio.sockets.values())
        for socket in sockets:
            socket.end(1012, "restarting")
        if sockets:
            await asyncio.sleep(0.05)
        if self._others:
            await self._others.close()

    def _until_shutdown(self, receive: Receive) -> Receive:
        async def received() -> Any:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.begin()
            if message["type"] == "lifespan.shutdown":
                await self.close()
            return message

        return received

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._keep_house()
        try:
            identity = await self.guard.admit(scope)
            if identity is not None and self._is_over(identity):
                raise NotSignedIn()
        except ThreadsError as error:
            await refuse(scope, receive, send, error)
            return
        scope["threads.identity"] = identity
        address = client_address(scope)
        if identity is None:
            self.guard.waiting[address] += 1
            scope["threads.waiting"] = address
        cookies = identity.set_cookies if identity else ()
        await receive()
        try:
            await self._sio.eio.serve(scope, receive, send, [(b"set-cookie", cookie.encode()) for cookie in cookies])
        finally:
            self._no_longer_waiting(scope)

    def _no_longer_waiting(self, scope: Scope) -> None:
        address = scope.pop("threads.waiting", None)
        if address is not None:
            self.guard.waiting[address] -= 1
            if self.guard.waiting[address] <= 0:
                del self.guard.waiting[address]

    # Coming and going

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        scope = environ["scope"]
        socket: BoundedConnection = environ["socket"]
        identity = scope["threads.identity"] or await self._identify(auth)
        if identity is None or self._is_over(identity):
            asyncio.get_running_loop().call_later(0.05, socket.end, POLICY, "not signed in")
            error = NotSignedIn()
            raise Refused(str(error.message), {"code": error.code})
        # Nothing before this line changes anything: the library may call us twice.
        self._no_longer_waiting(scope)
        environ.clear()
        environ.update(scope={}, socket=socket)

        async def enter(room: str) -> None:
            await self._sio.enter_room(sid, room)

        socket.caller = Caller(identity, sid, socket, enter)
        i18n.use_locale(identity.locale)
        await enter(user_room(identity.user_id))
        if oldest := self.presence.arrive(identity.user_id, socket):
            self._dismiss(oldest, "too many sockets")

    async def _identify(self, auth: Any) -> Identity | None:
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str) or not token or len(token) > 8_192:
            return None
        try:
            return await self.guard.identify({"authorization": f"Bearer {token}"})
        except NotSignedIn:
            return None
        except Unavailable as error:
            raise Refused(str(error.message), {"code": error.code}) from None

    async def _disconnect(self, sid: str, _reason: str) -> None:
        socket: BoundedConnection = self._sio.eio.sockets.get(self._sio.manager.eio_sid_from_sid(sid, "/"))
        caller, socket.caller = socket.caller, None
        if caller:
            self.presence.leave(caller.identity.user_id, socket.sid)

    # Other processes

    @property
    def joined(self) -> bool | None:
        """True if this process hears the others through Redis; None when there are none."""
        return self._shared.is_joined if self._shared else None

    def is_online(self, user_id: str) -> bool:
        """Return True if this person has a socket at any process, or had one a moment ago."""
        return self.presence.is_online(user_id)

    def people_here(self) -> list[str]:
        """Return the ids of all users with a socket at this process, or with one a moment ago."""
        return self.presence.people_here()

    def on_joined(self) -> None:
        """After joining: what the others said before was not heard, so look for it where it is stored."""
        self._chores.once(self._recheck_sessions())
        self._chores.once(self._send_beats())

    async def on_event(self, event: str, body: msgspec.Raw, rooms: Sequence[str], but: str | None) -> None:
        """An event of another process for everybody in these rooms."""
        await self._sio.manager.emit(event, body, "/", room=list(rooms), skip_sid=but, ignore_queue=True)

    def on_end(self, session_id: str | None, user_id: str | None, but: str | None) -> None:
        """Sessions ended at another process."""
        if session_id:
            self._end_session_here(session_id)
        if user_id:
            self._end_sessions_here(user_id, but)

    def on_vanished(self, people: Iterable[str]) -> None:
        """The process at which they were is gone without a word."""
        self.presence.vanished(people)

    # Ends

    def end_session(self, session_id: str) -> None:
        """Hang up on every socket of this session, at every process, and on one that is just being opened."""
        self._end_session_here(session_id)
        if self._others:
            self._others.ended(session=session_id)

    def _end_session_here(self, session_id: str) -> None:
        self._note_end(session_id, None)
        for socket in self.presence.sockets():
            if socket.caller.identity.session_id == session_id:
                self._dismiss(socket, "signed out")

    def end_sessions_of(self, user_id: str, but: str | None = None) -> None:
        """Hang up on every socket of this person, at every process, except those of the session `but`."""
        self._end_sessions_here(user_id, but)
        if self._others:
            self._others.ended(user=user_id, but=but)

    def _end_sessions_here(self, user_id: str, but: str | None) -> None:
        self._note_end(user_id, but)
        for socket in self.presence.sockets_of(user_id):
            if socket.caller.identity.session_id != but:
                self._dismiss(socket, "signed out")

    def _note_end(self, key: str, but: str | None) -> None:
        now = time.monotonic()
        self._ended = {key: end for key, end in self._ended.items() if now - end[0] < 30}
        self._ended[key] = (now, but)

    def _is_over(self, identity: Identity) -> bool:
        """Return True if it ended between its look-up and now; older ends are seen by the look-up itself."""
        if identity.session_id in self._ended:
            return True
        ended = self._ended.get(identity.user_id)
        return ended is not None and time.monotonic() - ended[0] < 1 and ended[1] != identity.session_id

    def _dismiss(self, socket: BoundedConnection, reason: str) -> None:
        # A DISCONNECT packet tells the client's library that it was meant: it will not come back by itself.
        socket.push(DISCONNECT)
        socket.end(POLICY, reason)

    # Hearing

    async def _hear(self, event: str, socket: BoundedConnection, *arguments: Any) -> dict[str, Any]:
        heard = CLIENT_EVENTS.get(event)
        if heard is None:
            if socket.caller.has_forged(self.bounds.forgeries_per_minute):
                socket.end(POLICY, "unknown events")
            return failure("UNKNOWN_EVENT", i18n.gettext("There is no such event."))
        with tracing.span(f"socket {event}", "server"):
            return await acknowledged(heard, socket.caller, arguments)

    # Telling

    async def deliver(
        self,
        event: ServerEvent[Any],
        payload: msgspec.Struct,
        rooms: Sequence[str],
        *,
        but: str | None = None,
        here: bool = False,
    ) -> None:
        """Send an event to everybody in these rooms, once each; `here`: at this process only. Raises ValueError when it is too large to be an event."""
        body = encode(payload)
        if len(body) > self.bounds.event_bytes:
            raise ValueError(f"{event.name} of {len(body)} bytes; large things are fetched by the API")
        to = rooms[0] if len(rooms) == 1 else list(rooms)
        await self._sio.manager.emit(event.name, msgspec.Raw(body), "/", room=to, skip_sid=but, ignore_queue=here)
        if self._relay and self._relay.has_others and not here:
            self._relay.tell(Message("event", event=event.name, body=msgspec.Raw(body), rooms=tuple(rooms), but=but))

    # Housekeeping

    def _keep_house(self) -> None:
        if self._keeps_house:
            return
        self._keeps_house = True
        self._chores.every(self.bounds.connect_seconds / 10, self._sweep)
        self._chores.every(self.bounds.recheck_seconds, self._recheck_sessions)
        self._chores.every(self.bounds.deaf_recheck_seconds, self._recheck_if_deaf)
        self._chores.every(self.bounds.beat_seconds, self._send_beats)

    async def _sweep(self) -> None:
        """Cut those who take nothing, and hang up on those who never said who they are."""
        now = asyncio.get_running_loop().time()
        for socket in list(self._sio.eio.sockets.values()):
            if socket.is_stalled():
                self._sio.eio.slow_clients += 1
                socket.cut()
            elif socket.caller is None and now - socket.opened_at > self.bounds.connect_seconds * 0.85:
                socket.end(POLICY, "no CONNECT in time")

    async def _recheck_sessions(self) -> None:
        """Sessions may end where we do not hear of it: in another process, or by time."""
        if self._recheck is None:
            return
        callers = [socket.caller for socket in self.presence.sockets()]
        for some in _in_hundreds(sorted({caller.identity.session_id for caller in callers})):
            alive = await self._recheck(some)
            for caller in callers:
                session_id = caller.identity.session_id
                if session_id in alive:
                    caller.identity = alive[session_id]
                elif session_id in some:
                    self._dismiss(caller.socket, "session over")

    async def _recheck_if_deaf(self) -> None:
        """While we do not hear the other processes, an ended session shows only in the database."""
        if self.joined is False or (self._relay and self._relay.is_deaf):
            await self._recheck_sessions()

    async def _send_beats(self) -> None:
        if self._beat is None:
            return
        event, sync_state_of = self._beat
        for some in _in_hundreds(self.presence.connected()):
            for user_id, beat in (await sync_state_of(some)).items():
                # Each process beats for its own.
                await self.deliver(event, beat, [user_room(user_id)], here=True)

    def figures(self) -> dict[str, int]:
        """Counts for /metrics."""
        return {
            "sockets": len(self._sio.eio.sockets),
            "people_online": len(self.presence.connected()),
            "waiting": sum(self.guard.waiting.values()),
            "refused_handshakes": self.guard.refused,
            "slow_clients_cut": self._sio.eio.slow_clients,
            "hints_dropped": self._others.dropped if self._others else 0,
        }


def _in_hundreds(values: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(values), 100):
        yield values[start : start + 100]
