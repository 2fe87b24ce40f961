"""The wardrobe's pages as they work without scripts, and for nobody but their owner."""

import re
from typing import Any

import pytest

from neural_threads.platform.db import Db
from tests.factories.orders import person
from tests.factories.wardrobe import INDIGO, PLACE, RANI, design_of, hung, names
from tests.support.people import Anonymous, People, Person
from tests.wardrobe.test_list import rail

PAGE = "/customer/wardrobe"
HTML = {"Accept": "text/html"}
WORDS = {"category": "DRESS", "subcategory": "", "name": "", "color": "", "brand": ""}
"""What an untouched form says of a piece."""


async def look(who: Anonymous, path: str = PAGE, status: int = 200, **headers: str) -> str:
    answer = await who.get(path, headers=HTML | headers)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


async def send(who: Person, path: str, typed: Any, *images: bytes) -> Any:
    files = [("pictures", (f"{n}.png", data, "image/png")) for n, data in enumerate(images)]
    token = {"csrf_token": await who.csrf()}
    if files:
        return await who.http.post(path, data=token | typed, files=files, headers=HTML)
    return await who.http.post(path, data=token | typed, headers=HTML)


def shown(html: str) -> list[str]:
    return re.findall(r'<h2 class="worn-name[^>]*><a [^>]*>([^<]*)<', html)


async def test_cora_finds_her_items_and_odile_never_does(people: People) -> None:
    cora, odile, dina = await people.customer(), await people.customer("Odile"), await people.designer()
    dress = await hung(cora, RANI, subcategory="ETHNIC", name="Diwali <dress>", brand="Anokhi")
    html = await look(cora)
    assert shown(html) == ["Diwali &lt;dress&gt;"]
    assert "rani pink" in html
    assert 'fill="#b8186f"' in html
    assert f"/customer/alterations/new?wardrobeItemId={dress['id']}" in html
    own = f"{PAGE}/{dress['id']}"
    for outsider in (odile, dina):
        refused = 404 if outsider is odile else 403
        assert "Diwali" not in await look(outsider, PAGE, 200 if outsider is odile else 403)
        await look(outsider, own, refused)
        for path in (own, f"{own}/take-down"):
            assert (await send(outsider, path, {"category": "BAG"})).status_code == refused
    visitor = await people.anonymous().get(PAGE, headers=HTML)
    assert visitor.headers["location"].startswith("/login")
    assert await names(cora) == ["Diwali <dress>"]


async def test_filters_stand_in_the_address(people: People) -> None:
    cora = await people.customer()
    for name, facts in {
        "Saree": {"subcategory": "ETHNIC", "brand": "Dina Rao"},
        "Gown": {"subcategory": "WESTERN", "color": "wine"},
        "Juttis": {"category": "SHOES", "subcategory": "ETHNIC"},
    }.items():
        await hung(cora, name=name, **facts)
    for query, found in {
        "": ["Juttis", "Gown", "Saree"],
        "category=DRESS": ["Gown", "Saree"],
        "subcategory=ETHNIC": ["Juttis", "Saree"],
        "category=SHOES&subcategory=ETHNIC": ["Juttis"],
        "search=dina": ["Saree"],
        "search=WINE": ["Gown"],
        "category=HAT&search=saree": ["Saree"],
    }.items():
        assert shown(await look(cora, f"{PAGE}?{query}", 422 if "HAT" in query else 200)) == found, query
    html = await look(cora, f"{PAGE}?subcategory=ETHNIC&search=")
    assert re.search(
        r'href="/customer/wardrobe\?category=DRESS&amp;subcategory=ETHNIC"[^>]*>Dresses <small[^>]*>1<', html
    )
    assert re.search(r'href="/customer/wardrobe"[^>]*>Ethnic <small[^>]*>2<', html), "pressed again, a chip is off"
    assert "No results" in await look(cora, f"{PAGE}?search=spacesuit")


async def test_pages_turn_without_scripts_and_grow_with_them(people: People) -> None:
    cora = await people.customer()
    for n in range(3):
        await hung(cora, name=f"Dress {n}")
    first = await look(cora, f"{PAGE}?limit=2&category=DRESS")
    older = re.search(r'href="(/customer/wardrobe\?[^"]*cursor=[^"]*)"', first)
    assert older
    place = older[1].replace("&amp;", "&")
    second = await look(cora, place)
    assert shown(first) + shown(second) == ["Dress 2", "Dress 1", "Dress 0"]
    assert "Back to the newest" in second
    part = await look(cora, place, **{"HX-Request": "true", "HX-Target": "older"})
    assert part.strip().startswith("<li")
    region = await cora.get(
        f"{PAGE}?search=&category=DRESS", headers=HTML | {"HX-Request": "true", "HX-Target": "found"}
    )
    assert region.text.strip().startswith('<div id="found"')
    assert region.headers["HX-Push-Url"] == f"{PAGE}?category=DRESS"


