"""PUT and DELETE /api/chatbot/wardrobe (cases F18 and G25)."""

import asyncio
from pathlib import Path

import pytest

from neural_threads.platform.db import Db
from tests.factories.portfolio import PORTFOLIO
from tests.factories.wardrobe import PLACE, design_of, hung, names
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def test_cora_corrects_what_is_said_of_it(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    item = await hung(cora, subcategory="ETHNIC", brand="Anokhi", name="Blue one")
    place = f"{PLACE}?id={item['id']}"
    changed = (await cora.put(place, json={"color": "navy", "subcategory": None, "brand": " "})).json()["data"]
    assert changed | {"color": "navy", "subcategory": None, "brand": None, "name": "Blue one"} == changed
    assert changed["updatedAt"] > item["updatedAt"]
    assert (await odile.put(place, json={"color": "red"})).status_code == 404
    assert await names(cora, "search=navy") == ["Blue one"]


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("?id={id}", {}, 422),
        ("?id={id}", {"category": None}, 422),
        ("?id={id}", {"name": "x" * 121}, 422),
        ("?id={id}", {"imageUrl": "/media/u/aa/bb"}, 422),
        ("", {"name": "x"}, 422),
        ("?id=cnobody", {"name": "x"}, 404),
    ],
)
async def test_what_cannot_be_changed(people: People, query: str, body: dict[str, object], status: int) -> None:
    cora = await people.customer()
    item = await hung(cora, color="blue")
    assert (await cora.put(PLACE + query.format(id=item["id"]), json=body)).status_code == status


@pytest.mark.case("G25")
async def test_without_id_anothers_and_twice(people: People, db: Db, own_folder: Path) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    item = await hung(cora)
    image = item["imageUrl"].partition("?")[0].removeprefix("/media/")
    assert (await cora.delete(PLACE)).status_code == 422
    assert (await cora.delete(f"{PLACE}?id=")).status_code == 422
    assert (await odile.delete(f"{PLACE}?id={item['id']}")).status_code == 404
    gone = await asyncio.gather(*(cora.delete(f"{PLACE}?id={item['id']}") for _ in range(3)))
    assert sorted(answer.status_code for answer in gone) == [200, 404, 404]
    assert await db.value("select count(*) from media where public_id = %(id)s", id=image) == 0
    assert not (own_folder / "media" / "originals" / image).exists()
    assert await names(cora) == []


@pytest.mark.case("F18")
async def test_the_providers_image_stays(people: People, db: Db, own_folder: Path) -> None:
    cora, dina = await people.customer(), await people.designer()
    item = (await cora.post(PLACE, json={"portfolioItemId": await design_of(dina)})).json()["data"]
    assert (await cora.delete(f"{PLACE}?id={item['id']}")).status_code == 200
    image = item["imageUrl"].partition("?")[0]
    assert (await people.anonymous().get(image)).status_code == 200
    again = await cora.post(PLACE, json={"portfolioItemId": item["portfolioItemId"]})
    assert (again.status_code, again.json()["data"]["id"] != item["id"]) == (201, True)


async def test_an_image_that_two_items_show_goes_with_the_last(people: People) -> None:
    cora = await people.customer()
    first = await hung(cora)
    body = {"imageUrl": first["imageUrl"], "category": "JACKET", "color": "blue"}
    second = (await cora.post(PLACE, json=body)).json()["data"]
    await cora.delete(f"{PLACE}?id={first['id']}")
    assert (await cora.get(second["imageUrl"])).status_code == 200
    await cora.delete(f"{PLACE}?id={second['id']}")
    assert (await cora.get(second["imageUrl"])).status_code == 404


async def test_an_image_that_a_message_shows_as_well_stays_there(people: People) -> None:
    cora, dina = await people.customer(), await people.designer()
    item = await hung(cora)
    chat = (await cora.post("/api/chat", json={"designerId": dina.user["designer"]["id"]})).json()["data"]["id"]
    sent = await cora.post("/api/chat/messages", json={"chatId": chat, "content": "", "imageUrl": item["imageUrl"]})
    assert sent.status_code == 201, sent.text
    assert (await cora.delete(f"{PLACE}?id={item['id']}")).status_code == 200
    page = (await dina.get(f"/api/chat/messages?chatId={chat}&limit=10")).json()["data"]
    assert (await dina.get(page[-1]["imageUrl"])).status_code == 200


async def test_the_providers_image_stays_hers_when_nothing_shows_it_any_more(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer()
    item = (await cora.post(PLACE, json={"portfolioItemId": await design_of(dina)})).json()["data"]
    image = item["imageUrl"].partition("?")[0].removeprefix("/media/")
    assert (await dina.delete(f"{PORTFOLIO.path}/{item['portfolioItemId']}")).status_code == 200
    assert (await cora.delete(f"{PLACE}?id={item['id']}")).status_code == 200
    assert await db.value("select owner_id from media where public_id = %(id)s", id=image) == dina.id
