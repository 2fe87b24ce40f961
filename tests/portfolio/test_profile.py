"""What makers say of themselves: by API, public at once, and never of somebody else."""

from typing import Any

import pytest

from neural_threads.platform.db import Db
from tests.factories.portfolio import picture
from tests.support.people import People, Person

PLACE = "/api/provider/profile"


async def seen(viewer: Any, dina: Person) -> dict[str, Any]:
    mine = (await dina.me())["designer"]["id"]
    data: dict[str, Any] = (await viewer.get(f"/api/designers/{mine}")).json()["data"]
    return data


async def test_what_dina_changes_is_public_at_once(people: People, db: Db) -> None:
    dina, visitor = await people.designer(), people.anonymous()
    before = await seen(visitor, dina)
    assert before["profilePhoto"] is None
    image = await picture(db, dina)
    change = {"bio": "Ikat, since 2009", "designNiches": ["FUSION"], "yearsOfExperience": 16, "profilePhoto": image}
    answer = await dina.put(PLACE, json={**change, "name": "Dina Rao", "location": "COMMERCIAL_STREET"})
    assert answer.status_code == 200
    mine = answer.json()["data"]
    assert (mine["user"]["name"], mine["designer"]["profilePhoto"]) == ("Dina Rao", image)
    after = await seen(visitor, dina)
    assert {name: after[name] for name in change} == change
    assert (after["name"], after["location"]) == ("Dina Rao", "COMMERCIAL_STREET")
    assert (await dina.get(PLACE)).json()["data"] == (await dina.get("/api/users/profile")).json()["data"]


async def test_the_other_address_does_the_same(people: People, db: Db) -> None:
    tariq = await people.tailor()
    image = await picture(db, tariq)
    answer = await tariq.put("/api/users/profile", json={"profilePhoto": image, "skills": ["HEMMING"]})
    assert answer.status_code == 200
    assert answer.json()["data"] == (await tariq.get(PLACE)).json()["data"]
    assert answer.json()["data"]["tailor"]["profilePhoto"] == image


async def test_tariq_sets_his_pin_and_takes_it_away(people: People) -> None:
    tariq = await people.tailor()
    half = await tariq.put(PLACE, json={"latitude": 12.97})
    assert half.status_code == 422
    put = await tariq.put(PLACE, json={"latitude": 12.9822, "longitude": 77.6083, "address": "Shop 4"})
    profile = put.json()["data"]["tailor"]
    assert (profile["latitude"], profile["longitude"]) == (pytest.approx(12.9822), pytest.approx(77.6083))
    gone = (await tariq.put(PLACE, json={"latitude": None, "longitude": None})).json()["data"]["tailor"]
    assert (gone["latitude"], gone["longitude"], gone["address"]) == (None, None, "Shop 4")


async def test_a_replaced_photo_goes(people: People, db: Db) -> None:
    dina = await people.designer()
    old, new = await picture(db, dina), await picture(db, dina)
    for image in (old, new, new):
        assert (await dina.put(PLACE, json={"profilePhoto": image})).status_code == 200
    kept = await db.all(str, "select public_id from media where owner_id = %(me)s", me=dina.id)
    assert kept == [new.removeprefix("/media/")]
    assert (await dina.put(PLACE, json={"profilePhoto": None})).json()["data"]["designer"]["profilePhoto"] is None
    assert await db.all(str, "select public_id from media where owner_id = %(me)s", me=dina.id) == []


async def test_fields_of_the_other_side_and_images_of_others_are_refused(people: People, db: Db) -> None:
    dina, tariq = await people.designer(), await people.tailor()
    theirs = await picture(db, tariq)
    for person, change, field in (
        (dina, {"skills": ["HEMMING"]}, "skills"),
        (dina, {"latitude": 1.0, "longitude": 1.0}, "latitude"),
        (tariq, {"designNiches": ["BRIDAL"]}, "designNiches"),
        (dina, {"profilePhoto": theirs}, "profilePhoto"),
        (dina, {"profilePhoto": "https://elsewhere.example/a.png"}, "profilePhoto"),
        (dina, {"designNiches": []}, "designNiches"),
        (dina, {"rating": 5}, "rating"),
    ):
        answer = await person.put(PLACE, json=change)
        assert answer.status_code == 422, change
        assert field in answer.json()["error"]["fields"], change


async def test_others_have_no_such_profile(people: People) -> None:
    cora, visitor = await people.customer(), people.anonymous()
    for person, status in ((cora, 403), (visitor, 401)):
        assert (await person.get(PLACE)).status_code == status
        assert (await person.put(PLACE, json={"bio": "Me"})).status_code == status
    refused = await cora.put("/api/users/profile", json={"profilePhoto": None})
    assert refused.status_code == 422