async def test_two_files_of_a_plain_form_become_two_items(people: People) -> None:
    cora = await people.customer()
    typed = WORDS | {"subcategory": "BRIDAL", "brand": "Dina Rao"}
    answer = await send(cora, PAGE, typed, RANI, INDIGO)
    assert (answer.status_code, answer.headers["location"].partition("#")[0]) == (303, f"{PAGE}?done=added")
    items = (await cora.get(PLACE)).json()["data"]["items"]
    assert [(item["color"], item["brand"], item["subcategory"]) for item in items] == [
        ("rani", "Dina Rao", "BRIDAL"),
        ("indigo", "Dina Rao", "BRIDAL"),
    ]


async def test_fields_that_a_form_leaves_out_are_empty(people: People) -> None:
    cora = await people.customer()
    answer = await send(cora, PAGE, {"category": "BAG", "name": "Pouch"}, RANI, INDIGO)
    assert answer.status_code == 303, answer.text[:500]
    items = (await cora.get(PLACE)).json()["data"]["items"]
    assert [(item["name"], item["category"], item["brand"]) for item in items] == [("Pouch", "BAG", None)] * 2
    without_a_kind = await send(cora, PAGE, {"name": "Kept words"}, RANI)
    assert (without_a_kind.status_code, "Kept words" in without_a_kind.text) == (422, True)


async def test_images_sent_before_each_with_what_is_told_of_it(people: People) -> None:
    cora = await people.customer()
    urls = [
        (await cora.post("/api/upload", files={"file": ("a.png", data)})).json()["data"]["url"]
        for data in (RANI, INDIGO)
    ]
    typed = {
        "pictures": urls,
        "category": ["DRESS", "BAG"],
        "subcategory": ["", "CASUAL"],
        "name": ["Rani", "Pouch"],
        "color": ["", "  Rani  pink "],
        "brand": ["", ""],
    }
    answer = await send(cora, PAGE, typed)
    assert answer.status_code == 303, answer.text[:500]
    items = (await cora.get(PLACE)).json()["data"]["items"]
    assert [(item["name"], item["category"], item["subcategory"], item["color"]) for item in items] == [
        ("Rani", "DRESS", None, "rani"),
        ("Pouch", "BAG", "CASUAL", "rani"),
    ]


async def test_what_cannot_be_is_said_at_its_field_and_kept(people: People, db: Db) -> None:
    cora = await people.customer()
    html = (await send(cora, PAGE, WORDS | {"name": "x" * 121, "brand": "Anokhi"}, RANI)).text
    assert re.search(r'value="x{121}"[^>]*id="field-0-name"[^>]*aria-invalid="true"', html)
    assert 'value="Anokhi"' in html
    nothing = await send(cora, PAGE, WORDS)
    assert (nothing.status_code, "Choose at least one picture." in nothing.text) == (422, True)
    no_image = await send(cora, PAGE, WORDS, b"this is no picture")
    assert no_image.status_code == 415
    foreign = await send(cora, PAGE, WORDS | {"pictures": "/media/u/aa/bb", "name": "Kept words"})
    assert (foreign.status_code, "Kept words" in foreign.text) == (422, True)
    assert await names(cora) == []
    assert await db.value("select count(*) from media where owner_id = %(id)s", id=cora.id) == 0


async def test_cora_corrects_and_takes_down_without_scripts(people: People) -> None:
    cora = await people.customer()
    dress = await hung(cora, RANI, subcategory="ETHNIC", brand="Anokhi", name="Blue one")
    own = f"{PAGE}/{dress['id']}"
    assert 'value="rani pink"' in await look(cora, own)
    changed = await send(
        cora, own, {"category": "JACKET", "subcategory": "", "name": "Red one", "color": "rani pink", "brand": ""}
    )
    assert changed.headers["location"] == f"{PAGE}?done=changed#piece-{dress['id']}"
    item = (await cora.get(PLACE)).json()["data"]["items"][0]
    assert item | {"category": "JACKET", "subcategory": None, "name": "Red one", "color": "rani", "brand": None} == item
    wrong = await send(cora, own, {"category": "JACKET", "name": "y" * 121})
    assert (wrong.status_code, 'href="#field-0-name"' in wrong.text) == (422, True)
    assert (await send(cora, f"{own}/take-down", {})).headers["location"] == f"{PAGE}?done=down"
    assert "Your wardrobe is still empty" in await look(cora)
    await look(cora, own, 404)


