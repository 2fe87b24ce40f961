"""The page of all designs: an address holds the state, links turn the pages, htmx gets just its region."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from tests.catalog.conftest import Studio, hang
from tests.support.people import Anonymous, People

NewStudio = Callable[..., Studio]
HTML = {"Accept": "text/html"}
PLACE = "/customer/designs"


@pytest.fixture
def mark() -> str:
    """A word in the descriptions of this test's pieces."""
    return f"q{token_hex(6)}"


async def page(who: Anonymous, query: str, status: int = 200, **headers: str) -> str:
    answer = await who.get(f"{PLACE}?{query}", headers=HTML | headers)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


async def test_items_with_price_words_and_the_way_to_their_designer(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya = new_studio("Kavya Iyer")
    hang(desk, kavya.id, 5000, 9000, description=f"Lehnga <b>{mark}</b>")
    html = await page(people.anonymous(), f"search={mark}&category=BRIDAL&maxPrice=9000")
    assert f'href="/customer/designers/{kavya.id}"' in html
    assert f"Lehnga &lt;b&gt;{mark}&lt;/b&gt;" in html
    assert "₹5,000–₹9,000" in html
    assert re.search(rf'name="search"\s+value="{mark}"', html)
    assert re.search(r'id="field-maxPrice"[^>]*value="9000"', html)


async def test_pages_turn_without_scripts_and_grow_with_them(
    people: People, new_studio: NewStudio, desk: Any, mark: str
) -> None:
    kavya = new_studio("Kavya")
    for n in range(3):
        hang(desk, kavya.id, description=f"{mark} number {n}")
    visitor, seen = people.anonymous(), []
    html = await page(visitor, f"search={mark}&limit=2&view=list")
    seen += re.findall(r"number \d", re.sub(r"aria-label=\"[^\"]*\"", "", html))
    older = re.search(r'href="/customer/designs\?([^"]*cursor=[^"]*)"', html)
    assert older
    query = older[1].replace("&amp;", "&")
    assert "view=list" in query
    assert "limit=2" in query
    second = await page(visitor, query)
    assert "Back to the newest" in second
    seen += re.findall(r"number \d", re.sub(r"aria-label=\"[^\"]*\"", "", second))
    assert seen == ["number 2", "number 1", "number 0"]
    part = await page(visitor, query, **{"HX-Request": "true", "HX-Target": "older"})
    assert part.strip().startswith("<article")
    assert "cursor=" not in part


async def test_htmx_gets_the_region_and_an_address_for_the_bar(people: People, mark: str) -> None:
    answer = await people.anonymous().get(
        f"{PLACE}?search={mark}&minPrice=", headers=HTML | {"HX-Request": "true", "HX-Target": "designs"}
    )
    assert answer.text.strip().startswith('<section id="designs"')
    assert "No results" in answer.text
    assert answer.headers["HX-Push-Url"] == f"{PLACE}?search={mark}"


async def test_what_cannot_be_is_said_at_the_field_and_kept(people: People) -> None:
    html = await page(people.anonymous(), "minPrice=9&maxPrice=2&category=FOO", 422)
    assert re.search(r'id="field-minPrice"[^>]*value="9"[^>]*aria-invalid="true"', html)
    assert "The minimum is more than the maximum." in html


async def test_a_chip_puts_my_profile_to_use(people: People) -> None:
    cora = await people.customer("Cora", budgetMin=2000, budgetMax=8000.5)
    html = await page(cora, "category=BRIDAL")
    mine = re.search(r'href="/customer/designs\?([^"]*)"[^>]*>(?:<svg.*?</svg>)?My budget, my language', html)
    assert mine, html
    query = mine[1].replace("&amp;", "&")
    assert query == "category=BRIDAL&minPrice=2000&maxPrice=8000.5&language=ENGLISH"
    assert "My budget, my language" not in await page(cora, query)
    assert "My budget, my language" not in await page(await people.customer(), ""), "nothing to apply"
    assert "My budget, my language" not in await page(people.anonymous(), "")
    assert "My budget, my language" not in await page(await people.tailor(), "")


@pytest.mark.parametrize("who", ["designers", "tailors"])
async def test_who_looks_for_a_person_by_a_garment_is_led_to_the_designs(
    people: People, new_studio: NewStudio, desk: Any, mark: str, who: str
) -> None:
    kavya = new_studio("Kavya Iyer")
    visitor = people.anonymous()
    answer = await visitor.get(f"/customer/{who}?search={mark}", headers=HTML)
    assert "No results" in answer.text
    assert "Show designs" not in answer.text
    hang(desk, kavya.id, description=f"Lehenga {mark}")
    html = (await visitor.get(f"/customer/{who}?search={mark}", headers=HTML)).text
    assert f"Nobody here is called “{mark}”" in html
    [way] = re.findall(r'href="(/customer/designs\?[^"]*)"', html)[-1:]
    assert f"Lehenga {mark}" in (await visitor.get(way, headers=HTML)).text
    narrowed = (await visitor.get(f"/customer/{who}?search={mark}&location=MG_ROAD", headers=HTML)).text
    assert "No results" in narrowed
