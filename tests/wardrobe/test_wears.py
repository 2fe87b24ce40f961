"""Worn with a tap, what each time has cost, looks, what is at the tailor, and finding pieces by all of it in five scripts."""

from datetime import timedelta

import pytest

from neural_threads.platform.db import Db
from neural_threads.platform.i18n import today
from tests.factories.wardrobe import PLACE, hung, names
from tests.support.people import People
from tests.wardrobe.test_list import rail

pytestmark = pytest.mark.usefixtures("database")
LOOKS = "/api/chatbot/looks"


async def test_cora_wears_a_saree_and_odile_cannot(people: People) -> None:
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    saree = await hung(cora, name="Saree")
    worn = f"{PLACE}/{saree['id']}/worn"
    assert (saree["wornCount"], saree["lastWornOn"], saree["costPerWear"]) == (0, None, None)
    await cora.put(f"{PLACE}?id={saree['id']}", json={"price": 4500.5})
    yesterday = (today() - timedelta(days=1)).isoformat()
    for body in ({}, {}, {"wornOn": yesterday}):
        answer = await cora.post(worn, json=body)
        assert answer.status_code == 200, answer.text
    item = answer.json()["data"]
    assert (item["wornCount"], item["lastWornOn"]) == (2, today().isoformat())
    assert (item["price"], item["costPerWear"]) == (4500.5, 2250.25)
    item = (await cora.delete(worn)).json()["data"]
    assert (item["wornCount"], item["lastWornOn"]) == (1, yesterday)
    for day in ((today() + timedelta(days=1)).isoformat(), "1999-01-01", "soon", 5):
        assert (await cora.post(worn, json={"wornOn": day})).status_code == 422, day
    assert (await odile.post(worn, json={})).status_code == 404
    assert (await odile.delete(worn)).status_code == 404
    for price in (-1, "5", 1e12):
        assert (await cora.put(f"{PLACE}?id={saree['id']}", json={"price": price})).status_code == 422, price


async def test_a_look_of_three_parts_is_coras_alone(people: People) -> None:
    cora, odile, dina = await people.customer("Cora"), await people.customer("Odile"), await people.designer()
    lehenga, blouse, dupatta = [(await hung(cora, name=name))["id"] for name in ("Lehenga", "Blouse", "Dupatta")]
    hers = (await hung(odile, name="Odile's"))["id"]
    parts = [{"itemId": lehenga}, {"itemId": blouse, "part": "blouse"}, {"itemId": dupatta, "part": " "}]
    made = await cora.post(LOOKS, json={"name": " Sangeet ", "parts": parts})
    assert made.status_code == 201, made.text
    look = made.json()["data"]
    assert look["name"] == "Sangeet"
    assert [(part["itemId"], part["part"]) for part in look["parts"]] == [
        (lehenga, None),
        (blouse, "blouse"),
        (dupatta, None),
    ]
    one = f"{LOOKS}/{look['id']}"
    for who, status in ((odile, 404), (dina, 403)):
        assert (await who.get(one)).status_code == status
        assert (await who.put(one, json={"name": "Mine"})).status_code == status
        assert (await who.post(f"{one}/worn", json={})).status_code == status
        assert (await who.delete(one)).status_code == status
    for body in (
        {"name": "", "parts": parts},
        {"name": "x", "parts": []},
        {"name": "x", "parts": [{"itemId": hers}]},
        {"name": "x", "parts": [{"itemId": lehenga}] * 2},
        {"name": "x", "parts": [{"itemId": lehenga}] * 13},
    ):
        refused = await cora.post(LOOKS, json=body)
        assert refused.status_code == 422, body
    assert (await cora.post(f"{one}/worn", json={})).status_code == 200
    assert (await cora.get(f"{PLACE}/{dupatta}")).json()["data"]["wornCount"] == 1
    changed = (await cora.put(one, json={"parts": [{"itemId": dupatta}]})).json()["data"]
    assert [part["itemId"] for part in changed["parts"]] == [dupatta]
    assert [each["id"] for each in (await cora.get(f"{LOOKS}?itemId={dupatta}")).json()["data"]] == [look["id"]]
    assert (await cora.get(f"{LOOKS}?itemId={lehenga}")).json()["data"] == []
    await cora.delete(f"{PLACE}?id={dupatta}")
    assert (await cora.get(one)).json()["data"]["parts"] == []
    assert (await cora.delete(one)).status_code == 200
    assert (await cora.get(LOOKS)).json()["data"] == []


