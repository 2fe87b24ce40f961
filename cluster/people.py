"""Users that come through the proxy: they chat, read, react, ask for alterations, upload pictures and forget their passwords.

Whatever is not answered is sent again, under the same name where it has one, as our pages do it. What was acknowledged
is noted, so that it can be looked for afterwards.
"""

import asyncio
import contextlib
import json
import random
import re
import ssl
import struct
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, NamedTuple, Self
from uuid import UUID

from websockets.exceptions import WebSocketException

from bench.http_client import WholeLine, request
from bench.listeners import Listener
from bench.seed_users import Seat, customer_token, provider_token

HOST = "127.0.0.1"
ANSWERED_WITHIN = 8.0
LATE = -1
_ID = re.compile(r"(?<=/)(?:c[a-z0-9]{8,}|u/[0-9a-f]{2}/[0-9a-f]+|[0-9a-f-]{16,})")
GIVEN_UP_AFTER = 120.0
PAGE = 50
PLACES, SKILLS = ("MG_ROAD", "COMMERCIAL_STREET"), ("HEMMING", "CUSTOM_FITTING", "BRIDAL_WORK", "ETHNIC_WEAR")
LETTERS = 3
"""Times that one person forgets the password at most: more letters an hour nobody gets."""


class Strange(NamedTuple):
    """An answer that nobody should get, and the fault during or after which it came."""

    status: int
    method: str
    path: str
    """Without ids and queries."""
    says: str
    """The code of its error, or how it begins."""
    fault: str

    @classmethod
    def of(cls, status: int, method: str, path: str, text: bytes, fault: str) -> Self:
        """Note an answer."""
        try:
            says = str(json.loads(text)["error"]["code"])
        except (ValueError, KeyError, TypeError):
            says = repr(text[:80])
        return cls(status, method, _ID.sub("…", path.split("?")[0]), says, fault)


class Sample(NamedTuple):
    """One thing that was done, from the first try to the answer."""

    kind: str
    begun: float
    answered: float
    tries: int
    is_write: bool


@dataclass
class Notes:
    """What was acknowledged, and what nobody should have seen."""

    samples: list[Sample] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    """clientId → id."""
    doubled: int = 0
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    """Message, user, emoji."""
    reads: dict[tuple[str, str], int] = field(default_factory=dict)
    """Chat and side → the highest number that was acknowledged as read."""
    requests: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Id → the statuses of the answers to "I cancel" and to "I accept", sent at the same time."""
    uploads: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Pictures that were acknowledged and could not be looked at."""
    letters: Counter[str] = field(default_factory=Counter)
    """Address → letters that were promised to it; an answer that was lost may have promised one more."""
    strange: list[Strange] = field(default_factory=list)
    fault: str = "everybody comes"
    """What was done to the cluster last."""
    given_up: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """Every answer by its status; 0: the line broke; LATE: none came in time."""

    @property
    def failed(self) -> int:
        """Requests that ended without an answer, or with a mistake of ours."""
        return sum(times for status, times in self.statuses.items() if status == 0 or status >= 500)


