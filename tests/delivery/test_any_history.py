"""After any history of sends, reads and drops, every view equals a fresh look, and unread equals a recount (D3, D4, D12)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.people import People

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "again", "read", "catch up", "miss"]),
        st.integers(0, 1),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=25,
)


class View:
    """What one client holds: only `after=` may fill it, however many events it missed."""

    def __init__(self, client: httpx.AsyncClient, chat: str) -> None:
        self.client, self.chat = client, chat
        self.messages: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.read_up_to = 0

    async def say(self, content: str) -> None:
        draft = {"chatId": self.chat, "content": content, "clientId": str(uuid4())}
        self.said.append(draft)
        assert (await self.client.post("/api/chat/messages", json=draft)).status_code == 201

    async def repeat(self, which: int) -> None:
        if self.said:
            again = await self.client.post("/api/chat/messages", json=self.said[which % len(self.said)])
            assert again.status_code == 200

    async def catch_up(self) -> None:
        while True:
            after = self.messages[-1]["seq"] if self.messages else 0
            query = {"chatId": self.chat, "after": after, "limit": 7}
            page = (await self.client.get("/api/chat/messages", params=query)).json()
            self.messages += page["data"]
            if not page["hasMore"]:
                return

    async def read(self, seq: int) -> None:
        position = (await self.client.post(f"/api/chat/{self.chat}/read", json={"upToSeq": seq})).json()["data"]
        assert position["upToSeq"] >= self.read_up_to
        self.read_up_to = position["upToSeq"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(_worker_server: Any) -> AsyncIterator[Any]:
    people = People(_worker_server.url)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    designer_id = (await dina.me())["designer"]["id"]
    clients = [
        httpx.AsyncClient(
            base_url=_worker_server.url, headers={"Authorization": f"Bearer {await one.token()}"}, trust_env=False
        )
        for one in (cora, dina)
    ]
    yield (cora, dina), clients, designer_id
    for client in clients:
        await client.aclose()
    await people.close()


def test_every_view_comes_to_the_same(pair: Any, db: Any) -> None:
    (cora, dina), clients, designer_id = pair
    loop = asyncio.get_event_loop_policy().get_event_loop()

    async def live(steps: Any) -> None:
        await db.execute("delete from chats where designer_id = %(id)s", id=designer_id)
        chat = (await clients[0].post("/api/chat", json={"designerId": designer_id})).json()["data"]["id"]
        views = [View(client, chat) for client in clients]
        for n, (what, who, number) in enumerate(steps):
            view = views[who]
            if what == "say":
                await view.say(f"{n}")
            elif what == "again":
                await view.repeat(number)
            elif what == "read":
                await view.read(number)
            elif what == "catch up":
                await view.catch_up()
        for view in views:
            await view.catch_up()
        ids = [[message["id"] for message in view.messages] for view in views]
        assert ids[0] == ids[1]
        assert [message["seq"] for message in views[0].messages] == list(range(1, len(ids[0]) + 1))
        for view, me in zip(views, (cora, dina), strict=True):
            listed = (await view.client.get("/api/chat")).json()["data"][0]
            recount = sum(m["senderId"] != me.id and m["seq"] > view.read_up_to for m in view.messages)
            assert listed["unreadCount"] == recount
            assert listed["lastSeq"] == len(ids[0])

    @given(STEPS)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def story(steps: Any) -> None:
        loop.run_until_complete(live(steps))

    story()
