"""Generated requests and frames against a server that runs: none is answered by a 5xx, and nobody else is troubled.

The requests are made from the server's own document of its API, by everybody who may ask: a customer, a designer, a tailor
and a visitor, half of them about things that exist. The frames come from people with sockets, while another one asks after
each handful whether the server still answers.
"""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

import neural_threads.web.chat.sockets  # noqa: F401 - the events of the chat
from neural_threads.platform.realtime import CLIENT_EVENTS

from .odd_frames import Monkey
from .odd_requests import ANY_ANSWER, ONCE_ONLY, STRICT, Asker, fuzz, operations_in

PASSWORD = "seven indigo looms"
ROLES = ("customer", "designer", "tailor", "visitor")
A_HANDFUL = 50
"""Frames from one socket, each with a question: below what a flood is cut for."""
A_TURN = 100
"""Frames from one person, after which somebody else looks whether they are answered."""
ASKED = 900_000_000
ANSWERED_WITHIN = 20.0
_numbers = count(1)


@dataclass
class Outcome:
    """What came of it."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)
    """Role, operation and what was wrong → the first request of it."""
    frames: int = 0
    acknowledged: int = 0
    broken: list[str] = field(default_factory=list)
    """Frames that were answered by INTERNAL, or after which the line was mute."""
    troubled: int = 0
    """Times that somebody else was not answered."""
    seconds: float = 0.0

    @property
    def server_errors(self) -> int:
        """Requests answered by a 5xx."""
        return sum(times for status, times in self.statuses.items() if status >= 500)


def fuzzed(url: str, *, requests_wanted: int, frames_wanted: int, seed: int, strict: bool = True) -> Outcome:
    """Send so many of each to the server at `url`, whose limits are off."""
    outcome, begun = Outcome(), time.monotonic()
    world = _World(url)
    _ask_everything(world, requests_wanted, seed, outcome, STRICT if strict else ANY_ANSWER)
    asyncio.run(_send_frames(world, frames_wanted, seed, outcome))
    outcome.seconds = time.monotonic() - begun
    return outcome


# Requests


class _Person:
    """Somebody who signed up."""

    def __init__(self, url: str, role: str) -> None:
        self.url, self.role = url, role
        self.email = f"odd-{next(_numbers)}-{random.randrange(1 << 40)}@example.com"
        path = "/api/auth/signup" if role == "customer" else f"/api/auth/signup/{role}"
        body: dict[str, Any] = {"email": self.email, "password": PASSWORD, "name": f"Odd {role}"}
        if role != "customer":
            body |= {"location": "MG_ROAD", "yearsOfExperience": 4, "languages": ["ENGLISH"]}
            body |= {"designNiches": ["BRIDAL"]} if role == "designer" else {"skills": ["STITCHING"]}
        self.user = self._told(path, body)["user"]

    def token(self) -> str:
        """A new access token: one is good for a quarter of an hour."""
        token: str = self._told("/api/auth/login", {"email": self.email, "password": PASSWORD})["token"]
        return token

    def asker(self) -> Asker:
        """The same, asking by token."""
        return Asker(self.url, {"Authorization": f"Bearer {self.token()}"}, {})

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create something; what came of it."""
        answer = requests.post(self.url + path, json=body, headers=self.asker().headers, timeout=60)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text[:300]}"
        data: dict[str, Any] = answer.json()["data"]
        return data

    def _told(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        with _visiting(self.url) as (session, headers):
            answer = session.post(self.url + path, json=body, headers=headers, timeout=60)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text[:300]}"
        told: dict[str, Any] = answer.json()
        return told


