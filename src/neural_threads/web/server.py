"""The servers that answer requests: uvicorn, alone or as one of several processes behind one listening socket.

A process of several opens no port. The parent (`operations/parent.py`) accepts connections and hands each to the process
with the fewest over a UNIX socket, their channel. On the channel one byte is one word: `c` with a connection, `d` for "that
was the last one"; back go `r` for "ready", `t` for "taken" and `d` for "no more, please".
"""

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from neural_threads.platform.compute.bounded_process import close_all
from neural_threads.platform.config import Settings
from neural_threads.platform.metrics import process_figures
from neural_threads.platform.process_board import LEAVING, SERVING, OwnPlace
from neural_threads.platform.sibling_metrics import offer_figures
from neural_threads.web.http.request_heads import BoundedHeads

CONNECTION, DRAINED = b"c", b"d"
READY, TAKEN, LEAVE = b"r", b"t", b"d"
AT_ONCE = 32
"""Connections that are taken from the channel before the requests of others have their turn."""
CLOSE = (b"connection", b"close")
SHED_AT = 5
"""In which tenth of each second a process that has too many connections lets some go."""
MORE_THAN_SHARE = 1.2
LAST_WORD = 2.0
"""Seconds that the parent has to say that no more connections will come."""
LAST_ANSWERS = 1.5
"""Seconds in which open connections end with the answer to their next request; after them idle ones are closed."""


def server_config(factory: str, settings: Settings, port: int, *, reload: bool = False) -> uvicorn.Config:
    """Return how every server of ours answers: limits, time limits and what it believes of proxies."""
    return uvicorn.Config(
        factory,
        factory=True,
        host=settings.host,
        port=port,
        loop="uvloop",
        http=BoundedHeads,
        ws="websockets-sansio",
        ws_max_size=65536,
        ws_ping_interval=60,
        ws_ping_timeout=60,
        ws_per_message_deflate=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=8,
        timeout_keep_alive=30,
        reload=reload,
        reload_dirs=["src"] if reload else None,
        reload_includes=["*.py", "*.html", "*.css", "*.js", "*.po"] if reload else None,
    )


class Server(uvicorn.Server):
    """Uvicorn's server. A child that hangs must not hold up the requests that shutdown waits for."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        closing = asyncio.ensure_future(close_all())
        await super().shutdown(sockets)
        await closing


class CountedConnections(set[Any]):
    """Uvicorn's open connections; their number stands on the board, where the parent looks for the process with the fewest."""

    def __init__(self, place: OwnPlace) -> None:
        super().__init__()
        self._place = place

    def add(self, connection: Any) -> None:
        super().add(connection)
        self._place.count_connections(len(self))

    def discard(self, connection: Any) -> None:
        super().discard(connection)
        self._place.count_connections(len(self))

    def remove(self, connection: Any) -> None:
        super().remove(connection)
        self._place.count_connections(len(self))


class ChildServer(Server):
    """One of several processes: its connections come through the channel."""

    def __init__(self, config: uvicorn.Config, channel: socket.socket, place: OwnPlace, folder: Path) -> None:
        super().__init__(config)
        self._channel, self._place, self._folder = channel, place, folder
        self._is_drained = asyncio.Event()
        self._arriving: set[asyncio.Task[Any]] = set()
        self._untold = 0
        self.server_state.connections = CountedConnections(place)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then ask for connections."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        self.servers = []
        self._figures = await offer_figures(self._folder, process_figures)
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._hear)
        self._place.become(SERVING)
        self._say(READY)
        self.started = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        self._place.beat()
        self._tell_taken()
        is_over = await super().on_tick(counter)
        if counter % 10 in (SHED_AT, SHED_AT + 1):
            self._shed(is_on=counter % 10 == SHED_AT and self._has_too_many())
        return is_over

    def _has_too_many(self) -> bool:
        standings = [self._place.board.standing(place) for place in self._place.board.serving()]
        share = sum(standing.connections for standing in standings) / max(1, len(standings))
        return len(standings) > 1 and len(self.server_state.connections) > MORE_THAN_SHARE * share + 2

    def _shed(self, *, is_on: bool) -> None:
        """Let connections end with the answer to their next request: when they come again, they go where there are fewer.

        Without it a process that was alone while another started would keep all the lines of a proxy for ever.
        """
        headers = [header for header in self.server_state.default_headers if header != CLOSE]
        self.server_state.default_headers = [*headers, CLOSE] if is_on else headers

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C goes to all processes of a terminal; ours stop when the parent tells them."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what was already sent here, answer it, and go."""
        await self._leave_channel()
        await self._end_with_next_answer()
        self._figures.close()
        await super().shutdown(sockets)

    # Connections

    def _hear(self) -> None:
        for _ in range(AT_ONCE):
            try:
                word, descriptors, _flags, _address = socket.recv_fds(self._channel, 1, 1)
            except BlockingIOError:
                return
            except OSError:
                word, descriptors = b"", []
            if word == CONNECTION and descriptors:
                self._take(socket.socket(fileno=descriptors[0]))
            elif word == DRAINED:
                self._is_drained.set()
                return
            elif not word:  # The parent is gone, and with it whoever could send us anything.
                asyncio.get_running_loop().remove_reader(self._channel)
                self._is_drained.set()
                self.should_exit = True
                return

    def _take(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._untold += 1
        self._tell_taken()
        task = asyncio.get_running_loop().create_task(self._attach(connection))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    def _tell_taken(self) -> None:
        """The parent keeps each connection until it hears this; when its ears are full, the next tick tells the rest."""
        if self._untold:
            with suppress(OSError):
                self._untold -= self._channel.send(TAKEN * self._untold)

    async def _attach(self, connection: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(self._new_protocol, connection)
        except OSError:  # Whoever it was has hung up again.
            connection.close()

    def _new_protocol(self) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class
        made: asyncio.Protocol = protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    # Leaving

    async def _leave_channel(self) -> None:
        """Until the parent has answered, connections may be on their way to us."""
        self._place.become(LEAVING)
        self._say(LEAVE)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_drained.wait(), LAST_WORD)
        asyncio.get_running_loop().remove_reader(self._channel)
        if self._arriving:
            await asyncio.wait(self._arriving, timeout=LAST_WORD)

    async def _end_with_next_answer(self) -> None:
        """A connection that is closed between two requests may lose the second; one that is told to close loses none."""
        self._shed(is_on=True)
        deadline = asyncio.get_running_loop().time() + LAST_ANSWERS
        while self.server_state.connections and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - uvicorn's set
            await asyncio.sleep(0.05)

    def _say(self, word: bytes) -> None:
        with suppress(OSError):
            self._channel.send(word)
