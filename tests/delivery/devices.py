"""What one device holds of a chat: events while its socket lives, and one way to heal every gap: asking for what came after."""

import asyncio
import json
import random
from typing import Any
from uuid import uuid4

import httpx

from bench.listeners import Listener
from tests.support.server import http_client

TOLD = ("receive-message", "message-read", "message-reaction", "chat-beat")


class Device:
    """A device of one person with one chat open."""

    def __init__(self, url: str, person: Any, token: str, chat: str) -> None:
        self.person, self.chat = person, chat
        self.messages: list[str] = []
        self.mine: dict[str, int] = {}
        """What this person said, and where it stands."""
        self.reactions: dict[str, list[tuple[str, str]]] = {}
        self.last_reaction = self.read_by_other = self.read_by_me = self.fetches = 0
        self.said: list[dict[str, Any]] = []
        self.loses = 0.0
        """The share of events that a bad line swallows."""
        self._token = token
        self._http = http_client(url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self._address = url.removeprefix("http://")
        self._listener: Listener | None = None
        self._heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._rng = random.Random(0)

    # The line

    @property
    def is_online(self) -> bool:
        """True if its socket lives."""
        return self._listener is not None and not self._listener.is_over

    async def connect(self) -> None:
        """Open the socket first and fetch then, so that nothing falls between the two."""
        if not self.is_online:
            await self.drop()
            self._listener = await Listener.open(self._address, self._token, self._hear)
            await self.catch_up()
            self._task = asyncio.create_task(self._live())

    async def drop(self) -> None:
        """The line is gone, and with it what was on its way."""
        listener, self._listener = self._listener, None
        if listener is not None:
            await listener.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._heard = asyncio.Queue()

    async def close(self) -> None:
        """Put it away."""
        await self.drop()
        await self._http.aclose()

    # Doing

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request, again and again while nobody is there to answer."""
        while True:
            try:
                answer = await self._http.request(method, path, **options)
                if answer.status_code != 503:
                    return answer
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)

    async def say(self, content: str) -> None:
        """Say something."""
        draft = {"chatId": self.chat, "content": content, "clientId": str(uuid4())}
        assert (await self.ask("POST", "/api/chat/messages", json=draft)).status_code in (200, 201)
        self.said.append(draft)

    async def repeat(self, which: int) -> None:
        """Say something again, as if the answer had been lost."""
        if self.said:
            again = await self.ask("POST", "/api/chat/messages", json=self.said[which % len(self.said)])
            assert again.status_code == 200

    async def read(self, seq: int) -> None:
        """I have read so far."""
        position = (await self.ask("POST", f"/api/chat/{self.chat}/read", json={"upToSeq": seq})).json()["data"]
        assert position["upToSeq"] >= self.read_by_me
        self.read_by_me = position["upToSeq"]

    async def react(self, which: int, emoji: str) -> None:
        """Toggle an emoji on a message that this device knows."""
        if self.messages:
            id = self.messages[which % len(self.messages)]
            answer = await self.ask(
                "POST", f"/api/chat/messages/{id}/reactions", json={"emoji": emoji, "action": "toggle"}
            )
            assert answer.status_code == 200, answer.text

    # Hearing

    async def catch_up(self) -> None:
        """Ask for what came after, until nothing did."""
        self.fetches += 1
        while True:
            query = {"chatId": self.chat, "after": len(self.messages), "limit": 7}
            page = (await self.ask("GET", "/api/chat/messages", params=query)).json()
            for message in page["data"]:
                self._take(message)
            self.read_by_other = max(self.read_by_other, page["readSeq"])
            if not page["hasMore"]:
                break
        while True:
            query = {"chatId": self.chat, "after": self.last_reaction, "limit": 7}
            page = (await self.ask("GET", "/api/chat/reactions", params=query)).json()
            for changed in page["data"]:
                self._feel(changed)
            if not page["hasMore"]:
                self.last_reaction = max(self.last_reaction, page["reactionSeq"])
                return

    def _hear(self, text: str) -> None:
        event, data = json.loads(text[2:])
        if event in TOLD and not (event != "chat-beat" and self._rng.random() < self.loses):
            self._heard.put_nowait((event, data))

    async def _live(self) -> None:
        while True:
            event, data = await self._heard.get()
            if event == "chat-beat":
                for chat in data["chats"]:
                    if chat["chatId"] == self.chat and self._is_behind(chat):
                        await self.catch_up()
            elif data["chatId"] != self.chat:
                continue
            elif event == "message-read":
                if data["readBy"] != self.person.id:
                    self.read_by_other = max(self.read_by_other, data["upToSeq"])
            elif event == "receive-message" and data["seq"] > len(self.messages) + 1:
                await self.catch_up()
            elif event == "receive-message":
                self._take(data)
            elif data["reactionSeq"] > self.last_reaction + 1 or data["seq"] > len(self.messages):
                await self.catch_up()
            else:
                self._feel(data)

    def _is_behind(self, chat: dict[str, Any]) -> bool:
        return chat["lastSeq"] > len(self.messages) or chat.get("reactionSeq", 0) > self.last_reaction

    def _take(self, message: dict[str, Any]) -> None:
        if message["seq"] == len(self.messages) + 1:
            self.messages.append(message["id"])
            if message["senderId"] == self.person.id:
                self.mine[message["id"]] = message["seq"]
            self.reactions.setdefault(message["id"], felt(message["reactions"]))

    def _feel(self, changed: dict[str, Any]) -> None:
        if changed["reactionSeq"] > self.last_reaction:
            self.last_reaction = changed["reactionSeq"]
            self.reactions[changed["messageId"]] = felt(changed["reactions"])

    # Comparing

    def view(self) -> dict[str, Any]:
        """Return what a person would see on it."""
        return {
            "messages": self.messages,
            "reactions": {id: self.reactions.get(id, []) for id in self.messages},
            "read by the other": [id for id, seq in self.mine.items() if seq <= self.read_by_other],
        }

    async def fresh(self) -> dict[str, Any]:
        """Return what one that was just unpacked would show."""
        other = Device(str(self._http.base_url).rstrip("/"), self.person, self._token, self.chat)
        try:
            await other.catch_up()
            return other.view()
        finally:
            await other.close()

    async def agrees(self, seconds: float = 20) -> None:
        """Come online if need be; then, without another look, it shows what a fresh one shows."""
        await self.connect()
        fresh = await self.fresh()
        deadline = asyncio.get_running_loop().time() + seconds
        while self.view() != fresh and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        shown = self.view()
        differ = {what: (shown[what], fresh[what]) for what in fresh if shown[what] != fresh[what]}
        assert not differ


def felt(reactions: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return who felt what, in order."""
    return [(reaction["userId"], reaction["emoji"]) for reaction in reactions]
