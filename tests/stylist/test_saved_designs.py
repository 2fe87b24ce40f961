"""A saved design is nobody's yet: it is worn in no outfit, and named apart when somebody asks what there is."""

import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import PLACE, design_of, hung
from tests.stylist.asking import ask, asked, outfit_of, segments_of, stored_answer
from tests.support.people import People

pytestmark = pytest.mark.usefixtures("database")


async def test_a_saved_design_is_no_outfit_and_is_named_apart(people: People) -> None:
    cora, dina = await people.customer(), await people.designer("Dina")
    saree = await hung(cora, name="Teal silk saree", category="DRESS", subcategory="ETHNIC")
    saved = await cora.post(PLACE, json={"portfolioItemId": await design_of(dina, "Rani lehenga with zari")})
    assert saved.status_code == 201
    outfits = segments_of(await asked(cora, "what should I wear to a wedding"), "outfit")
    assert {item["id"] for outfit in outfits for item in outfit["items"]} == {saree["id"]}
    answer = await asked(cora, "do I have a lehenga in my wardrobe")
    assert "don't have any lehenga" in answer["response"]
    assert "nobody has made for you yet: Rani lehenga with zari" in answer["response"]
    assert "Rani lehenga" not in (await asked(cora, "do I have a saree"))["response"]


async def test_an_outfit_is_not_changed_into_a_saved_design(people: People, db: Db) -> None:
    cora, dina = await people.customer(), await people.designer("Dina")
    saree = await hung(cora, name="Teal silk saree", category="DRESS", subcategory="ETHNIC")
    saved = (await cora.post(PLACE, json={"portfolioItemId": await design_of(dina)})).json()["data"]
    where = await stored_answer(db, cora, [outfit_of(saree)])
    target = f"/api/chatbot/messages/{where['messageId']}"
    others = (await cora.get(f"{target}/alternatives?index=0")).json()["data"]
    assert saved["id"] not in {item["id"] for item in others}
    swap = {"index": 0, "itemId": saree["id"], "withItemId": saved["id"]}
    assert (await cora.put(f"{target}/outfit", json=swap)).status_code == 404


async def test_what_goes_with_a_saved_design_is_asked_of_the_wardrobe(people: People) -> None:
    cora, dina = await people.customer(), await people.designer("Dina")
    saved = (await cora.post(PLACE, json={"portfolioItemId": await design_of(dina)})).json()["data"]
    page = (await cora.get(f"/customer/chatbot?item={saved['id']}")).text
    assert "What from my wardrobe would go with this design?" in page
    answer = await ask(cora, "What from my wardrobe would go with this design?", imageUrl=saved["imageUrl"])
    assert answer.status_code == 201, answer.text
