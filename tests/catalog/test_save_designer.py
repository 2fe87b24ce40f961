"""PUT and DELETE /api/designers/{id}/save, the heart of the pages, and saved=true."""

from collections.abc import Callable

import pytest

from tests.catalog.conftest import Studio
from tests.support.people import Anonymous, People

NewStudio = Callable[..., Studio]


async def saved(who: Anonymous) -> list[str]:
    answer = await who.get("/api/designers?saved=true")
    assert answer.status_code == 200, answer.text
    assert answer.json()["pagination"]["total"] == len(answer.json()["data"])
    return [designer["id"] for designer in answer.json()["data"]]


async def test_cora_saves_and_lets_go(people: People, new_studio: NewStudio) -> None:
    dina, kavya = new_studio("Dina", rating_sum=5, reviews=1), new_studio("Kavya")
    cora = await people.customer("Cora")
    for _twice in range(2):
        answer = await cora.put(f"/api/designers/{dina.id}/save")
        assert (answer.status_code, answer.json()) == (200, {"success": True, "data": {"isSaved": True}})
    await cora.put(f"/api/designers/{kavya.id}/save")
    assert await saved(cora) == [dina.id, kavya.id]
    assert (await cora.get(f"/api/designers/{dina.id}")).json()["data"]["isSaved"] is True
    for _twice in range(2):
        answer = await cora.delete(f"/api/designers/{dina.id}/save")
        assert (answer.status_code, answer.json()["data"]) == (200, {"isSaved": False})
    assert await saved(cora) == [kavya.id]
    assert (await cora.get(f"/api/designers/{dina.id}")).json()["data"]["isSaved"] is False


async def test_odile_sees_nothing_of_it(people: People, new_studio: NewStudio) -> None:
    dina = new_studio("Dina")
    cora, odile = await people.customer("Cora"), await people.customer("Odile")
    await cora.put(f"/api/designers/{dina.id}/save")
    assert await saved(odile) == []
    assert (await odile.get(f"/api/designers/{dina.id}")).json()["data"]["isSaved"] is False
    await odile.delete(f"/api/designers/{dina.id}/save")
    assert await saved(cora) == [dina.id]


async def test_visitors_and_providers_save_nobody(people: People, new_studio: NewStudio) -> None:
    dina = new_studio("Dina")
    visitor, tariq = people.anonymous(), await people.tailor("Tariq")
    for who, status in ((visitor, 401), (tariq, 403)):
        assert (await who.put(f"/api/designers/{dina.id}/save")).status_code == status
        assert (await who.delete(f"/api/designers/{dina.id}/save")).status_code == status
        assert (await who.get("/api/designers?saved=true")).status_code == status


async def test_without_the_token_nothing_is_saved(people: People, new_studio: NewStudio) -> None:
    dina = new_studio("Dina")
    cora = await people.customer("Cora")
    assert (await cora.http.put(f"/api/designers/{dina.id}/save")).status_code == 403
    assert await saved(cora) == []


@pytest.mark.parametrize("id", ["cnobody00000000000000000000", "a%00b", "%F0%9F%A7%B5"])
async def test_nobody_cannot_be_saved(people: People, id: str) -> None:
    cora = await people.customer("Cora")
    assert (await cora.put(f"/api/designers/{id}/save")).status_code == 404


async def test_the_heart_works_without_scripts(people: People, new_studio: NewStudio) -> None:
    dina = new_studio("Dina")
    cora = await people.customer("Cora")
    form = {
        "csrf_token": await cora.csrf(),
        "saved": "true",
        "next": "/customer/designers?niche=BRIDAL",
        "name": "Dina",
    }
    answer = await cora.http.post(f"/customer/designers/{dina.id}/save", data=form, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customer/designers?niche=BRIDAL")
    assert await saved(cora) == [dina.id]
    form |= {"saved": "false", "next": "https://evil.example/"}
    answer = await cora.http.post(f"/customer/designers/{dina.id}/save", data=form, headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/customer/designers"
    assert await saved(cora) == []
