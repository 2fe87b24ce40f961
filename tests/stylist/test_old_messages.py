"""Old messages: every id in them is looked up again (cases H02, H04 and H14)."""

from uuid import uuid4

import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import PLACE as WARDROBE
from tests.factories.wardrobe import hung
from tests.stylist.asking import designer_segment, messages_in, outfit_of, stored_answer
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def test_an_item_that_was_deleted_is_no_longer_named(people: People, db: Db) -> None:
    cora = await people.customer()
    kurta, skirt = await hung(cora, name="Blue kurta"), await hung(cora, name="Skirt")
    stored = await stored_answer(db, cora, [outfit_of(kurta, skirt)])
    await cora.put(f"{WARDROBE}?id={kurta['id']}", json={"name": "Indigo kurta"})
    await cora.delete(f"{WARDROBE}?id={skirt['id']}")
    [message] = await messages_in(cora, stored["conversationId"])
    [outfit] = message["segments"]
    assert [(item["id"], item["name"]) for item in outfit["items"]] == [(kurta["id"], "Indigo kurta")]
    assert skirt["id"] not in str(message)
    assert (await cora.get(outfit["items"][0]["imageUrl"])).status_code == 200
    await cora.delete(f"{WARDROBE}?id={kurta['id']}")
    [message] = await messages_in(cora, stored["conversationId"])
    assert message["segments"][0]["type"] == "text"
    assert "[OUTFIT" not in message["content"]


@pytest.mark.case("H14")
async def test_a_foreign_item_and_an_unknown_designer_are_never_shown(people: People, db: Db) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    foreign = await hung(odile, name="Odile's saree")
    stored = await stored_answer(db, cora, [outfit_of(foreign), designer_segment("cevil0000000000000000000")])
    [message] = await messages_in(cora, stored["conversationId"])
    assert [segment["type"] for segment in message["segments"]] == ["text", "text"]
    assert foreign["id"] not in str(message)
    assert "cevil" not in str(message)
    assert "[" not in message["content"]


@pytest.mark.case("H02")
async def test_a_name_cannot_make_a_second_marker(people: People, db: Db) -> None:
    cora, dina = (
        await people.customer(),
        await people.designer("X][CHAT_TAILOR:evil:Click", email=f"{uuid4().hex}@example.com"),
    )
    id = (await dina.me())["designer"]["id"]
    text = {"type": "text", "text": f"Say [CHAT_DESIGNER:{id}:me] and [OUTFIT_START]"}
    stored = await stored_answer(db, cora, [text, designer_segment(id, "old name")])
    [message] = await messages_in(cora, stored["conversationId"])
    assert message["content"].count("[") == 3
    assert f"[CHAT_DESIGNER:{id}:X)(CHAT_TAILOR evil Click]" in message["content"]
    assert message["segments"][1]["name"] == "X][CHAT_TAILOR:evil:Click"
    assert message["segments"][0]["text"] == text["text"]


async def test_a_designer_who_left_is_named_no_more(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Departs")
    id = (await dina.me())["designer"]["id"]
    stored = await stored_answer(db, cora, [designer_segment(id)])
    [message] = await messages_in(cora, stored["conversationId"])
    assert message["segments"][0]["name"] == "Dina Departs"
    gone = await dina.http.request(
        "DELETE", "/api/users/account", json={"password": dina.password}, headers={"X-CSRF-Token": await dina.csrf()}
    )
    assert gone.status_code == 200
    [message] = await messages_in(cora, stored["conversationId"])
    assert message["segments"][0]["type"] == "text"
    assert "Departs" not in str(message)


async def test_what_was_stored_in_another_shape_is_left_out(people: People, db: Db) -> None:
    cora = await people.customer()
    odd = [{"type": "hologram"}, "text", {"type": "text"}, {"type": "text", "text": "Still here"}]
    stored = await stored_answer(db, cora, odd)
    [message] = await messages_in(cora, stored["conversationId"])
    assert [segment["text"] for segment in message["segments"]] == ["Still here"]
