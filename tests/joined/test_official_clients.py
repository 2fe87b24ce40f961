"""Both official clients, driven through every event that there is, at the process that serves sockets alone."""

from typing import Any

import pytest

from neural_threads.platform.realtime import CLIENT_EVENTS, SERVER_EVENTS
from neural_threads.web.app import routes
from tests.factories.wardrobe import hung
from tests.joined.clients import JavascriptClient, PythonClient, node
from tests.joined.test_two_processes import joined, until

assert routes()  # Whatever has a face has declared its events by now.
NO_NODE = "Node.js with WebSocket (20.10 or newer) is not installed"


class Story:
    """Cora and Dina, each with a client; what they do, and the events that come of it."""

    def __init__(self, house: Any, cora: Any, dina: Any) -> None:
        self.house, self.cora, self.dina = house, cora, dina
        self.said: set[str] = set()

    async def ask(self, client: Any, event: str, **data: Any) -> Any:
        """Send an event, and see that it is answered as the vocabulary says."""
        self.said.add(event)
        answer = await client.ask(event, data)
        assert answer["success"] is True, answer
        return answer["data"]

    async def hears(self, client: Any, event: str, **fields: Any) -> dict[str, Any]:
        """The event with these fields."""

        def found() -> Any:
            return [
                data
                for name, data in client.heard
                if name == event and all(data.get(key) == value for key, value in fields.items())
            ]

        return dict((await until(found, 8))[0])

    async def talk(self) -> None:
        """What a client may send."""
        chat = self.house.chat
        who = await self.ask(self.dina, "register")
        assert (who["userId"], who["online"]) == (self.house.dina.id, [self.house.cora.id])
        for name in ("join-chat", "joinChat"):
            assert (await self.ask(self.cora, name, chatId=chat))["chatId"] == chat
        await self.hears(self.cora, "joined-chat", chatId=chat)
        await self.ask(self.cora, "typing", chatId=chat)
        await self.hears(self.dina, "user-typing", userId=self.house.cora.id, isTyping=True)
        await self.ask(self.cora, "stop-typing", chatId=chat)
        await self.hears(self.dina, "stop-typing", userId=self.house.cora.id)
        said = await self.ask(self.cora, "send-message", chatId=chat, content="நூல், धागा, thread 🧵")
        assert await self.hears(self.dina, "receive-message", id=said["id"]) == said
        await self.hears(self.dina, "notification", type="MESSAGE")

    async def act(self) -> None:
        """What others hear of what is done elsewhere, at the other process."""
        cora, dina, chat = self.house.cora, self.house.dina, self.house.chat
        await dina.post(f"/api/chat/{chat}/read", json={"upToSeq": 1})
        await self.hears(self.cora, "message-read", upToSeq=1, readBy=dina.id)
        await self.hears(self.dina, "notifications-read")
        message = (await cora.get("/api/chat/messages", params={"chatId": chat})).json()["data"][0]
        address = f"/api/chat/messages/{message['id']}/reactions"
        assert (await dina.post(address, json={"emoji": "🧵", "action": "add"})).status_code == 200
        await self.hears(self.cora, "message-reaction", messageId=message["id"], action="added")
        wish = {"designerId": (await dina.me())["designer"]["id"], "description": "A sari blouse with a boat neck"}
        asked = await cora.post("/api/design-requests", json=wish)
        assert asked.status_code == 201, asked.text
        request = asked.json()["data"]["id"]
        await dina.put(f"/api/design-requests/{request}", json={"status": "REJECTED"})
        await self.hears(self.cora, "request-updated", requestId=request, status="REJECTED")
        item = await hung(cora)
        await self.hears(self.cora, "wardrobe-item-updated", itemId=item["id"])

    async def come_and_go(self) -> None:
        """Presence, and a beat."""
        await self.hears(self.cora, "user-online", userId=self.house.dina.id)
        self.house.redis.kill()
        self.house.redis.start()
        for client in (self.cora, self.dina):
            beat = await self.hears(client, "chat-beat")
            assert [chat["chatId"] for chat in beat["chats"]] == [self.house.chat]
        await joined(self.house)
        await self.dina.close()
        await self.hears(self.cora, "user-offline", userId=self.house.dina.id)


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [
        # Starting two processes and a Redis is dear: the quick tests let one client do it.
        pytest.param(PythonClient, id="python", marks=[pytest.mark.long] if node() else []),
        pytest.param(JavascriptClient, id="javascript", marks=pytest.mark.skipif(node() is None, reason=NO_NODE)),
    ],
)
async def test_every_event(house: Any, kind: Any) -> None:
    await joined(house)
    cora, dina = kind(), kind()
    await cora.open(house.sockets.url, house.cora)
    await dina.open(house.sockets.url, house.dina)
    story = Story(house, cora, dina)
    await story.talk()
    await story.act()
    await story.come_and_go()
    await cora.close()
    declared = {name for name in CLIENT_EVENTS if not name.startswith(("test-", "_test-"))}
    assert story.said == declared
    assert {name for name, _ in cora.heard + dina.heard} == set(SERVER_EVENTS)
