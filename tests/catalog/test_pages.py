"""The pages as HTML: they work as links and forms, and htmx gets just the region it replaces."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from tests.catalog.conftest import Studio, hang
from tests.support.people import Anonymous, People

NewStudio = Callable[..., Studio]
HTML = {"Accept": "text/html"}


@pytest.fixture
def mark() -> str:
    """A word in the names of this test's studios."""
    return f"Q{token_hex(6)}"


async def page(who: Anonymous, path: str, status: int = 200, **headers: str) -> str:
    answer = await who.get(path, headers=HTML | headers)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


async def test_the_address_holds_the_state(people: People, new_studio: NewStudio, mark: str) -> None:
    kavya = new_studio(f"Kavya {mark}", niches=("BRIDAL",), languages=("KANNADA",), years=12, pieces=((5000, 9000),))
    new_studio(f"Other {mark}", niches=("CASUAL",))
    query = f"search={mark}&niche=BRIDAL&language=KANNADA&minExperience=10&maxBudget=25000&sortBy=reviews"
    html = await page(people.anonymous(), f"/customer/designers?{query}")
    assert kavya.name in html
    assert "Other" not in html
    assert f'value="{mark}"' in html
    assert re.search(r'name="niche"\s+value="BRIDAL"\s+checked', html)
    assert re.search(r'id="field-minExperience"[^>]*value="10"', html)
    assert re.search(r'<option value="reviews" selected>', html)
    chips = re.findall(r'<a class="chip on" href="([^"]+)"[^>]*><span[^>]*>Remove filter: </span>([^<]+)<', html)
    assert [text for _, text in chips] == [f"“{mark}”", "Bridal", "Speaks Kannada", "10+ years", "Up to ₹25,000"]
    without_bridal = {text: href for href, text in chips}["Bridal"].replace("&amp;", "&")
    left = set(query.split("&")) - {"niche=BRIDAL"}
    assert set(without_bridal.removeprefix("/customer/designers?").split("&")) == left


async def test_a_form_sent_with_empty_fields_is_the_whole_list(people: People) -> None:
    empty = "search=&location=&minBudget=&maxBudget=&minExperience=&maxExperience=&sortBy=rating"
    html = await page(people.anonymous(), f"/customer/designers?{empty}")
    assert "Remove filter:" not in html


async def test_what_cannot_be_is_said_at_the_field_and_kept(people: People) -> None:
    html = await page(people.anonymous(), "/customer/designers?minExperience=9&maxExperience=2&niche=FOO", 422)
    assert re.search(r'id="field-minExperience"[^>]*value="9"[^>]*aria-invalid="true"', html)
    assert "The minimum is more than the maximum." in html
    assert "Please check these fields" in html


async def test_nobody_fits(people: People, mark: str) -> None:
    html = await page(people.anonymous(), f"/customer/designers?search={mark}")
    assert "No results" in html
    assert "Clear all filters" in html
    assert "0 designers" in html