class SecureLine(WholeLine):
    """One line over TLS from an address of this machine's loopback, so that each person has an address of their own."""

    @classmethod
    async def dial(cls, port: int, context: ssl.SSLContext, source: str) -> Self:
        """Connect to the proxy."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(ANSWERED_WITHIN):
            _, line = await loop.create_connection(cls, HOST, port, ssl=context, local_addr=(source, 0))
        return line


class Person:
    """One side of a chat, in an endless day."""

    def __init__(self, crowd: "Crowd", seat: Seat, side: str, number: int) -> None:
        self.crowd, self.seat, self.side = crowd, seat, side
        self.user = seat.user if side == "customer" else seat.maker_user
        self.held: list[str] = []
        self.dirty = asyncio.Event()
        self._number = number
        self._source = f"127.0.{1 + number // 200}.{1 + number % 200}"
        self._line: SecureLine | None = None
        self._rng = random.Random(f"{crowd.seed}/{number}")
        self._numbered: dict[int, tuple[str, str]] = {}

    def token(self) -> str:
        """An access token; it is good for a quarter of an hour, so it is made anew each time."""
        return customer_token(self.seat) if self.side == "customer" else provider_token(self.seat)

    async def live(self) -> None:
        """Do one thing after the other until the crowd goes home."""
        doings: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (50, self._say),
            (14, self._read),
            (14, self._look),
            (10, self._react),
            (5, self._browse),
            (3, self._upload),
            (2, self._forget),
        ]
        if self.side == "customer":
            doings.append((5, self._request))
        else:
            doings.append((4, self._move))
        weights, ways = zip(*doings, strict=True)
        await asyncio.sleep(self._rng.uniform(0, self.crowd.pace))
        while not self.crowd.is_over:
            await self._rng.choices(ways, weights)[0]()
            await asyncio.sleep(min(self._rng.expovariate(1 / self.crowd.pace), 4 * self.crowd.pace))

    async def listen(self) -> None:
        """Keep a socket, come back when it breaks, and ask for what is missing, until cancelled."""
        while True:
            with contextlib.suppress(OSError, TimeoutError, EOFError, WebSocketException):
                socket = await Listener.open(
                    f"{HOST}:{self.crowd.port}",
                    self.token(),
                    self._hear,
                    ssl=self.crowd.context,
                    local_addr=(self._source, 0),
                )
                try:
                    await self.catch_up()
                    while not socket.is_over:
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(0.5):
                                await self.dirty.wait()
                            self.dirty.clear()
                            await self.catch_up()
                finally:
                    with contextlib.suppress(Exception):
                        await socket.close()
            await asyncio.sleep(self._rng.uniform(0.2, 1))

    async def catch_up(self) -> None:
        """Ask for messages after the last one that is held until there are none."""
        while True:
            path = f"/api/chat/messages?chatId={self.seat.chat}&after={len(self.held)}&limit={PAGE}"
            page = await self.ask("GET", path, kind="catch up")
            for message in page.get("data", ()):
                self._take(message["seq"], message["id"], message["senderId"])
            if not page.get("hasMore"):
                return

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        kind: str,
        also: tuple[int, ...] = (),
        token: str = "",
        **headers: str,
    ) -> dict[str, Any]:
        """One thing, again and again until it is answered; `{"status": …}` for a status that is allowed beside success."""
        begun, tries, notes = time.monotonic(), 0, self.crowd.notes
        while time.monotonic() - begun < GIVEN_UP_AFTER:
            tries += 1
            raw = request(method, path, body, authorization=f"Bearer {token or self.token()}", **headers)
            status, text, retry_after = await self._once(raw.encode("latin-1"))
            notes.statuses[status] += 1
            if status in (200, 201, 304, *also):
                notes.samples.append(Sample(kind, begun, time.monotonic(), tries, method != "GET"))
                is_json = text[:1] == b"{"
                return (json.loads(text) if is_json else {}) | {"status": status}
            if status not in (0, LATE, 502, 503, 504):
                notes.strange.append(Strange.of(status, method, path, text, notes.fault))
                if status != 429:
                    break
            await asyncio.sleep(min(float(retry_after or 0.3), 1.0) * self._rng.uniform(0.5, 1))
        notes.given_up += 1
        return {}

    async def _once(self, raw: bytes) -> tuple[int, bytes, str]:
        line, self._line = self._line, None  # Two things at once take a line each.
        try:
            if line is None or not line.is_open:
                line = await SecureLine.dial(self.crowd.port, self.crowd.context, self._source)
            async with asyncio.timeout(ANSWERED_WITHIN):
                answer = await line.ask(raw)
        except TimeoutError:
            if line is not None:
                line.close()
            return LATE, b"", ""
        except OSError:
            if line is not None:
                line.close()
            return 0, b"", ""
        if answer.status and self._line is None:
            self._line = line
        else:
            line.close()
        return answer.status, answer.text, answer.retry_after

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()

    def _hear(self, text: str) -> None:
        if text.startswith('42["receive-message"'):
            message = json.loads(text[2:])[1]
            if message["chatId"] == self.seat.chat:
                self._take(message["seq"], message["id"], message["senderId"])
                if message["seq"] > len(self.held):
                    self.dirty.set()
        elif text.startswith('42["chat-beat"'):
            self.dirty.set()

    def _take(self, seq: int, id: str, sender: str) -> None:
        if seq == len(self.held) + 1:
            self.held.append(id)
            self._numbered[seq] = (id, sender)

    # What one does

    async def _say(self) -> None:
        name = str(UUID(int=self._rng.getrandbits(128), version=4))
        body = json.dumps(
            {"chatId": self.seat.chat, "content": f"{self._number}: {name} {self.crowd.canary}", "clientId": name}
        ).encode()
        # Some are sent again although they were answered, as when the answer was lost on its last yard.
        for _ in range(2 if self._rng.random() < 0.1 else 1):
            said = await self.ask("POST", "/api/chat/messages", body, kind="send")
            if said and self.crowd.notes.messages.setdefault(name, said["data"]["id"]) != said["data"]["id"]:
                self.crowd.notes.doubled += 1

    async def _read(self) -> None:
        if not self.held:
            return
        body = json.dumps({"upToSeq": len(self.held)}).encode()
        told = await self.ask("POST", f"/api/chat/{self.seat.chat}/read", body, kind="read")
        if told:
            key = (self.seat.chat, self.side)
            self.crowd.notes.reads[key] = max(self.crowd.notes.reads.get(key, 0), told["data"]["upToSeq"])

    async def _look(self) -> None:
        await self.ask("GET", "/api/chat", kind="list")

    async def _browse(self) -> None:
        await self.ask("GET", f"/api/tailors?limit=10&search={self._rng.choice('aemnrst')}", kind="browse")

    async def _react(self) -> None:
        if not self.held:
            return
        id, _sender = self._numbered[self._rng.randint(max(1, len(self.held) - 5), len(self.held))]
        body = json.dumps({"emoji": "👍", "action": "add"}, ensure_ascii=False).encode()
        if await self.ask("POST", f"/api/chat/messages/{id}/reactions", body, kind="react"):
            self.crowd.notes.reactions.add((id, self.user, "👍"))

    async def _request(self) -> None:
        body = json.dumps(
            {"tailorId": self.seat.tailor, "description": f"Shorten the sleeves, {self.crowd.canary}"}
        ).encode()
        key = str(self._rng.getrandbits(64))
        asked = await self.ask("POST", "/api/alterations", body, kind="request", idempotency_key=key)
        if not asked:
            return
        path = f"/api/alterations/{asked['data']['id']}"
        cancel, accept = (
            json.dumps({"status": to, "ifStatus": "PENDING"}).encode() for to in ("CANCELLED", "REJECTED")
        )
        cancelled, refused = await asyncio.gather(
            self.ask("PUT", path, cancel, kind="decide", also=(409,)),
            self.ask("PUT", path, accept, kind="decide", also=(409,), token=provider_token(self.seat)),
        )
        self.crowd.notes.requests[asked["data"]["id"]] = (cancelled.get("status", 0), refused.get("status", 0))

    async def _upload(self) -> None:
        boundary, picture = "a-line-between", _image(self._rng.getrandbits(24))
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{self.crowd.canary}.png"\r\n'
        body = f"{head}content-type: image/png\r\n\r\n".encode() + picture + f"\r\n--{boundary}--\r\n".encode()
        kept = await self.ask(
            "POST", "/api/upload", body, kind="upload", content_type=f"multipart/form-data; boundary={boundary}"
        )
        if not kept:
            return
        self.crowd.notes.uploads.append(kept["data"]["publicId"])
        if not await self.ask("GET", kept["data"]["url"], kind="picture"):
            self.crowd.notes.unseen.append(kept["data"]["publicId"])

    async def _move(self) -> None:
        """A maker works somewhere else and does something else: the catalogue counts both."""
        change = {"location": self._rng.choice(PLACES), "skills": self._rng.sample(SKILLS, 2)}
        await self.ask("PUT", "/api/users/profile", json.dumps(change).encode(), kind="profile")

    async def _forget(self) -> None:
        name = "seat" if self.side == "customer" else "maker"
        address = f"{name}-{self.seat.n}@example.com"
        if self.crowd.asked[address] < LETTERS:
            self.crowd.asked[address] += 1
            body = json.dumps({"email": address}).encode()
            asked = await self.ask("POST", "/api/auth/forgot-password", body, kind="letter", also=(429,))
            if asked.get("status") == 200:
                self.crowd.notes.letters[address] += 1


class Crowd:
    """Everybody, and their notes."""

    def __init__(self, port: int, clients: int, *, pace: float, seed: int = 0) -> None:
        self.port, self.pace, self.seed = port, pace, seed
        self.notes, self.is_over = Notes(), False
        self.asked: Counter[str] = Counter()
        self.canary = f"canary{token_hex(6)}"
        """A word that everybody says, for which all logs are searched afterwards."""
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        seats = [Seat(n) for n in range(1, clients // 2 + 1)]
        sides = [(seat, side) for seat in seats for side in ("customer", "provider")]
        self.people = [Person(self, seat, side, number) for number, (seat, side) in enumerate(sides)]

    async def come(self) -> None:
        """Everybody begins."""
        self._living = [asyncio.create_task(person.live()) for person in self.people]
        self._listening = [asyncio.create_task(person.listen()) for person in self.people]

    async def go_home(self) -> None:
        """What was begun is finished; then everybody looks once more at their chat."""
        self.is_over = True
        await asyncio.gather(*self._living)
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        for person in self.people:
            await person.catch_up()

    def failures(self) -> list[BaseException]:
        """Mistakes of ours in somebody's day."""
        done = [task for task in self._living if task.done() and not task.cancelled()]
        return [error for task in done if (error := task.exception())]


def _image(colour: int) -> bytes:
    """A PNG of 48 × 48 points of this colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + colour.to_bytes(3, "big") * 48
    head = struct.pack(">IIBBBBB", 48, 48, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 48)) + chunk(b"IEND", b"")
