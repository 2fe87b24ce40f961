"""After any history of sends, reads, reactions, drops and kills, every device shows what a fresh one shows, and unread equals a recount (D3–D6, D12)."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.delivery.devices import Device
from tests.support.deadlines import slowness
from tests.support.people import People
from tests.support.server import Server
from tests.support.sweeps import sweep

EMOJI = ("🧵", "❤️", "👍🏽")
CALM = ["say", "say", "say", "again", "read", "react", "react", "drop", "come back"]
WHO, NUMBER = st.integers(0, 2), st.integers(0, 30)
STEPS = st.lists(st.tuples(st.sampled_from(CALM), WHO, NUMBER), min_size=1, max_size=25)
VIOLENT = st.lists(st.tuples(st.sampled_from([*CALM, "kill"]), WHO, NUMBER), min_size=5, max_size=40)
Restart = Callable[[], Awaitable[None]]


class Trio:
    """Cora's phone and her laptop, and Dina's phone."""

    def __init__(self, server: Server, cora: Any, dina: Any, tokens: list[str], designer_id: str) -> None:
        self.server, self.people, self.designer_id = server, (cora, cora, dina), designer_id
        self.tokens = [tokens[0], tokens[0], tokens[1]]
        self.devices: list[Device] = []

    async def begin(self, db: Any) -> list[Device]:
        """A new chat, open on all three."""
        await self.end()
        await db.execute("delete from chats where designer_id = %(id)s", id=self.designer_id)
        asked = Device(self.server.url, self.people[0], self.tokens[0], "")
        chat = (await asked.ask("POST", "/api/chat", json={"designerId": self.designer_id})).json()["data"]["id"]
        await asked.close()
        self.devices = [
            Device(self.server.url, person, token, chat) for person, token in zip(self.people, self.tokens, strict=True)
        ]
        await asyncio.gather(*(device.connect() for device in self.devices))
        return self.devices

    async def end(self) -> None:
        """Put everything away."""
        for device in self.devices:
            await device.close()
        self.devices = []

    async def live(self, db: Any, steps: Any, restart: Restart | None = None) -> None:
        """One history, and what must be true after it."""
        devices = await self.begin(db)
        for n, (what, who, number) in enumerate(steps):
            device = devices[who]
            if what == "say":
                await device.say(f"{n}")
            elif what == "again":
                await device.repeat(number)
            elif what == "read":
                await device.read(number)
            elif what == "react":
                await device.react(number, EMOJI[number % len(EMOJI)])
            elif what == "drop":
                await device.drop()
            elif what == "come back":
                await device.connect()
            elif restart is not None:
                await restart()
        await asyncio.gather(*(device.agrees(3 * slowness()) for device in devices))
        await self.recount()

    async def recount(self) -> None:
        """All show the same messages without a gap, and what is unread is what one can count."""
        phone, laptop, dina = self.devices
        assert phone.messages == laptop.messages == dina.messages
        assert phone.reactions == laptop.reactions == dina.reactions
        for device in self.devices:
            mine = max(one.read_by_me for one in self.devices if one.person is device.person)
            query = {"chatId": device.chat, "limit": 50, "after": max(0, len(device.messages) - 50)}
            stored = (await device.ask("GET", "/api/chat/messages", params=query)).json()["data"]
            assert [message["seq"] for message in stored] == list(range(1, len(device.messages) + 1))[-50:]
            listed = (await device.ask("GET", "/api/chat")).json()["data"][0]
            unread = sum(m["senderId"] != device.person.id and m["seq"] > mine for m in stored)
            assert (listed["unreadCount"], listed["lastSeq"]) == (unread, len(device.messages))


async def trio_at(server: Server) -> tuple[Trio, People]:
    people = People(server)
    cora, dina = await people.customer("Cora"), await people.designer("Dina")
    tokens = [await one.token() for one in (cora, dina)]
    return Trio(server, cora, dina, tokens, (await dina.me())["designer"]["id"]), people


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def trio(_worker_server: Server) -> AsyncIterator[Trio]:
    trio, people = await trio_at(_worker_server)
    yield trio
    await trio.end()
    await people.close()


def told(steps: Any, live: Callable[[Any], Awaitable[None]], examples: int, loop: asyncio.AbstractEventLoop) -> None:
    """Let hypothesis tell stories on the loop that the fixtures live on."""

    @given(steps)
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    def story(steps: Any) -> None:
        loop.run_until_complete(live(steps))

    story()


@pytest.mark.parametrize("histories", sweep([5, 20]))
def test_every_device_comes_to_show_the_same(trio: Trio, db: Any, loop: Any, histories: int) -> None:
    told(STEPS, lambda steps: trio.live(db, steps), histories, loop)


@pytest.mark.long
def test_and_whatever_else_happens_when_the_server_is_killed(trio: Trio, db: Any, loop: Any) -> None:
    async def restart() -> None:
        trio.server.kill()
        await trio.server.start()

    told(VIOLENT, lambda steps: trio.live(db, steps, restart), 12, loop)


@pytest.mark.parametrize("rounds", sweep([10, 25, 100]))
async def test_nothing_falls_between_joining_and_fetching(trio: Trio, db: Any, rounds: int) -> None:
    """D5: a message that is committed at any moment of coming online is there without another look."""
    phone, _, dina = await trio.begin(db)
    rng = random.Random(rounds)
    for n in range(rounds):
        await phone.drop()

        async def speak(pause: float = rng.uniform(0, 0.02), n: int = n) -> None:
            await asyncio.sleep(pause)
            await dina.say(f"{n}")

        await asyncio.gather(phone.connect(), speak())
        await phone.agrees(2 * slowness())
    assert len(phone.messages) == rounds


async def test_a_gap_is_noticed_by_the_next_event(trio: Trio, db: Any) -> None:
    phone, _, dina = await trio.begin(db)
    phone.loses = 1
    for n in range(3):
        await dina.say(f"lost {n}")
    await asyncio.sleep(0.2)
    assert phone.messages == []
    phone.loses = 0
    await dina.say("heard")
    await phone.agrees()
    assert len(phone.messages) == 4


@pytest.mark.long
async def test_what_a_bad_line_swallows_is_there_within_35_s(trio: Trio, db: Any) -> None:
    """D6: every second event is lost, and after the last message nothing else comes but the beat."""
    devices = await trio.begin(db)
    for device in devices:
        device.loses = 0.5
    for n in range(20):
        await devices[n % 3].say(f"{n}")
        await devices[n % 3].react(n, EMOJI[n % 3])
    for device in devices:
        device.loses = 1
    await devices[2].say("the last word")
    await devices[2].react(20, EMOJI[0])
    await asyncio.gather(*(device.agrees(35) for device in devices))
    assert all(device.fetches > 1 for device in devices)


@pytest.mark.parametrize("things", sweep([90, 300, 1_000]))
async def test_unread_does_not_drift_whatever_is_done_at_once(trio: Trio, db: Any, things: int) -> None:
    """D12: sends, reads and reactions of all devices at the same time; `readAt` is set once."""
    devices = await trio.begin(db)
    rng = random.Random(things)

    async def busy(device: Device, hand: int) -> None:
        for n in range(things // 9):
            what = rng.choice(CALM[:7])
            if what == "say":
                await device.say(f"{hand}/{n}")
            elif what == "again":
                await device.repeat(rng.randrange(30))
            elif what == "react":
                await device.react(rng.randrange(1_000), rng.choice(EMOJI))
            else:
                # Several hands of one device read at once; only the farthest of their answers counts.
                device.read_by_me = max(device.read_by_me, await position(device, rng.randrange(things)))

    await asyncio.gather(*(busy(device, hand) for device in devices for hand in range(3)))
    await asyncio.gather(*(device.agrees(5 * slowness()) for device in devices))
    for device in devices:
        mine = max(one.read_by_me for one in devices if one.person is device.person)
        listed = (await device.ask("GET", "/api/chat")).json()["data"][0]
        recount = await db.value(
            "select count(*) from messages where chat_id = %(chat)s and sender_id <> %(me)s and seq > %(mine)s",
            chat=device.chat,
            me=device.person.id,
            mine=mine,
        )
        assert listed["unreadCount"] == recount


async def position(device: Device, seq: int) -> int:
    answer = await device.ask("POST", f"/api/chat/{device.chat}/read", json={"upToSeq": seq})
    return int(answer.json()["data"]["upToSeq"])