async def test_an_item_is_at_the_tailor_while_its_order_is_under_way(people: People) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    item = await hung(cora, name="Blazer")
    tailor = (await tariq.me())["tailor"]["id"]
    body = {"tailorId": tailor, "description": "Take it in", "wardrobeItemId": item["id"]}
    order = (await cora.post("/api/alterations", json=body)).json()["data"]["id"]

    async def at_tailor() -> object:
        return (await cora.get(f"{PLACE}/{item['id']}")).json()["data"]["atTailor"]

    assert await at_tailor() is None
    for status, expected in (("ACCEPTED", order), ("IN_PROGRESS", order), ("COMPLETED", None)):
        answer = await tariq.put(f"/api/alterations/{order}", json={"status": status})
        assert answer.status_code == 200, answer.text
        away = await at_tailor()
        assert (away and away["orderId"]) == expected, status  # type: ignore[index]
        assert away is None or away["tailorName"] == "Tariq"  # type: ignore[index]


async def test_by_colour_family_and_by_what_hangs_unworn(people: People, db: Db) -> None:
    cora = await people.customer()
    await rail(
        cora,
        ("DRESS", None, "Navy gown", "navy", None),
        ("DRESS", None, "Rani saree", "rani", None),
        ("DRESS", None, "Dark one", "dark rani", None),
        ("BAG", None, "Denim bag", "denim", None),
    )
    assert await names(cora, "colorFamily=BLUE") == ["Denim bag", "Navy gown"]
    assert await names(cora, "colorFamily=PINK,BLUE&category=DRESS") == ["Dark one", "Rani saree", "Navy gown"]
    assert (await cora.get(f"{PLACE}?colorFamily=MAUVE")).status_code == 422
    assert await names(cora, "notWornForDays=90") == [], "what is new was not worn for long by nobody's fault"
    await db.execute(
        """
        update wardrobe_items set created_at = now() - interval '1 year',
               last_worn_on = case when name = 'Navy gown' then current_date - 5 end
         where customer_id = (select id from customers where user_id = %(me)s)
        """,
        me=cora.id,
    )
    assert set(await names(cora, "notWornForDays=90")) == {"Rani saree", "Dark one", "Denim bag"}
    assert (await cora.get(f"{PLACE}?notWornForDays=0")).status_code == 422


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("blue", ["Bandi", "Amma's saree"]), ("नीला", ["Bandi", "Amma's saree"]), ("ನೀಲಿ", ["Bandi", "Amma's saree"]),
        ("நீலம்", ["Bandi", "Amma's saree"]), ("నీలం", ["Bandi", "Amma's saree"]),
        ("साड़ी", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]), ("saree", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]), ("சீ", []),
        ("புடவை", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]), ("చీర", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]),
        ("neela", ["Bandi", "Amma's saree"]), ("seere", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]), ("pudavai", ["ಮೈಸೂರು ಸೀರೆ", "Amma's saree"]),
        ("blue saree", ["Amma's saree"]), ("ನೀಲಿ ಸೀರೆ", ["Amma's saree"]), ("ಮೈಸೂರು", ["ಮೈಸೂರು ಸೀರೆ"]),
        ("100%", []), ("blue jacket saree dress", []),
    ],
)  # fmt: skip
async def test_words_are_found_in_five_scripts(people: People, search: str, found: list[str]) -> None:
    cora = await people.customer()
    await rail(
        cora,
        ("DRESS", "ETHNIC", "Amma's saree", "blue", None),
        ("DRESS", "ETHNIC", "ಮೈಸೂರು ಸೀರೆ", "haldi", None),
        ("JACKET", "FUSION", "Bandi", "navy", None),
    )
    assert await names(cora, f"search={search}") == found
