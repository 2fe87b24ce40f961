"""The try-on page as a form without scripts, and who may open it."""

import re
from secrets import token_hex

import httpx
import pytest

from neural_threads.platform.db import Db
from tests.factories.wardrobe import hung
from tests.support.people import People, Person
from tests.support.sweeps import sweep
from tests.tryon.dressing import PATH, drawn, finished, uploaded, wall, worn

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/customer/virtual-tryon"
HTML = {"Accept": "text/html"}

MARK = token_hex(4)


async def sent(me: Person, path: str = PAGE, **form: object) -> httpx.Response:
    """Return what the page answers to a form that was sent without scripts."""
    files = {name: value for name, value in form.items() if isinstance(value, tuple)}
    data = {name: value for name, value in form.items() if name not in files} | {"csrf_token": await me.csrf()}
    # Always multipart, as a browser sends it, also without a file.
    return await me.http.post(path, data=data, files=files or {"nothing": ("", b"", "text/plain")}, headers=HTML)


async def test_cora_tries_an_item_on_a_figure_without_scripts(people: People) -> None:
    cora = await people.customer()
    item = await hung(cora, drawn(), name="Blue kurta")
    form = (await cora.get(f"{PAGE}?item={item['id']}", headers=HTML)).text
    assert re.search(rf'name="item"\s+value="{item["id"]}"\s+checked', form)
    answer = await sent(cora, item=item["id"], person="figure", bodyShape="APPLE", skinTone="DEEP", garmentKind="KURTA")
    assert answer.status_code == 303, answer.text
    look = await finished(cora, answer.headers["location"].rpartition("/")[2])
    assert (look["bodyShape"], look["problem"]) == ("APPLE", None)
    shown = (await cora.get(answer.headers["location"], headers=HTML)).text
    assert "Your look" in shown
    assert "/figures/APPLE/DEEP" in shown, "before and after have one skin"
    assert look["resultImageUrl"].partition("?")[0] in shown
    assert look["resultImageUrl"].partition("?")[0] in (await cora.get(PAGE, headers=HTML)).text


async def test_a_photo_and_an_image_are_sent_with_the_form(people: People) -> None:
    cora = await people.customer()
    answer = await sent(
        cora,
        person="photo",
        outfitImageUrl=("a.png", drawn(), "image/png"),
        personImageUrl=("b.jpg", wall(), "image/jpeg"),
    )
    assert answer.status_code == 303, answer.text
    look = await finished(cora, answer.headers["location"].rpartition("/")[2])
    assert look["problem"] == "NO_PERSON"
    shown = (await cora.get(answer.headers["location"], headers=HTML)).text
    assert "could not find anybody" in shown
    assert "<tryon-points" in shown
    kept = await sent(cora, f"{PAGE}/{look['id']}/keep", isKept="true")
    assert (kept.status_code, (await cora.get(f"{PATH}/{look['id']}")).json()["data"]["isKept"]) == (303, True)
    forgotten = await sent(cora, f"{PAGE}/forget-photos")
    assert (forgotten.status_code, (await cora.get(PATH)).json()["data"]) == (303, [])


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose an item"),
        ({"person": "photo", "outfitImageUrl": ("a.png", drawn(), "image/png")}, "Choose a photo of yourself"),
        ({"outfitImageUrl": ("a.txt", b"not a picture at all", "text/plain")}, "Choose a JPEG"),
    ],
)
async def test_what_is_missing_is_said_at_its_place(people: People, form: dict[str, object], words: str) -> None:
    cora = await people.customer()
    answer = await sent(cora, **form)
    assert answer.status_code in (415, 422)
    assert words in answer.text
    assert 'class="form tryon-form"' in answer.text


async def test_cora_asks_a_tailor_for_what_she_tried_on(people: People) -> None:
    cora, odile, tariq = await people.customer(), await people.customer("Odile"), await people.tailor(f"Tariq {MARK}")
    look = await worn(cora)
    tailor = (await tariq.me())["tailor"]["id"]
    place = f"/customer/alterations/new?tryOnId={look['id']}"
    assert (
        f"tailorId={tailor}&amp;tryOnId={look['id']}" in (await cora.get(f"{place}&search={MARK}", headers=HTML)).text
    )
    form = (await cora.get(f"{place}&tailorId={tailor}", headers=HTML)).text
    url = re.search(r'name="imageUrls" value="([^"]+)" checked', form)
    assert url, "the result is attached, and can be taken away"
    body = {"tailorId": tailor, "description": "Sewn like this, please", "imageUrl": url[1].replace("&amp;", "&")}
    asked = (await cora.post("/api/alterations", json=body)).json()["data"]
    assert asked["imageUrl"].partition("?")[0] == look["resultImageUrl"].partition("?")[0]
    seen = (await tariq.get(f"/api/alterations/{asked['id']}")).json()["data"]["imageUrl"]
    assert (await tariq.get(seen)).status_code == 200
    assert (await odile.get(f"{place}&tailorId={tailor}", headers=HTML)).status_code == 404


async def test_odile_opens_no_page_of_coras(people: People) -> None:
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    look, item = await worn(cora), await hung(cora, drawn())
    place = f"{PAGE}/{look['id']}"
    assert (await odile.get(place, headers=HTML)).status_code == 404
    assert (await sent(odile, f"{place}/delete")).status_code == 404
    assert (await sent(odile, f"{place}/keep", isKept="true")).status_code == 404
    assert (await sent(odile, item=item["id"])).status_code == 404
    assert (await dina.get(PAGE, headers=HTML)).status_code == 403
    assert (await sent(cora, f"{place}/delete")).status_code == 303
    assert (await cora.get(f"{PAGE}/figures/PEAR/HONEY")).headers["content-type"].startswith("image/svg+xml")
    assert (await cora.get(f"{PAGE}/figures/PLUM/HONEY")).status_code == 404
    assert (await uploaded(cora, drawn())).startswith("/media/")


@pytest.mark.parametrize(
    ("problem", "words"),
    sweep(
        [
            ("NO_PERSON", "could not find anybody in this photo"),
            ("SEVERAL_PEOPLE", "There are several people in this photo"),
            ("CUT_OFF", "Part of you is outside the photo"),
            ("SITTING", "You seem to be sitting"),
        ]
    ),
)
async def test_each_problem_has_its_own_sentence_and_a_way_out(
    people: People, db: Db, problem: str, words: str
) -> None:
    """How each is found in a pose: tests/vision/test_person_in_photo.py. No picture of a person is part of this repository."""
    cora = await people.customer()
    look = await worn(cora, personImageUrl=await uploaded(cora, wall()))
    await db.execute(
        "update virtual_try_ons set problem = %(problem)s where id = %(id)s", problem=problem, id=look["id"]
    )
    answer = (await cora.get(f"{PATH}/{look['id']}")).json()["data"]
    assert (answer["problem"], answer["confidence"] < 0.5) == (problem, True)
    shown = (await cora.get(f"{PAGE}/{look['id']}", headers=HTML)).text
    assert words in shown
    marks = ("could not find anybody", "several people", "outside the photo", "to be sitting")
    assert sum(mark in shown for mark in marks) == 1, "its own sentence alone"
    assert 'name="landmarks"' in shown, "points can be moved"
    assert f'href="{PAGE}?person=figure&amp;again={look["id"]}"' in shown
    again = (await cora.get(f"{PAGE}?person=figure&again={look['id']}", headers=HTML)).text
    assert re.search(r'name="person"\s+value="figure"\s+checked', again)
