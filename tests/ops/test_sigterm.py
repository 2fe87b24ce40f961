"""R1: SIGTERM in the middle of things: what was answered is stored, what was not can be sent again, nobody sees a 5xx."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets

from tests.factories.wardrobe import INDIGO
from tests.support.deadlines import within
from tests.support.people import People, Person
from tests.support.processes import children_of, send
from tests.support.server import Server

pytestmark = pytest.mark.long  # programs are started and killed

FreshServer = Callable[..., Awaitable[Server]]


async def test_nothing_is_lost_doubled_or_broken(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server(is_forked=False)
    people = people_at(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    chat_id = await open_chat(cora, dina)
    closing = asyncio.create_task(close_code(await listening(server, dina)))
    talk = Talk(cora, chat_id)
    talkers = [asyncio.create_task(talk.go_on()) for _ in range(6)]
    await asyncio.sleep(1)
    with within(10):
        await server.stop()
    assert await closing == 1012
    await asyncio.sleep(0.3)
    await server.start()
    await asyncio.sleep(1)
    talk.over = True
    await asyncio.gather(*talkers)
    assert not talk.strange, talk.strange[:5]
    assert talk.interrupted, "SIGTERM came too late to interrupt anybody"
    assert len(talk.acknowledged) > 10
    stored = await texts_in(cora, chat_id)
    assert sorted(stored) == sorted(talk.acknowledged), "lost or doubled"


async def close_code(line: websockets.ClientConnection) -> int | None:
    """Read as a browser does, whatever comes, and answer pings, until the server closes the line."""
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            if await asyncio.wait_for(line.recv(), 60) == "2":  # Engine.IO's ping; who does not answer is cut off
                await line.send("3")
    return line.close_code


async def test_new_connections_are_refused_while_old_requests_finish(
    fresh_server: FreshServer, people_at: Callable[[Server], People]
) -> None:
    server = await fresh_server(is_forked=False)
    cora = await people_at(server).customer("Cora")
    # A sign-in takes a password hash, so it is still under way when the signal comes.
    token = await people_at(server).anonymous().csrf()
    assert token
    slow = asyncio.create_task(cora.another_device())
    await asyncio.sleep(0.02)
    await server.stop()
    with contextlib.suppress(httpx.TransportError):
        await (await slow).close()
    async with httpx.AsyncClient(base_url=server.url) as late:
        try:
            await late.get("/health")
        except httpx.ConnectError:
            return
    raise AssertionError("somebody still listens")


class Talk:
    """Cora says one thing after another, each until it is acknowledged, always under the same client id."""

    def __init__(self, person: Person, chat_id: str) -> None:
        self.over = False
        self.acknowledged: list[str] = []
        self.interrupted = 0
        self.strange: list[str] = []
        self._person = person
        self._chat_id = chat_id

    async def go_on(self) -> None:
        """Until it is over."""
        await self._person.csrf()
        while not self.over:
            await self._say(str(uuid4()))

    async def _say(self, client_id: str) -> None:
        body = {"chatId": self._chat_id, "content": f"thread {client_id}", "clientId": client_id}
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                answer = await self._person.post("/api/chat/messages", json=body)
            except httpx.TransportError:
                self.interrupted += 1
                await asyncio.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                self.acknowledged.append(body["content"])
            else:
                self.strange.append(f"{answer.status_code} {answer.text[:200]}")
            return
        self.strange.append("never acknowledged")


async def open_chat(customer: Person, designer: Person) -> str:
    """The id of their chat."""
    designer_id = (await designer.me())["designer"]["id"]
    answer = await customer.post("/api/chat", json={"designerId": designer_id})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def texts_in(person: Person, chat_id: str) -> list[str]:
    """Everything that was said, from the first message on."""
    texts: list[str] = []
    after = 0
    while True:
        answer = await person.get("/api/chat/messages", params={"chatId": chat_id, "after": after, "limit": 50})
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        texts += [message["content"] for message in page["data"]]
        if not page["hasMore"]:
            return texts
        after = page["data"][-1]["seq"]


async def listening(server: Server, person: Person) -> websockets.ClientConnection:
    """A socket of this person, past its handshake."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.cookies.jar)
    line = await websockets.connect(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket",
        additional_headers={"Cookie": cookies, "Origin": server.url},
        ping_interval=None,
    )
    await line.recv()
    await line.send("40")
    said = await asyncio.wait_for(line.recv(), 60)
    assert str(said).startswith("40"), said
    return line


@pytest.mark.parametrize("number", [signal.SIGSTOP, pytest.param(signal.SIGCONT, marks=pytest.mark.long)])
async def test_a_stopped_image_process_holds_up_nothing(
    fresh_server: FreshServer, people_at: Callable[[Server], People], number: signal.Signals
) -> None:
    server = await fresh_server(is_forked=False)
    cora = await people_at(server).customer("Cora")
    assert (await upload(cora)).status_code == 201
    send(number, children_of(server.pid, "spawn_main"))
    uploads = [asyncio.create_task(upload(cora)) for _ in range(3)]
    await asyncio.sleep(0.3)
    with within(10):
        await server.stop()
    for each in uploads:
        with contextlib.suppress(httpx.TransportError):
            assert (await each).status_code in (201, 422, 503)


async def upload(me: Person) -> httpx.Response:
    """A picture that somebody uploads."""
    return await me.post("/api/upload", files={"file": ("a.png", INDIGO, "image/png")})
