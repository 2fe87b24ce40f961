"""Visits of users: each signs in, opens a socket, loads pages, chats, uploads an image and signs out."""

import asyncio
import json
import random
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from websockets.exceptions import WebSocketException

from .figures import spread
from .http_client import Answer, WholeLine, request
from .listeners import Listener

LISTS = [f"/api/designers?sortBy={by}&page={page}" for by in ("rating", "experience", "reviews") for page in (1, 2, 3)]
SAYS = 4
BOUNDARY = "a-boundary-of-the-bench"


class CookieLine(WholeLine):
    """A connection that also remembers cookies, as a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies: dict[str, str] = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if name.lower() == b"set-cookie":
            key, _, text = value.decode("latin-1").split(";")[0].partition("=")
            self.cookies[key] = text


class ChurnSession:
    """One person's time here."""

    def __init__(self, job: dict[str, Any], person: dict[str, str], book: "Book") -> None:
        self._job, self._person, self._book = job, person, book
        self._line: CookieLine | None = None
        self._token = ""
        self._heard: set[str] = set()

    async def spend(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Come, stay for a while, leave."""
        line = self._line = await CookieLine.open(self._job["host"], self._job["port"])
        listener: Listener | None = None
        try:
            csrf = (await self._ask("GET", "/api/security/csrf"))["data"]["token"]
            words = {"email": self._person["email"], "password": self._job["password"]}
            self._token = (await self._ask("POST", "/api/auth/login", words, x_csrf_token=csrf))["token"]
            listener = await Listener.open(f"{self._job['host']}:{self._job['port']}", self._token, self._hear)
            await self._look_round(pause)
            await self._talk(pause)
            await self._ask("POST", "/api/auth/logout")
        finally:
            line.close()
            if listener is not None:
                await listener.close()

    async def _look_round(self, pause: Callable[[], Awaitable[None]]) -> None:
        for path in ("/api/chat?limit=20", random.choice(LISTS), f"/api/chat/messages?chatId={self._person['chat']}"):
            await self._ask("GET", path)
            await pause()

    async def _talk(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Say a few things, the last with a picture, like one of them, and have read everything."""
        said: dict[str, Any] = {}
        for number in range(SAYS):
            more = {"imageUrl": await self._upload()} if number == SAYS - 1 else {}
            draft = {
                "chatId": self._person["chat"],
                "content": f"Words {number}, {time.time()}",
                "clientId": str(uuid4()),
            }
            said = (await self._ask("POST", "/api/chat/messages", draft | more))["data"]
            self._book.said += 1
            await pause()
            self._book.heard += said["clientId"] in self._heard
        await self._ask("POST", f"/api/chat/messages/{said['id']}/reactions", {"emoji": "👍", "action": "add"})
        await self._ask("POST", f"/api/chat/{self._person['chat']}/read", {"upToSeq": said["seq"]})
        await pause()

    async def _upload(self) -> str:
        picture: bytes = b64decode(self._job["picture"])
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        body = part.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
        told = await self._ask("POST", "/api/upload", body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
        return str(told["data"]["url"])

    async def _ask(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        assert self._line is not None
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        else:
            headers["origin"] = "http://bench"
            headers |= {"cookie": "; ".join(f"{key}={text}" for key, text in self._line.cookies.items()) or "none=1"}
        begun = time.monotonic()
        answer = await self._line.ask(request(method, path, raw, **headers).encode("latin-1"))
        return self._book.note(f"{method} {path.split('?')[0]}", answer, time.monotonic() - begun)

    def _hear(self, text: str) -> None:
        at = text.find('"clientId":"')
        if at >= 0:
            self._heard.add(text[at + 12 : at + 48])


class Book:
    """What became of all visits."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.times: list[float] = []
        self.said = self.heard = self.visits = self.broken = 0
        self.first_error = ""

    def note(self, what: str, answer: Answer, seconds: float) -> dict[str, Any]:
        """An answer in time; raises ConnectionError when it is none that lets the visit go on."""
        self.statuses[answer.status] += 1
        self.times.append(seconds)
        if answer.status not in (200, 201):
            raise ConnectionError(f"{what}: {answer.status} {answer.text[:200].decode(errors='replace')}")
        told: dict[str, Any] = json.loads(answer.text)
        return told


async def visiting(job: dict[str, Any]) -> dict[str, Any]:
    """`arrivals` people a second for so many seconds; then the last of them finish. Nobody is here twice at a time."""
    book, chance, under_way = Book(), random.Random(job["seed"]), set[asyncio.Task[None]]()
    free = list(job["people"])
    chance.shuffle(free)

    async def pause() -> None:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * job["pause"])

    async def come(person: dict[str, str]) -> None:
        try:
            await ChurnSession(job, person, book).spend(pause)
            book.visits += 1
        except (OSError, TimeoutError, WebSocketException) as error:
            book.broken += 1
            book.first_error = book.first_error or repr(error)[:300]
        free.insert(0, person)

    begin = time.monotonic()
    for number in range(round(job["seconds"] * job["arrivals"])):
        await asyncio.sleep(max(0.0, begin + number / job["arrivals"] - time.monotonic()))
        if free:
            task = asyncio.create_task(come(free.pop()))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    took = time.monotonic() - begin
    return {
        "requests": len(book.times),
        "rate": round(len(book.times) / took, 1),
        **spread(book.times),
        "errors": book.broken,
        "statuses": {str(status): count for status, count in sorted(book.statuses.items())},
        "first_error": book.first_error,
        "visits": book.visits,
        "said": book.said,
        "heard": book.heard,
    }