@contextlib.contextmanager
def _visiting(url: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        token = session.get(f"{url}/api/security/csrf", timeout=60).json()["data"]["token"]
        yield session, {"X-CSRF-Token": token, "Origin": url}


class _World:
    """One person of each role, and something of each kind that they have together."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.people = {role: _Person(url, role) for role in ROLES[:3]}
        customer, designer, tailor = self.people.values()
        designer_id, tailor_id = designer.user["designer"]["id"], tailor.user["tailor"]["id"]
        chat = customer.post("/api/chat", {"designerId": designer_id})
        message = customer.post("/api/chat/messages", {"chatId": chat["id"], "content": "Hello"})
        request = customer.post("/api/alterations", {"tailorId": tailor_id, "description": "Take in the waist"})
        review = customer.post("/api/reviews", {"designerId": designer_id, "rating": 5})
        conversation = customer.post("/api/chatbot/conversations", {})
        self.known = {
            "designerId": designer_id,
            "tailorId": tailor_id,
            "chatId": chat["id"],
            "messageId": message["id"],
            "requestId": request["id"],
            "reviewId": review["id"],
            "conversationId": conversation["id"],
        }

    def asker(self, role: str, operation: str) -> Asker:
        """Whoever asks for this operation in this role; what can be done once only is done by somebody new."""
        if role == "visitor":
            with _visiting(self.url) as (session, headers):
                return Asker(self.url, headers, dict(session.cookies))
        person = _Person(self.url, role) if operation in ONCE_ONLY else self.people[role]
        return person.asker()


def _ask_everything(world: _World, wanted: int, seed: int, outcome: Outcome, checks: list[Any]) -> None:
    """Every operation in every role, again with other examples until so many were asked."""
    document = requests.get(f"{world.url}/schema/openapi.json", timeout=60).json()
    operations = operations_in(document)
    for round in count():
        for role in ROLES:
            for operation in operations:
                left = wanted - outcome.statuses.total()
                if left <= 0:
                    outcome.requests = outcome.statuses.total()
                    return
                examples = min(left, max(2, wanted // (len(ROLES) * len(operations)) + 1))
                asker = world.asker(role, operation.label)
                rng = random.Random(f"{seed} {round} {role} {operation.label}")
                found = fuzz(
                    operation,
                    asker,
                    world.known,
                    outcome.statuses,
                    examples=examples,
                    checks=checks,
                    seed=rng.getrandbits(32),
                )
                outcome.wrong |= {f"{role}, {operation.label}: {title}": told for title, told in found.items()}


# Frames


async def _send_frames(world: _World, wanted: int, seed: int, outcome: Outcome) -> None:
    known = {name: world.known[name] for name in ("chatId", "messageId")}
    monkey = Monkey(seed, sorted(CLIENT_EVENTS), known)
    for turn in count():
        tokens = {role: world.people[role].token() for role in ROLES[:3]}
        until = min(wanted, outcome.frames + A_TURN)
        while outcome.frames < until:
            with contextlib.suppress(OSError, WebSocketException):
                async with _socket(world.url, tokens[ROLES[turn % 3]]) as socket:
                    await _send_some(socket, monkey, min(A_HANDFUL, until - outcome.frames), outcome)
        outcome.troubled += not await _is_answered(world.url, tokens["customer"])
        if outcome.frames >= wanted:
            return


async def _send_some(socket: ClientConnection, monkey: Monkey, frames: int, outcome: Outcome) -> None:
    """Send until the line ends, as it may. After each frame one is asked that is answered, so that each is really read."""
    for number in range(frames):
        frame = monkey.frame()
        outcome.frames += 1
        await socket.send(frame)
        await socket.send(f'42{ASKED + number}["register",{{}}]')
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                while not (text := str(await socket.recv())).startswith(f"43{ASKED + number}["):
                    outcome.acknowledged += text.startswith("43")
                    if '"INTERNAL"' in text:
                        outcome.broken.append(f"{text[:200]} after {frame!r:.300}")
        except TimeoutError:
            outcome.broken.append(f"Neither an answer nor an end after {frame!r:.300}")
            return


async def _is_answered(url: str, token: str) -> bool:
    """Return True if somebody else opens a socket, is registered, and gets their chats."""
    with contextlib.suppress(OSError, WebSocketException, TimeoutError):
        async with asyncio.timeout(ANSWERED_WITHIN), _socket(url, token) as socket:
            await socket.send('421["register",{}]')
            while not str(text := await socket.recv()).startswith("431["):
                pass
            return bool(json.loads(str(text)[3:])[0]["success"])
    return False


@contextlib.asynccontextmanager
async def _socket(url: str, token: str) -> Any:
    address = f"ws{url.removeprefix('http')}/socket.io/?EIO=4&transport=websocket"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(address, additional_headers=headers, compression=None, ping_interval=None, proxy=None) as socket:
        await socket.recv()
        await socket.send("40")
        await socket.recv()
        yield socket
