"""Cora, a customer, talks with Dina, a designer. Odile is another customer, Tariq another maker."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest_asyncio
import socketio

from neural_threads.platform.db import Db
from tests.support.people import People, Person
from tests.support.server import Server


@dataclass
class Talk:
    """A chat and the people in and around it."""

    cora: Person
    dina: Person
    odile: Person
    tariq: Person
    dina_id: str
    tariq_id: str
    id: str

    async def say(self, who: Person, content: str, **more: Any) -> dict[str, Any]:
        """Say something in the chat; answers the message."""
        answer = await self.post(who, content=content, **more)
        assert answer.status_code in (200, 201), answer.text
        message: dict[str, Any] = answer.json()["data"]
        return message

    async def post(self, who: Person, **body: Any) -> Any:
        """POST a message, whatever comes of it."""
        body = {"chatId": self.id, "clientId": str(uuid4())} | body
        return await who.post("/api/chat/messages", json=body)

    async def messages(self, who: Person, **query: Any) -> dict[str, Any]:
        """A page of the chat, whole."""
        answer = await who.get("/api/chat/messages", params={"chatId": self.id} | query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def seen_by(self, who: Person) -> dict[str, Any]:
        """The chat as this one's list shows it."""
        chats = (await who.get("/api/chat")).json()["data"]
        return next(chat for chat in chats if chat["id"] == self.id)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cast(_worker_server: Server) -> AsyncIterator[Talk]:
    """The four, for all tests: passwords are dear."""
    people = People(_worker_server)
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    dina, tariq = await people.designer("Dina Rao"), await people.tailor("Tariq Khan")
    dina_id, tariq_id = (await dina.me())["designer"]["id"], (await tariq.me())["tailor"]["id"]
    yield Talk(cora, dina, odile, tariq, dina_id, tariq_id, "")
    await people.close()


@pytest_asyncio.fixture(loop_scope="session")
async def talk(cast: Talk, server: Server, db: Db) -> Talk:
    """A new chat of Cora and Dina; nobody has any other."""
    ids = [cast.cora.id, cast.dina.id, cast.odile.id, cast.tariq.id]
    await db.execute(
        "delete from chats where customer_id in (select id from customers where user_id = any(%(ids)s))", ids=ids
    )
    await db.execute("delete from notifications where user_id = any(%(ids)s)", ids=ids)
    opened = await cast.cora.post("/api/chat", json={"designerId": cast.dina_id})
    assert opened.status_code == 201, opened.text
    return replace(cast, id=opened.json()["data"]["id"])


class Line:
    """Somebody's socket, by the official Python client, and everything it heard."""

    def __init__(self, url: str) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self._url = url
        self.client.on("*", self._hear)

    async def open(self, person: Person) -> "Line":
        """Connect with this person's cookies."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies.jar)
        await self.client.connect(self._url, transports=["websocket"], headers={"Cookie": cookies}, retry=False)
        return self

    async def ask(self, event: str, data: Any = None) -> Any:
        """Send an event; answers its acknowledgement."""
        return await self.client.call(event, data, timeout=30)

    async def until(self, event: str, seconds: float = 20, **fields: Any) -> Any:
        """The payload of the first such event that has these fields."""
        async with asyncio.timeout(seconds):
            while True:
                for name, payload in self.heard:
                    if name == event and all(payload.get(key) == value for key, value in fields.items()):
                        return payload
                await asyncio.sleep(0.01)

    def all(self, event: str) -> list[Any]:
        """Every payload of this event so far."""
        return [payload for name, payload in self.heard if name == event]

    async def _hear(self, event: str, payload: Any = None) -> None:
        self.heard.append((event, payload))


@pytest_asyncio.fixture(loop_scope="session")
async def line(server: Server) -> AsyncIterator[Any]:
    """Opens sockets: `cora = await line(talk.cora)`."""
    made: list[Line] = []

    async def open(person: Person) -> Line:
        made.append(Line(server.url))
        return await made[-1].open(person)

    yield open
    for one in made:
        await one.client.disconnect()