async def test_beyond_the_last_page(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Kavya {mark}")
    html = await page(people.anonymous(), f"/customer/designers?search={mark}&page=7")
    assert "No more results" in html


async def test_the_pager_keeps_the_filters(people: People, new_studio: NewStudio, mark: str) -> None:
    for _ in range(3):
        new_studio(f"Kavya {mark}")
    html = await page(people.anonymous(), f"/customer/designers?search={mark}&limit=1&page=2")
    for number in (1, 3):
        beyond = f"&amp;page={number}" if number > 1 else ""
        assert f'href="/customer/designers?search={mark}{beyond}&amp;limit=1"' in html


@pytest.mark.parametrize(("target", "begins"), [("results", "<section id="), ("discover", "<designer-finder")])
async def test_htmx_gets_its_region_and_an_address_for_the_bar(
    people: People, new_studio: NewStudio, mark: str, target: str, begins: str
) -> None:
    kavya = new_studio(f"Kavya {mark}")
    answer = await people.anonymous().get(
        f"/customer/designers?search={mark}&niche=&minBudget=",
        headers=HTML | {"HX-Request": "true", "HX-Target": target},
    )
    assert answer.text.strip().startswith(begins)
    assert kavya.name in answer.text
    assert answer.headers["HX-Push-Url"] == f"/customer/designers?search={mark}"
    assert "HX-Request" in answer.headers["Vary"]


async def test_who_may_chat_and_save(people: People, new_studio: NewStudio, mark: str) -> None:
    kavya = new_studio(f"Kavya {mark}")
    path = f"/customer/designers?search={mark}"
    as_visitor = await page(people.anonymous(), path)
    assert f'href="/login?next=/customer/designers/{kavya.id}"' in as_visitor
    assert "/customer/chats/new" not in as_visitor
    as_customer = await page(await people.customer(), path)
    assert f'<input type="hidden" name="designerId" value="{kavya.id}">' in as_customer
    assert 'action="/customer/chats/new"' in as_customer
    assert 'aria-pressed="false"' in as_customer
    as_tailor = await page(await people.tailor(), path)
    assert "Chat now" not in as_tailor
    assert 'class="heart"' not in as_tailor


async def test_saved_ones_are_behind_the_door(people: People, new_studio: NewStudio, mark: str) -> None:
    kavya = new_studio(f"Kavya {mark}")
    answer = await people.anonymous().get("/customer/designers?saved=true", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=/customer/designers")
    cora = await people.customer("Cora")
    html = await page(cora, "/customer/designers?saved=true")
    assert "No saved designers yet" in html
    assert "Press the heart again" not in html
    assert 'href="/customer/designers?saved=true" aria-current="page"' in html
    assert "No results" in await page(cora, f"/customer/designers?saved=true&search={mark}")
    await cora.put(f"/api/designers/{kavya.id}/save")
    html = await page(cora, "/customer/designers?saved=true")
    assert kavya.name in html
    assert "Press the heart again" in html
    assert 'aria-pressed="true"' in html


async def test_a_chip_puts_my_profile_to_use(people: People, new_studio: NewStudio, mark: str) -> None:
    new_studio(f"Kavya {mark}")
    cora = await people.customer("Cora", budgetMin=2000, budgetMax=8000)
    html = await page(cora, f"/customer/designers?search={mark}")
    mine = re.search(r'href="(/customer/designers[?][^"]*)"[^>]*>(?:<svg.*?</svg>)?My budget, my language', html)
    assert mine, html
    address = mine[1].replace("&amp;", "&")
    assert address == f"/customer/designers?search={mark}&minBudget=2000&maxBudget=8000&language=ENGLISH"
    assert "My budget, my language" not in await page(cora, address)
    assert "My budget, my language" not in await page(await people.customer(), "/customer/designers"), (
        "nothing to apply"
    )
    assert "My budget, my language" not in await page(people.anonymous(), "/customer/designers")


async def test_a_gallery_by_category_and_by_htmx(people: People, new_studio: NewStudio, desk: Any) -> None:
    kavya = new_studio("Kavya")
    hang(desk, kavya.id, 100, 200, category="BRIDAL", description="Red lehenga")
    hang(desk, kavya.id, 900, None, category="ETHNIC", description="Blue kurta")
    cora = await people.customer()
    html = await page(cora, f"/customer/designers/{kavya.id}?category=ETHNIC")
    assert "Blue kurta" in html
    assert "Red lehenga" not in html
    assert "From ₹900" in html
    part = await page(
        cora, f"/customer/designers/{kavya.id}?category=BRIDAL", **{"HX-Request": "true", "HX-Target": "gallery"}
    )
    assert part.strip().startswith('<section id="gallery"')
    assert "Red lehenga" in part
    whole = await page(cora, f"/customer/designers/{kavya.id}?category=NONSENSE")
    assert "Blue kurta" in whole
    assert "Red lehenga" in whole


async def test_nobody_there_is_a_page_in_our_own_dress(people: People) -> None:
    html = await page(people.anonymous(), "/customer/designers/cnobody000000000000000000", 404)
    assert "Page not found" in html


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_pages_travel_small(people: People, encoding: str) -> None:
    visitor = people.anonymous()
    plain = await visitor.get("/customer/designers", headers=HTML | {"Accept-Encoding": "identity"})
    small = await visitor.get("/customer/designers", headers=HTML | {"Accept-Encoding": encoding})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) < len(plain.content) / 3
    without_secrets = [re.sub(r'(nonce|content|value)="[\w-]{16,}"', "", answer.text) for answer in (plain, small)]
    assert without_secrets[0] == without_secrets[1]
