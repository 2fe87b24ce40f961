"""A server for pages and one for sockets, joined by a Redis of their own."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
import socketio

from tests.support.cluster import Ground
from tests.support.people import People, Person
from tests.support.redis import Redis
from tests.support.server import Server


class House:
    """`web` and `sockets` on one database and one Redis; Cora and Dina and their chat."""

    def __init__(self, web: Server, sockets: Server, redis: Redis, people: People) -> None:
        self.web, self.sockets, self.redis, self.people = web, sockets, redis, people
        self.cora: Person
        self.dina: Person
        self.chat = ""

    async def meet(self) -> None:
        """Two new people with a chat."""
        self.cora, self.dina = await self.people.customer("Cora"), await self.people.designer("Dina")
        body = {"designerId": (await self.dina.me())["designer"]["id"]}
        self.chat = (await self.cora.post("/api/chat", json=body)).json()["data"]["id"]

    async def say(self, who: Person, content: str) -> tuple[dict[str, Any], float]:
        """A message by POST at the web's process; the message and how long the answer took."""
        draft = {"chatId": self.chat, "content": content, "clientId": str(uuid4())}
        began = time.monotonic()
        answer = await who.post("/api/chat/messages", json=draft)
        took = time.monotonic() - began
        assert answer.status_code == 201, answer.text
        return answer.json()["data"], took

    async def health(self, server: Server) -> dict[str, Any]:
        """What /health says."""
        async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=10) as client:
            answer = await client.get("/health")
        assert answer.status_code == 200
        return dict(answer.json()["data"])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _house(ground: Ground) -> AsyncIterator[House]:
    redis = Redis(ground.new_folder("redis")).start()
    dsn, folder = ground.copy(), ground.new_folder("joined")
    env = {"REDIS_URL": redis.url, "THREADS_SECRET_KEY": "k" * 40, "THREADS_RATE_LIMITS": "on"}
    env |= {"THREADS_LIMITS": "messages=6000/minute;signup=1000/hour;signin_address=1000/minute"}
    web = Server(dsn, folder, is_forked=True, **env)
    sockets = Server(dsn, folder, sockets_only=True, THREADS_PUBLIC_URL=web.url, **env)
    web.set("SOCKET_URL", sockets.url)
    await asyncio.gather(web.start(), sockets.start())
    people = People(web.url)
    yield House(web, sockets, redis, people)
    await people.close()
    await sockets.stop()
    await web.stop()
    redis.close()
    ground.drop(dsn)
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(loop_scope="session")
async def house(_house: House) -> House:
    """The two processes, hearing each other, with a new Cora and a new Dina."""
    await _house.meet()
    return _house


class Line:
    """The official Python client of one person at one process."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.client.on("*", self._note)

    async def _note(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))

    def all(self, event: str) -> list[Any]:
        """Return what came under this name."""
        return [data for name, data in self.heard if name == event]


@pytest_asyncio.fixture(loop_scope="session")
async def line_at() -> AsyncIterator[Any]:
    """`await line_at(server, person)`."""
    open_lines: list[Line] = []

    async def connect(server: Server, person: Person, **headers: str) -> Line:
        line = Line()
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies.jar)
        await line.client.connect(server.url, {"Cookie": cookies, **headers}, transports=["websocket"])
        open_lines.append(line)
        return line

    yield connect
    for line in open_lines:
        await line.client.disconnect()
