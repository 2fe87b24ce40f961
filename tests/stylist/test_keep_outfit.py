"""Outfits of an answer: kept, changed item by item, and shown in a chat."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import hung
from tests.stylist.asking import CONVERSATIONS, messages_in, outfit_of, stored_answer
from tests.support.people import People, Person

OUTFITS = "/api/chatbot/outfits"
LOOKS = "/api/chatbot/looks"
pytestmark = pytest.mark.usefixtures("database")


async def proposed(db: Db, me: Person) -> dict[str, Any]:
    """An answer with an outfit of two items at index 1."""
    kurta = await hung(me, name="Indigo kurta", category="UPPERWEAR", subcategory="ETHNIC")
    skirt = await hung(me, name="Rani skirt", category="BOTTOMWEAR")
    stored = await stored_answer(db, me, [{"type": "text", "text": "Wear this."}, outfit_of(kurta, skirt)])
    return {**stored, "kurta": kurta["id"], "skirt": skirt["id"]}


async def test_cora_keeps_an_outfit_once(people: People, db: Db) -> None:
    cora = await people.customer()
    answer = await proposed(db, cora)
    which = {"messageId": answer["messageId"], "index": 1}
    kept = await asyncio.gather(*(cora.post(OUTFITS, json=which) for _ in range(3)))
    assert sorted(each.status_code for each in kept) == [200, 200, 201]
    [look] = (await cora.get(LOOKS)).json()["data"]
    assert (look["name"], [part["name"] for part in look["parts"]]) == (
        "For the sangeet",
        ["Indigo kurta", "Rani skirt"],
    )
    assert {each.json()["data"]["id"] for each in kept} == {look["id"]}
    other = await hung(cora, name="White shirt", category="UPPERWEAR")
    swap = {"index": 1, "itemId": answer["kurta"], "withItemId": other["id"]}
    await cora.put(f"/api/chatbot/messages/{answer['messageId']}/outfit", json=swap)
    again = await cora.post(OUTFITS, json=which)
    assert (again.status_code, again.json()["data"]["id"]) == (200, look["id"]), "it has the items of now"
    assert [part["name"] for part in again.json()["data"]["parts"]] == ["White shirt", "Rani skirt"]
    await cora.delete(f"{CONVERSATIONS}/{answer['conversationId']}")
    [look] = (await cora.get(LOOKS)).json()["data"]
    assert len(look["parts"]) == 2, "what is kept stays when its conversation goes"


async def test_a_look_that_was_taken_apart_can_be_kept_again(people: People, db: Db) -> None:
    cora = await people.customer()
    answer = await proposed(db, cora)
    which = {"messageId": answer["messageId"], "index": 1}
    look = (await cora.post(OUTFITS, json=which)).json()["data"]["id"]
    assert (await cora.delete(f"{LOOKS}/{look}")).status_code == 200
    assert (await cora.post(OUTFITS, json=which)).status_code == 201


@pytest.mark.parametrize(("index", "status"), [(0, 404), (2, 404), (-1, 422), (201, 422)])
async def test_only_an_outfit_can_be_kept(people: People, db: Db, index: int, status: int) -> None:
    cora = await people.customer()
    answer = await proposed(db, cora)
    kept = await cora.post(OUTFITS, json={"messageId": answer["messageId"], "index": index})
    assert kept.status_code == status


async def test_odile_cannot_keep_change_or_show_coras(people: People, db: Db) -> None:
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    answer = await proposed(db, cora)
    hers = await hung(odile, category="UPPERWEAR")
    which = {"messageId": answer["messageId"], "index": 1}
    place = f"/api/chatbot/messages/{answer['messageId']}"
    designer = (await dina.me())["designer"]["id"]
    swap = {"index": 1, "itemId": answer["kurta"], "withItemId": hers["id"]}
    for refused in (
        await odile.post(OUTFITS, json=which),
        await odile.put(f"{place}/outfit", json=swap),
        await odile.get(f"{place}/alternatives?index=1&itemId={answer['kurta']}"),
        await odile.post(f"{OUTFITS}/share", json={**which, "designerId": designer}),
        await cora.put(f"{place}/outfit", json=swap),
    ):
        assert refused.status_code == 404
    assert (await odile.get("/api/chat")).json()["data"] == [], "no chat was opened on the way"


async def test_cora_swaps_an_item(people: People, db: Db) -> None:
    cora = await people.customer()
    answer = await proposed(db, cora)
    western = await hung(cora, name="White shirt", category="UPPERWEAR", subcategory="WESTERN")
    ethnic = await hung(cora, name="Marigold kurta", category="UPPERWEAR", subcategory="ETHNIC")
    await hung(cora, name="Juttis", category="SHOES")
    place = f"/api/chatbot/messages/{answer['messageId']}"
    offered = (await cora.get(f"{place}/alternatives?index=1&itemId={answer['kurta']}")).json()["data"]
    assert [item["name"] for item in offered] == ["Marigold kurta", "White shirt"]
    swap = {"index": 1, "itemId": answer["kurta"], "withItemId": ethnic["id"]}
    changed = (await cora.put(f"{place}/outfit", json=swap)).json()["data"]
    assert [item["name"] for item in changed["segments"][1]["items"]] == ["Marigold kurta", "Rani skirt"]
    [message] = await messages_in(cora, answer["conversationId"])
    assert message["segments"] == changed["segments"]
    again = {"index": 1, "itemId": answer["skirt"], "withItemId": ethnic["id"]}
    assert (await cora.put(f"{place}/outfit", json=again)).json()["error"]["code"] == "ALREADY_IN_OUTFIT"
    same = {"index": 1, "itemId": ethnic["id"], "withItemId": ethnic["id"]}
    assert (await cora.put(f"{place}/outfit", json=same)).status_code == 422
    assert western["id"] not in str(changed)


async def test_cora_shows_an_outfit_to_dina(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer()
    answer = await proposed(db, cora)
    body = {
        "messageId": answer["messageId"],
        "index": 1,
        "designerId": (await dina.me())["designer"]["id"],
        "note": "Could you make a blouse for this?",
        "clientId": str(uuid4()),
    }
    shown = await cora.post(f"{OUTFITS}/share", json=body)
    again = await cora.post(f"{OUTFITS}/share", json=body)
    assert (shown.status_code, again.status_code) == (201, 200)
    chat = shown.json()["data"]["chatId"]
    heard = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert [bool(message["imageUrl"]) for message in heard] == [False, True, True]
    assert heard[0]["content"].startswith("Could you make a blouse for this?")
    assert "Indigo kurta, Rani skirt" in heard[0]["content"]
    assert (await dina.get(heard[1]["imageUrl"])).status_code == 200
    for wrong in ({}, {"chatId": chat, "designerId": body["designerId"]}):
        refused = await cora.post(f"{OUTFITS}/share", json={"messageId": answer["messageId"], "index": 1, **wrong})
        assert refused.status_code == 422
