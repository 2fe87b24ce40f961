"""kill -9 in the middle of sending loses nothing, doubles nothing and leaves no gap (D1, D2, E23, E24).

A killed process is not a power cut: what the kernel has, it still writes.
"""

import asyncio
import random
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

SENDERS = 8


class Sender:
    """Says its messages one after the other, each until it is answered, always under the same name."""

    def __init__(self, person: Any, chat: str, number: int, rng: random.Random) -> None:
        self.person, self.chat, self.number, self.rng = person, chat, number, rng
        self.acknowledged: dict[str, str] = {}

    async def run(self, token: str, each: int) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=self.person.url, headers=headers, timeout=5, trust_env=False) as client:
            for n in range(each):
                await self._say(client, str(uuid4()), f"{self.number}/{n}")

    async def _say(self, client: httpx.AsyncClient, name: str, content: str) -> None:
        # One in five is sent a second time although it was answered, as when the answer was lost on the way.
        repeats = self.rng.random() < 0.2
        while True:
            try:
                answer = await client.post(
                    "/api/chat/messages", json={"chatId": self.chat, "content": content, "clientId": name}
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                said = answer.json()["data"]
                assert self.acknowledged.setdefault(said["id"], content) == content
                if not repeats:
                    return
                repeats = False
            else:
                assert answer.status_code == 503, answer.text
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(fresh_server: Any, people_at: Any) -> Any:
    """A server that may be killed, a maker and two customers with a chat each."""
    server = await fresh_server()
    people = people_at(server)
    maker = await people.tailor("Tariq")
    body = {"tailorId": (await maker.me())["tailor"]["id"]}
    customers = [await people.customer(name) for name in ("Cora", "Odile")]
    chats = [(await one.post("/api/chat", json=body)).json()["data"]["id"] for one in customers]
    return server, maker, customers, chats


@pytest.mark.parametrize(
    ("each", "kills"), [(250, 5), pytest.param(1250, 20, marks=pytest.mark.long)], ids=["2,000 sends", "10,000 sends"]
)
async def test_sends_through_kills(crowd: Any, each: int, kills: int) -> None:
    server, maker, customers, chats = crowd
    seed = random.randrange(1 << 30)
    rng = random.Random(seed)
    speakers = [(customers[0], chats[0]), (maker, chats[0]), (customers[1], chats[1]), (maker, chats[1])] * 2
    senders = [Sender(who, chat, n, rng) for n, (who, chat) in enumerate(speakers)]
    assert len(senders) == SENDERS
    tokens = {who: await who.token() for who in (*customers, maker)}
    began = time.monotonic()
    sending = asyncio.gather(*(sender.run(tokens[sender.person], each) for sender in senders))
    for _ in range(kills):
        await asyncio.sleep(rng.uniform(0.4, 1.2))
        server.kill()
        await server.start()
    await sending
    print(f"seed {seed}: {SENDERS * each} sends, {kills} kills, {time.monotonic() - began:.1f} s")
    for customer, chat in zip(customers, chats, strict=True):
        stored = await whole(customer, chat)
        said = {id: content for sender in senders if sender.chat == chat for id, content in sender.acknowledged.items()}
        assert {message["id"]: message["content"] for message in stored} == said
        assert [message["seq"] for message in stored] == list(range(1, len(said) + 1))
        assert len(said) == SENDERS * each // len(chats)
        for sender in senders:
            own = [m["content"] for m in stored if m["content"].startswith(f"{sender.number}/")]
            assert own == sorted(own, key=lambda content: int(content.partition("/")[2]))


async def whole(reader: Any, chat: str) -> list[dict[str, Any]]:
    """Everything in a chat, caught up as a client does."""
    found: list[dict[str, Any]] = []
    while True:
        query = {"chatId": chat, "after": found[-1]["seq"] if found else 0, "limit": 50}
        page = (await reader.get("/api/chat/messages", params=query)).json()
        found += page["data"]
        if not page["hasMore"]:
            return found
