"""A socket server of its own, with people who sign in by saying their name."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import uvicorn
import websockets

from neural_threads.platform import realtime
from neural_threads.platform.errors import NotFound, NotSignedIn
from neural_threads.platform.realtime import (
    Caller,
    Identity,
    Realtime,
    RealtimeLimits,
    client_event,
    emit,
    server_event,
)


class Word(msgspec.Struct, rename="camel"):
    text: str = ""


class Nothing(msgspec.Struct):
    pass


SAID = server_event("test-said", Word, "everybody in the room")
del realtime.SERVER_EVENTS["test-said"]


@client_event("test-echo")
async def echo(caller: Caller, data: Word) -> dict[str, Any]:
    """Answers with what was said, and by whom."""
    return {"text": data.text, "by": caller.identity.user_id}


@client_event("test-refuse")
async def refuse(caller: Caller, data: Nothing) -> None:
    """Nothing there."""
    raise NotFound()


@client_event("test-break")
async def stumble(caller: Caller, data: Nothing) -> None:
    """A mistake of ours."""
    raise TypeError("ours")


@client_event("test-slow")
async def slow(caller: Caller, data: Word) -> str:
    """Takes its time."""
    await asyncio.sleep(0.05)
    return data.text


for name in ("test-echo", "test-refuse", "test-break", "test-slow"):
    realtime.CLIENT_EVENTS["_" + name] = realtime.CLIENT_EVENTS.pop(name)


class Wire:
    """A client of raw frames."""

    def __init__(self, line: websockets.ClientConnection) -> None:
        self.line = line

    async def say(self, frame: str | bytes) -> None:
        await self.line.send(frame)

    async def hear(self, seconds: float = 20) -> str:
        """The next frame that is no ping."""
        async with asyncio.timeout(seconds):
            while (frame := await self.line.recv()) == "2":
                await self.line.send("3")
            return str(frame)

    async def ask(self, event: str, data: Any = None, id: int = 1) -> Any:
        await self.say(f"42{id}{json.dumps([event, data] if data is not None else [event])}")
        while True:
            frame = await self.hear()
            if frame.startswith(f"43{id}["):
                return json.loads(frame[len(f"43{id}") :])[0]

    async def hear_event(self, seconds: float = 20) -> list[Any]:
        while True:
            frame = await self.hear(seconds)
            if frame.startswith("42["):
                return json.loads(frame[2:])

    async def closed(self, seconds: float = 20) -> int:
        """The close code, once the other side has hung up."""
        async with asyncio.timeout(seconds):
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await self.line.recv()
        return self.line.close_code or 0

    async def silence(self, seconds: float = 0.3) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await self.hear(seconds)


class Slow:
    """A database that takes its time, and notes how many ask it at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asking = self.most = 0

    async def answer(self) -> None:
        self._asking += 1
        self.most = max(self.most, self._asking)
        await asyncio.sleep(self._seconds)
        self._asking -= 1


class Exchange:
    """The server, its address, and who may come in."""

    def __init__(self, bounds: RealtimeLimits) -> None:
        self.living = {name: f"session-{name}" for name in ("cora", "dina", "odile", "tariq")}
        self.sessions: dict[str, str] = {}
        self.partners = {"cora": ["dina"], "dina": ["cora"]}
        self.reached = 0
        self.database = Slow(0)
        self.started = asyncio.Event()
        self.realtime = realtime.install(
            Realtime(authenticate=self.authenticate, recheck=self.recheck, partners_of=self.partners_of, bounds=bounds)
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    async def authenticate(self, headers: Mapping[str, str]) -> Identity | None:
        shown = headers.get("cookie", "").removeprefix("who=") or headers.get("authorization", "").removeprefix(
            "Bearer "
        )
        await self.database.answer()
        if not shown:
            return None
        name, _, session = shown.partition("/")
        session = session or f"session-{name}"
        if name not in self.living or session in self.sessions:
            raise NotSignedIn()
        return Identity(user_id=name, name=name.title(), role="CUSTOMER", session_id=session)

    async def recheck(self, ids: Any) -> Mapping[str, Identity]:
        names = {session: name for name, session in self.living.items()}
        return {id: Identity(names[id], "", "", id) for id in ids if id in names and id not in self.sessions}

    async def partners_of(self, user_id: str) -> list[str]:
        await self.database.answer()
        return self.partners.get(user_id, [])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"

    @contextlib.asynccontextmanager
    async def line(self, who: str | None = None, **headers: str) -> AsyncIterator[Wire]:
        """An open Engine.IO line on which CONNECT has not been said yet."""
        shown = {"Cookie": f"who={who}"} if who else {}
        async with websockets.connect(self.url, additional_headers=shown | headers, compression=None) as line:
            wire = Wire(line)
            assert (await wire.hear()).startswith('0{"sid"')
            yield wire

    @contextlib.asynccontextmanager
    async def socket(self, who: str, **headers: str) -> AsyncIterator[Wire]:
        """A connected socket."""
        async with self.line(who, **headers) as wire:
            await wire.say("40")
            assert (await wire.hear()).startswith('40{"sid"')
            yield wire

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            asyncio.get_running_loop().call_later(0.05, self.started.set)
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.reached += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the app"})


@contextlib.asynccontextmanager
async def running(bounds: RealtimeLimits, *, deflate: bool = False) -> AsyncIterator[Exchange]:
    before = realtime._here
    for name in [name for name in realtime.CLIENT_EVENTS if name.startswith("_test-")]:
        realtime.CLIENT_EVENTS[name[1:]] = realtime.CLIENT_EVENTS[name]
    exchange = Exchange(bounds)
    config = uvicorn.Config(
        exchange.realtime.mount(exchange.app),
        port=exchange.port,
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_per_message_deflate=deflate,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    server.config.load()
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server._serve())
    try:
        await exchange.started.wait()
        yield exchange
    finally:
        server.should_exit = True
        await task
        realtime._here = before
        for name in [name for name in realtime.CLIENT_EVENTS if name.startswith("test-")]:
            del realtime.CLIENT_EVENTS[name]


SHORT = RealtimeLimits(connect_seconds=1, offline_seconds=0.2, recheck_seconds=0.3)


@pytest_asyncio.fixture(loop_scope="session")
async def exchange() -> AsyncIterator[Exchange]:
    async with running(SHORT) as exchange:
        yield exchange


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_exchange() -> AsyncIterator[Exchange]:
    """One for a whole file, where no test leaves anything behind."""
    async with running(SHORT) as exchange:
        yield exchange


@pytest.fixture
def run_exchange() -> Any:
    return running


@pytest.fixture
def slow_database() -> type[Slow]:
    return Slow


@pytest.fixture
def tell() -> Any:
    async def tell(rooms: Any, text: str, **given: Any) -> None:
        await emit(rooms, SAID, Word(text), **given)()

    return tell