async def test_a_design_kept_by_its_heart_and_let_go_again(people: People) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    design = await design_of(dina)
    heart = f"/customer/designs/{design}/save"
    page = f"/customer/designers/{(await people.anonymous().get('/api/designers?search=Dina Rao')).json()['data'][0]['id']}"
    for place in ("/customer/designs", page, "https://elsewhere.example/", "//elsewhere.example"):
        answer = await send(cora, heart, {"saved": "true", "next": place})
        expected = place if place.startswith("/customer") else "/customer/designs"
        assert (answer.status_code, answer.headers["location"]) == (303, expected)
    html = await look(cora)
    assert shown(html) == ["Rani lehenga with zari"]
    assert "Saved design" in html
    assert "/customer/design-requests/new?designerId=" in html
    designs = await look(cora, "/customer/designs")
    item = re.search(rf'data-design="{design}"\s+data-item="(\w+)"', designs)
    assert item, "the heart knows which piece to let go"
    assert f'action="{heart}"' in designs
    home = await look(cora, "/customer")
    assert re.search(r'<strong class="figures">1</strong>\s*<a href="/customer/wardrobe">', home)
    assert 'href="/customer/wardrobe?add=yes"' in home
    for _twice in range(2):
        await send(cora, heart, {"saved": "false", "next": "/customer/designs"})
    assert await names(cora) == []
    assert (await send(cora, "/customer/designs/cnobody/save", {"saved": "true"})).status_code == 404
    assert (await send(await people.tailor(), heart, {"saved": "true"})).status_code == 403


async def test_alter_this_carries_the_item_to_the_tailor_however_old_it_is(people: People) -> None:
    cora, odile, tariq = await people.customer(), await people.customer("Odile"), await people.tailor("Tariq Anwar")
    await rail(
        cora,
        ("DRESS", None, "Grandmother's saree", "red", None),
        *[("BAG", None, f"Bag {n}", "red", None) for n in range(61)],
    )
    [oldest] = (await cora.get(f"{PLACE}?category=DRESS")).json()["data"]["items"]
    asking = f"/customer/alterations/new?wardrobeItemId={oldest['id']}"
    choice = await look(cora, f"{asking}&search=Tariq+Anwar")
    assert "For “Grandmother&#39;s saree”." in choice
    tailor_id = (await person(tariq)).tailor_id
    link = f"/customer/alterations/new?tailorId={tailor_id}&amp;wardrobeItemId={oldest['id']}"
    assert f'href="{link}"' in choice
    chosen = rf'value="{oldest["id"]}"[^>]* checked'
    assert re.search(chosen, await look(cora, link.replace("&amp;", "&")))
    for page in (asking, link.replace("&amp;", "&")):
        assert "Grandmother" not in await look(odile, page)


@pytest.mark.parametrize(("who", "heart"), [("anonymous", "/login?next="), ("tailor", None)])
async def test_hearts_of_those_who_have_no_wardrobe(people: People, who: str, heart: str | None) -> None:
    await design_of(await people.designer())
    visitor = people.anonymous() if who == "anonymous" else await people.tailor()
    html = await look(visitor, "/customer/designs")
    found = re.search(r'class="heart design-heart"\s+href="([^"]*)"', html)
    assert (found[1].startswith(heart) if found else None) == (True if heart else None)
    assert "<design-heart" not in html


async def test_all_that_was_read_is_corrected_in_the_form(people: People, db: Db) -> None:
    cora = await people.customer()
    item = await hung(cora, RANI)
    typed = WORDS | {"pattern": "CHECKS", "price": "1200", "colors": "rani pink, Amma's gold"}
    own = f"{PAGE}/{item['id']}"
    assert (await send(cora, own, typed)).status_code == 303
    changed = (await cora.get(f"{PLACE}/{item['id']}")).json()["data"]
    assert (changed["pattern"], changed["price"]) == ("CHECKS", 1200)
    assert [color["name"] for color in changed["colors"]] == ["rani", "Amma's gold"]
    html = (await send(cora, own, typed | {"colors": "a, b, c, d", "price": "much"})).text
    assert "Must be a number." in html
    assert "At most three colours." in (await send(cora, own, typed | {"colors": "a, b, c, d"})).text


@pytest.mark.parametrize("id", ["%00", "nothing", "a%2Fb"])
async def test_a_look_of_an_item_that_cannot_be_is_refused(people: People, id: str) -> None:
    cora = await people.customer()
    answer = await cora.get(f"{PAGE}/looks/new?itemId={id}", headers=HTML)
    assert answer.status_code in (404, 422)
    form = {"name": "Diwali", "item": id.replace("%00", "\0")}
    assert (await send(cora, f"{PAGE}/looks/new", form)).status_code == 422


@pytest.mark.case("W13")
async def test_an_item_that_went_meanwhile_takes_no_words_with_it(people: People) -> None:
    cora = await people.customer()
    gone, left = await hung(cora), await hung(cora, RANI, name="Rani dress")
    await cora.delete("/api/chatbot/wardrobe", params={"id": gone["id"]})
    answer = await send(cora, f"{PAGE}/looks/new", {"name": "Diwali at home", "item": [gone["id"], left["id"]]})
    assert (answer.status_code, "Diwali at home" in answer.text) == (422, True)
    assert "Choose items of your own wardrobe." in answer.text


@pytest.mark.parametrize("colors", ["rani\0pink", "red, \0"])
async def test_a_colour_that_cannot_be_stored_is_refused_at_its_field(people: People, colors: str) -> None:
    cora = await people.customer()
    item = await hung(cora)
    answer = await send(cora, f"{PAGE}/{item['id']}", WORDS | {"colors": colors})
    assert (answer.status_code, "This contains a character" in answer.text) == (422, True)
