"""Two Python servers that do nothing but pass on what is said in a room: ours, and python-socketio as it comes."""

import os
import socket
import sys
from typing import Any

import msgspec
import socketio
import uvicorn

from neural_threads.platform.realtime import Caller, Identity, Realtime, RealtimeLimits, client_event, server_event

from .processes import APP_CORE, pin

NOBODY_MEETS_IT = 1_000_000_000


class Room(msgspec.Struct):
    """Which room."""

    room: str


class Saying(msgspec.Struct):
    """Something said in a room, by whom."""

    room: str
    text: str
    by: int


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """No pages, only the life of the process."""
    while scope["type"] == "lifespan":
        stage = (await receive())["type"]
        await send({"type": f"{stage}.complete"})
        if stage == "lifespan.shutdown":
            return


def ours() -> Any:
    """The product's sockets, with limits that nobody meets."""
    said = server_event("said", Saying, "everybody in the room")
    people = iter(range(NOBODY_MEETS_IT))

    async def admitted(_headers: Any) -> Identity:
        return Identity(user_id=str(next(people)), name="", role="CUSTOMER", session_id="")

    exchange = Realtime(authenticate=admitted, bounds=RealtimeLimits(events_per_minute=NOBODY_MEETS_IT))

    @client_event("enter")
    async def enter(caller: Caller, data: Room) -> None:
        """Hear a room."""
        await caller.join(data.room)

    @client_event("say")
    async def say(caller: Caller, data: Saying) -> None:
        """Tell a room."""
        await exchange.deliver(said, data, [data.room])

    return exchange.mount(_nothing)


def stock() -> Any:
    """The library with its own manager, sockets and queues."""
    server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], cors_allowed_origins="*")

    async def enter(sid: str, data: Any) -> dict[str, bool]:
        await server.enter_room(sid, data["room"])
        return {"success": True}

    async def say(_sid: str, data: Any) -> None:
        await server.emit("said", data, room=data["room"])

    server.on("enter", enter)
    server.on("say", say)
    return socketio.ASGIApp(server, _nothing)


def main() -> None:
    """Serve the one that is named on the port in PORT, with the settings of `neural-threads serve`."""
    pin(APP_CORE)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(os.environ["PORT"])))
    config = uvicorn.Config(
        {"ours": ours, "stock": stock}[sys.argv[1]],
        factory=True,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=65536,
        ws_ping_interval=60,
        ws_ping_timeout=60,
        ws_per_message_deflate=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
