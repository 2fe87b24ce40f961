"""POST /api/chatbot/wardrobe: a file, an earlier upload, or a design that one keeps."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from neural_threads.features.wardrobe.actions import save_design
from neural_threads.features.wardrobe.jobs import read_colour
from neural_threads.features.wardrobe.queries import saved_designs_of
from neural_threads.platform.db import Db, reading, transaction
from tests.factories.orders import person
from tests.factories.wardrobe import INDIGO, PLACE, RANI, design_of, hung, names
from tests.media.bad_files import jpeg
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def test_cora_hangs_up_a_dress(people: People) -> None:
    cora = await people.customer()
    item = await hung(cora, RANI, subcategory="ETHNIC", name="Diwali dress", brand="Anokhi")
    assert item | {"category": "DRESS", "subcategory": "ETHNIC", "name": "Diwali dress", "brand": "Anokhi"} == item
    assert (item["color"], item["portfolioItemId"]) == ("rani", None)
    assert (await people.anonymous().get(item["imageUrl"])).status_code == 200  # signed, for as long as it is good
    assert (await people.anonymous().get(item["imageUrl"].partition("?")[0])).status_code == 404
    assert await names(cora) == ["Diwali dress"]


async def test_a_colour_that_is_told_is_believed(people: People) -> None:
    cora = await people.customer()
    assert (await hung(cora, RANI, color="Amma's pink"))["color"] == "Amma's pink"
    assert (await hung(cora, INDIGO, color="  "))["color"] == "indigo"


async def test_names_stay_as_they_were_typed(people: People) -> None:
    cora = await people.customer()
    item = await hung(cora, RANI, name="  Amma's <b>saree</b> ", brand=" Anokhi\u00a0", color=" teal ")
    assert (item["name"], item["brand"], item["color"]) == ("  Amma's <b>saree</b> ", " Anokhi\u00a0", "teal")
    change = {"name": "Saree  ", "brand": " ", "color": " rani "}
    changed = (await cora.put(f"{PLACE}?id={item['id']}", json=change)).json()["data"]
    assert (changed["name"], changed["brand"], changed["color"]) == ("Saree  ", None, "rani")
    assert await names(cora) == ["Saree  "]


@pytest.mark.parametrize("how", ["json", "data"])
async def test_with_an_image_uploaded_before(people: People, how: str) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    url = (await cora.post("/api/upload", files={"file": ("a.png", INDIGO)})).json()["data"]["url"]
    body: dict[str, Any] = {how: {"imageUrl": url, "category": "SHOES"}}
    answer = await cora.post(PLACE, **body)
    assert (answer.status_code, answer.json()["data"]["color"]) == (201, "indigo")
    refused = await odile.post(PLACE, **body)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["imageUrl"])


async def test_an_item_may_be_named_like_a_field(people: People) -> None:
    cora = await people.customer()
    url = (await cora.post("/api/upload", files={"file": ("a.png", INDIGO)})).json()["data"]["url"]
    answer = await cora.post(PLACE, json={"imageUrl": url, "category": "SHOES", "name": "portfolioItemId"})
    assert (answer.status_code, answer.json()["data"]["name"]) == (201, "portfolioItemId")


async def test_dinas_design_is_kept_once_and_her_image_is_not_copied(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer()
    design = await design_of(dina)
    answers = await asyncio.gather(*(cora.post(PLACE, json={"portfolioItemId": design}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    item = (await cora.get(PLACE)).json()["data"]["items"][0]
    told = {"category": "DRESS", "subcategory": "BRIDAL", "portfolioItemId": design, "brand": "Dina", "color": "rani"}
    assert item | told | {"name": "Rani lehenga with zari"} == item
    image = await db.value("select image_id from portfolio_items where id = %(id)s", id=design)
    assert item["imageUrl"].partition("?")[0] == f"/media/{image}"
    assert (await cora.post(PLACE, json={"portfolioItemId": "c0000"})).status_code == 404


async def test_a_design_kept_by_its_heart_gets_its_colour_from_the_job(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer()
    design, me = await design_of(dina), await person(cora)
    async with transaction() as own:
        item, is_new = await save_design(own, me, design)
    assert is_new
    await read_colour(item_id=item.id)
    assert await db.value("select color from wardrobe_items where id = %(id)s", id=item.id) == "rani"
    async with reading() as own:
        assert await saved_designs_of(own, me, [design, "c0000"]) == {design: item.id}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"json": {}}, 422, "imageUrl"),
        ({"json": {"portfolioItemId": 5}}, 422, "portfolioItemId"),
        ({"json": {"imageUrl": "https://elsewhere.example/a.png", "category": "DRESS"}}, 422, "imageUrl"),
        ({"json": {"imageUrl": "u/aa/bb", "category": "HAT"}}, 422, "category"),
        ({"json": {"imageUrl": "u/aa/bb", "category": "DRESS", "name": "a\0b"}}, 422, "name"),
        ({"json": {"imageUrl": "u/aa/bb", "category": "DRESS", "price": 5}}, 422, "price"),
        ({"data": {"category": "DRESS"}, "files": {"file": ("a.png", INDIGO), "more": ("b.png", INDIGO)}}, 400, ""),
        ({"files": {"file": ("a.png", INDIGO)}}, 422, "category"),
        ({"data": {"category": "DRESS", "subcategory": "SPORTSWEAR"}, "files": {"file": ("a.png", INDIGO)}}, 422, "subcategory"),
        ({"data": {"category": "DRESS"}, "files": {"file": ("a.png", b"this is no picture")}}, 415, ""),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, ""),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, ""),
        ({"content": b" " * 70_000, "headers": {"Content-Type": "application/json"}}, 413, ""),
    ],
)  # fmt: skip
async def test_what_is_not_taken_leaves_nothing(
    people: People, db: Db, own_folder: Path, body: dict[str, Any], status: int, field: str
) -> None:
    cora = await people.customer()
    answer = await cora.post(PLACE, **body)
    assert answer.status_code == status, answer.text
    assert not field or field in answer.json()["error"]["fields"]
    assert await db.value("select count(*) from media where owner_id = %(id)s", id=cora.id) == 0
    incoming = [path.name for path in (own_folder / "media" / "incoming").glob("*")]
    assert not [name for name in incoming if not name.startswith("reading-")]  # Those are of items of other tests.


async def test_only_customers_have_a_wardrobe(people: People) -> None:
    dina, nobody = await people.designer(), people.anonymous()
    for method in ("get", "post", "put", "delete"):
        assert (await getattr(nobody, method)(f"{PLACE}?id=c1")).status_code == 401
        assert (await getattr(dina, method)(f"{PLACE}?id=c1")).status_code == 403


async def test_a_photograph_counts_as_any_upload(people: People) -> None:
    item = await hung(await people.customer(), jpeg(), color="")
    assert item["color"]  # half red, half blue: either will do
