"""The makers' pages without scripts: hang up, change, move, take down, say who one is, reply."""

import re
from typing import Any

import pytest

from neural_threads.platform.db import Db
from tests.factories.portfolio import KINDS, PORTFOLIO, SAMPLES, Kind, hung, order_of, picture
from tests.media.bad_files import jpeg
from tests.support.people import People, Person

both = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
HTML = {"Accept": "text/html"}


def place_of(kind: Kind) -> str:
    return "/designer/portfolio" if kind is PORTFOLIO else "/tailor/sample-work"


async def send(me: Person, place: str, **form: Any) -> Any:
    return await me.post(place, data=form, headers=HTML)


async def shown(me: Any, place: str) -> str:
    answer = await me.get(place, headers=HTML)
    assert answer.status_code == 200, answer.text[:500]
    text: str = answer.text
    return text


@both
async def test_images_are_chosen_in_a_plain_form(kind: Kind, people: People) -> None:
    provider = await kind.maker(people)
    place = place_of(kind)
    assert "Your portfolio is still empty" in await shown(provider, place)
    files = [("pictures", (f"{n}.jpg", jpeg(300 + n, 200), "image/jpeg")) for n in range(2)]
    words = {
        "description": "Two of a kind",
        **({"category": "BRIDAL", "budgetMin": "", "budgetMax": "9000"} if kind is PORTFOLIO else {}),
    }
    answer = await provider.post(place, data=words, files=files, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{place}?done=shown")
    items = (await provider.get(kind.path)).json()["data"]
    assert [item["description"] for item in items] == ["Two of a kind"] * 2
    first = await people.anonymous().get(items[0]["imageUrl"] + "?w=400")
    assert first.status_code == 200
    assert "Two of a kind" in await shown(provider, place)


async def test_what_is_wrong_stands_in_the_form_and_the_images_stay(people: People, db: Db) -> None:
    dina = await people.designer()
    url = await picture(db, dina)
    answer = await send(dina, place_of(PORTFOLIO), pictures=url, description="Kept <b>", category="", budgetMax="-1")
    assert answer.status_code == 422
    for said in ("Kept &lt;b&gt;", url, "Please fill this in.", "Must be at least 0."):
        assert said in answer.text
    empty = await send(dina, place_of(PORTFOLIO), category="BRIDAL", description="")
    assert (empty.status_code, "Choose at least one picture." in empty.text) == (422, True)
    theirs = await picture(db, await people.customer())
    foreign = await send(dina, place_of(PORTFOLIO), category="BRIDAL", pictures=theirs)
    assert "Choose a picture that you uploaded yourself." in foreign.text
    assert await order_of(dina, PORTFOLIO) == []


@both
async def test_changed_moved_and_taken_down(kind: Kind, people: People, db: Db) -> None:
    provider = await kind.maker(people)
    place = place_of(kind)
    first, second = [(await hung(db, provider, kind))["id"] for _ in range(2)]
    assert "Remove it" in await shown(provider, f"{place}/{first}")
    words = {
        "description": "",
        **({"category": "FUSION", "budgetMin": "", "budgetMax": ""} if kind is PORTFOLIO else {}),
    }
    assert (await send(provider, f"{place}/{first}", **words)).status_code == 303
    item = (await provider.get(kind.path)).json()["data"][1]
    assert (item["description"], item.get("budgetMin"), item.get("category", "FUSION")) == ("", None, "FUSION")
    assert (await send(provider, f"{place}/order", id=first, step="-1")).status_code == 303
    assert await order_of(provider, kind) == [first, second]
    assert (await send(provider, f"{place}/{first}/take-down")).status_code == 303
    assert await order_of(provider, kind) == [second]


@both
async def test_strangers_and_others_find_no_door(kind: Kind, people: People, db: Db) -> None:
    provider, stranger = await kind.maker(people), await kind.maker(people, "Zoya")
    other = await (SAMPLES if kind is PORTFOLIO else PORTFOLIO).maker(people)
    cora, visitor, place = await people.customer(), people.anonymous(), place_of(kind)
    id = (await hung(db, provider, kind))["id"]
    home = place.rsplit("/", 1)[0]
    pages = [place, f"{place}/{id}", f"{home}/profile", f"{home}/reviews"]
    for page in pages:
        assert [(await each.get(page, headers=HTML)).status_code for each in (cora, other)] == [403, 403]
        assert (await visitor.get(page, headers=HTML)).headers["location"].startswith("/login")
    words = {"category": "BRIDAL", "description": "Mine"} if kind is PORTFOLIO else {"description": "Mine"}
    for path, form in ((id, words), (f"{id}/take-down", {}), ("order", {"id": id, "step": "1"})):
        asked = [(await send(each, f"{place}/{path}", **form)).status_code for each in (stranger, cora, other)]
        assert asked == [404, 403, 403], path
    assert (await stranger.get(f"{place}/{id}", headers=HTML)).status_code == 404
    for page in (f"{home}/profile", f"{home}/profile/preview", place, f"{home}/reviews/{id}/reply"):
        assert (await send(cora, page)).status_code == 403


async def test_dina_says_who_she_is(people: People) -> None:
    dina = await people.designer(phone="+91 98450 12345")
    place = "/designer/profile"
    assert "How customers see you" in await shown(dina, place)
    form = {
        "name": "Dina Rao",
        "designNiches": ["FUSION", "BRIDAL"],
        "languages": ["KANNADA"],
        "location": "MG_ROAD",
        "yearsOfExperience": "12",
        "phone": "",
        "age": "",
        "bio": "ಇಕತ್",
    }
    image = {"profilePhoto": ("me.jpg", jpeg(), "image/jpeg")}
    answer = await dina.post(place, data=form, files=image, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{place}?saved=yes")
    mine = (await dina.me())["designer"]
    assert (mine["designNiches"], mine["phone"], mine["bio"]) == (["FUSION", "BRIDAL"], None, "ಇಕತ್")
    assert mine["profilePhoto"].startswith("/media/u/")
    assert (await dina.post(place, data=form, headers=HTML)).status_code == 303
    assert (await dina.me())["designer"]["profilePhoto"] == mine["profilePhoto"]
    assert (await dina.post(place, data={**form, "removePhoto": "on"}, headers=HTML)).status_code == 303
    assert (await dina.me())["designer"]["profilePhoto"] is None
    wrong = await dina.post(place, data={**form, "yearsOfExperience": "many", "languages": []}, headers=HTML)
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert "Choose at least one." in wrong.text


async def test_tariq_types_his_pin(people: People) -> None:
    tariq = await people.tailor()
    form = {
        "name": "Tariq",
        "skills": "HEMMING",
        "languages": "HINDI",
        "location": "MG_ROAD",
        "yearsOfExperience": "9",
        "address": "",
    }
    half = await send(tariq, "/tailor/profile", **form, latitude="12.97", longitude="")
    assert half.status_code == 422
    assert (await send(tariq, "/tailor/profile", **form, latitude="12.97", longitude="77.6")).status_code == 303
    assert (await tariq.me())["tailor"]["latitude"] == pytest.approx(12.97)


async def test_the_preview_shows_what_is_typed_and_writes_nothing(people: People) -> None:
    dina = await people.designer()
    form = {
        "name": "Dina <i>",
        "yearsOfExperience": "x",
        "designNiches": ["WESTERN", "NONSENSE"],
        "languages": [],
        "bio": "New words",
    }
    typed = {**form, "location": "NOWHERE", "profilePhoto": "https://elsewhere.example/a.png", "phone": "1", "age": ""}
    answer = await dina.post("/designer/profile/preview", data=typed, headers=HTML | {"HX-Request": "true"})
    assert answer.status_code == 200
    assert "elsewhere" not in answer.text
    for said in ("Dina &lt;i&gt;", "Western", "4 years", "New words", "MG Road"):
        assert said in answer.text
    assert (await dina.me())["name"] == "Dina"


async def test_dina_reads_her_reviews_and_replies_once(people: People) -> None:
    dina, cora = await people.designer(), await people.customer(name="Cora Nair")
    place = "/designer/reviews"
    assert "No reviews yet" in await shown(dina, place)
    body = {"designerId": (await dina.me())["designer"]["id"], "rating": 4, "comment": "Lovely <cloth>"}
    review = (await cora.post("/api/reviews", json=body)).json()["data"]
    page = await shown(dina, place)
    assert "Lovely &lt;cloth&gt;" in page
    assert "Cora Nair" in page
    reply = f"{place}/{review['id']}/reply"
    assert (await send(dina, reply, comment="  ")).status_code == 422
    assert (await send(await people.designer("Zoya"), reply, comment="Me too")).status_code == 404
    assert (await send(dina, reply, comment="Thank you")).status_code == 303
    assert "Thank you" in await shown(dina, place)
    again = await send(dina, reply, comment="And again")
    assert (again.status_code, "And again" in await shown(dina, place)) == (409, False)
    assert "Nobody is waiting" in await shown(dina, f"{place}?waiting=true")
    bell = (await dina.get("/api/notifications")).text
    assert re.search(r"/reviews", bell)
