"""GET, PUT and DELETE of looks: one's own list, keeping, deleting, forgetting photos, and what an outsider sees."""

import pytest

from neural_threads.platform.db import Db
from tests.support.people import People, Person
from tests.tryon.dressing import PATH, drawn, uploaded, wall, worn

pytestmark = pytest.mark.usefixtures("database")


def name(url: str) -> str:
    return url.partition("?")[0].removeprefix("/media/")


async def known(db: Db, *urls: str) -> int:
    return int(
        await db.value("select count(*) from media where public_id = any(%(ids)s)", ids=[name(url) for url in urls])
    )


async def ids(me: Person, query: str = "") -> list[str]:
    return [look["id"] for look in (await me.get(f"{PATH}?{query}")).json()["data"]]


async def test_cora_pages_through_her_looks_and_keeps_one(people: People) -> None:
    cora = await people.customer()
    url = await uploaded(cora, drawn())
    made = [(await worn(cora, outfitImageUrl=url))["id"] for _ in range(3)]
    first = (await cora.get(f"{PATH}?limit=2")).json()
    assert ([look["id"] for look in first["data"]], first["hasMore"]) == (made[:0:-1], True)
    rest = (await cora.get(f"{PATH}?limit=2&cursor={first['nextCursor']}")).json()
    assert ([look["id"] for look in rest["data"]], rest["hasMore"]) == (made[:1], False)
    kept = await cora.put(f"{PATH}/{made[0]}", json={"isKept": True})
    assert (kept.status_code, kept.json()["data"]["isKept"]) == (200, True)
    assert (await ids(cora, "isKept=true"), len(await ids(cora, "isKept=false"))) == (made[:1], 2)
    for body in ({}, {"isKept": None}, {"isKept": "true"}, {"isKept": True, "id": "x"}):
        assert (await cora.put(f"{PATH}/{made[0]}", json=body)).status_code == 422
    assert (await cora.get(f"{PATH}?cursor=nonsense")).json()["error"]["code"] == "INVALID_CURSOR"
    assert (await cora.get(f"{PATH}?limit=0")).status_code == 422


async def test_odile_finds_nothing_of_coras(people: People) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    look = await worn(cora)
    place = f"{PATH}/{look['id']}"
    assert [
        (await odile.get(place)).status_code,
        (await odile.put(place, json={"isKept": True})).status_code,
        (await odile.delete(place)).status_code,
        len(await ids(odile)),
    ] == [404, 404, 404, 0]
    assert (await odile.get(look["resultImageUrl"].partition("?")[0])).status_code == 404
    assert (await odile.delete(f"{PATH}/photos")).json()["data"] == {"photos": 0, "results": 0}
    assert (await cora.get(place)).status_code == 200


async def test_a_deleted_look_takes_result_and_photo_along(people: People, db: Db) -> None:
    cora = await people.customer()
    image = await uploaded(cora, wall())
    first, second = await worn(cora, personImageUrl=image), await worn(cora, personImageUrl=image)
    assert (await cora.delete(f"{PATH}/{first['id']}")).status_code == 200
    assert (await cora.delete(f"{PATH}/{first['id']}")).status_code == 404
    assert (await cora.get(first["resultImageUrl"])).status_code == 404
    assert await known(db, image) == 1, "the second look still shows it"
    await cora.delete(f"{PATH}/{second['id']}")
    assert await known(db, image, first["resultImageUrl"], second["resultImageUrl"]) == 0
    assert await known(db, first["outfitImageUrl"]) == 1


async def test_cora_has_her_photos_forgotten(people: People, db: Db) -> None:
    cora, odile = await people.customer(), await people.customer("Odile")
    image = await uploaded(cora, wall())
    kept = await worn(cora, personImageUrl=image)
    await cora.put(f"{PATH}/{kept['id']}", json={"isKept": True})
    figure, hers = await worn(cora), await worn(odile, personImageUrl=await uploaded(odile, wall()))
    answer = await cora.delete(f"{PATH}/photos")
    assert (answer.status_code, answer.json()["data"]) == (200, {"photos": 1, "results": 1})
    assert await ids(cora) == [figure["id"]]
    assert await known(db, image, kept["resultImageUrl"]) == 0
    assert (await cora.get(kept["resultImageUrl"])).status_code == 404
    assert await ids(odile) == [hers["id"]]
    assert (await cora.delete(f"{PATH}/photos")).json()["data"] == {"photos": 0, "results": 0}
