"""What each thing that people do tells, and exactly whom: by their own addresses, as the product does it."""

import asyncio
import json

import pytest

from tests.accounts.test_ended_sockets import line_of

pytestmark = pytest.mark.usefixtures("database")
HTML = {"Accept": "text/html"}


async def told(one):
    """What somebody was told: types, and who did it."""
    found = (await one.get("/api/notifications")).json()["data"]
    return sorted((each["type"], each["actor"]["name"]) for each in found)


@pytest.fixture
async def town(people):
    """Everybody, and the ids under which makers are found."""
    everybody = {
        "cora": await people.customer("Cora"),
        "odile": await people.customer("Odile"),
        "dina": await people.designer("Dina"),
        "tariq": await people.tailor("Tariq"),
    }
    everybody["dina_id"] = (await everybody["dina"].me())["designer"]["id"]
    everybody["tariq_id"] = (await everybody["tariq"].me())["tailor"]["id"]
    return everybody


async def opens_a_chat(town):
    return (await town["cora"].post("/api/chat", json={"designerId": town["dina_id"]})).json()["data"]["id"]


async def writes(town):
    chat = await opens_a_chat(town)
    await town["cora"].post("/api/chat/messages", json={"chatId": chat, "content": "Hello"})


async def answers(town):
    chat = await opens_a_chat(town)
    await town["dina"].post("/api/chat/messages", json={"chatId": chat, "content": "Hello"})


async def reviews(town):
    body = {"designerId": town["dina_id"], "rating": 5, "comment": "Kept every promise"}
    answer = await town["cora"].post("/api/reviews", json=body)
    assert answer.status_code == 201, answer.text


async def looks(town):
    await town["cora"].get(f"/customer/designers/{town['dina_id']}", headers=HTML)


async def asks_for_an_alteration(town):
    body = {"tailorId": town["tariq_id"], "description": "Take the kurta in"}
    return (await town["cora"].post("/api/alterations", json=body)).json()["data"]["id"]


async def is_accepted(town):
    id = await asks_for_an_alteration(town)
    await town["tariq"].put(f"/api/alterations/{id}", json={"status": "ACCEPTED"})


async def takes_it_back(town):
    id = await asks_for_an_alteration(town)
    await town["cora"].put(f"/api/alterations/{id}", json={"status": "CANCELLED"})


async def asks_for_a_design(town):
    body = {"designerId": town["dina_id"], "description": "A sari blouse"}
    await town["cora"].post("/api/design-requests", json=body)


CHAT, MESSAGE, REVIEW, VIEW, ORDER = "CHAT_REQUEST", "MESSAGE", "REVIEW", "PROFILE_VIEW", "ORDER_UPDATE"


@pytest.mark.parametrize(
    ("happens", "who_is_told"),
    [
        (opens_a_chat, {"dina": [(CHAT, "Cora")]}),
        (writes, {"dina": [(CHAT, "Cora"), (MESSAGE, "Cora")]}),
        (answers, {"dina": [(CHAT, "Cora")], "cora": [(MESSAGE, "Dina")]}),
        (reviews, {"dina": [(REVIEW, "Cora")]}),
        (looks, {"dina": [(VIEW, "Cora")]}),
        (asks_for_an_alteration, {"tariq": [(ORDER, "Cora")]}),
        (is_accepted, {"tariq": [(ORDER, "Cora")], "cora": [(ORDER, "Tariq")]}),
        (takes_it_back, {"tariq": [(ORDER, "Cora"), (ORDER, "Cora")]}),
        (asks_for_a_design, {"dina": [(ORDER, "Cora")]}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_exactly_these_are_told(town, happens, who_is_told):
    await happens(town)
    found = {name: await told(town[name]) for name in ("cora", "odile", "dina", "tariq")}
    assert {name: news for name, news in found.items() if news} == who_is_told


async def test_dina_reads_her_reviews_and_is_told_of_them_no_more(town):
    await reviews(town)
    page = await town["dina"].get("/designer/reviews", headers=HTML)
    assert "Kept every promise" in page.text
    assert (await town["dina"].get("/api/notifications")).json()["unreadCount"] == 0


async def hears(line, *names):
    """Wait for the next of these events on a line; answers its payload."""
    async with asyncio.timeout(30):
        while True:
            packet = await line.recv()
            if isinstance(packet, str) and packet.startswith("42"):
                event, payload = json.loads(packet[2:])
                if event in names:
                    return payload


async def test_what_is_handled_on_one_device_vanishes_from_the_other(town):
    dina, odile = town["dina"], town["odile"]
    phone = await dina.another_device()
    async with line_of(dina) as laptop, line_of(phone) as pocket, line_of(odile) as others:
        chat = await opens_a_chat(town)
        await town["cora"].post("/api/chat/messages", json={"chatId": chat, "content": "Hello"})
        ids = [{(await hears(line, "notification"))["id"] for _ in range(2)} for line in (laptop, pocket)]
        assert ids[0] == ids[1]
        await phone.post(f"/api/chat/{chat}/read", json={"upToSeq": 1})
        for line in (laptop, pocket):
            assert set((await hears(line, "notifications-read"))["ids"]) == ids[0]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await hears(others, "notification", "notifications-read")
    assert (await dina.get("/api/notifications")).json()["unreadCount"] == 0
    await phone.close()
