"""Finding a designer in a real browser: with and without scripts, by keyboard alone, on a phone and on a desk."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from playwright.async_api import Page, Route, expect

from tests.catalog.conftest import Studio, hang, praise, settle
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.people import People
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LONG = "Venkatalakshmi Subrahmanyam Ayyangar of the Blue Loom Studios"
KANNADA = "ವೆಂಕಟಲಕ್ಷ್ಮಿ ಸುಬ್ರಹ್ಮಣ್ಯಂ"


@pytest.fixture(scope="module")
def street(dsn: str) -> Iterator[dict[str, Any]]:
    """Fifteen studios whose names share a word: one of long name, one in Kannada, one without a picture."""
    mark = f"Q{token_hex(5)}"
    with psycopg.connect(dsn, autocommit=True) as desk:
        kavya = settle(
            desk,
            Studio(
                f"Kavya {mark}", niches=("BRIDAL", "ETHNIC"), languages=("KANNADA",), years=12, pieces=((5000, 9000),)
            ),
        )
        hang(desk, kavya.id, 20_000, 60_000, category="ETHNIC", description="Ikat kurta with a zari placket")
        praise(desk, kavya.id, 5, "ಚೆನ್ನಾಗಿದೆ! Fell exactly as drawn.")
        settle(
            desk,
            Studio(f"{LONG} {mark}", niches=("FORMAL", "WESTERN", "FUSION"), languages=("ENGLISH", "HINDI", "TELUGU")),
        )
        settle(desk, Studio(f"{KANNADA} {mark}", niches=("CASUAL",)))
        for n in range(12):
            settle(
                desk,
                Studio(f"Studio{n} {mark}", niches=("CASUAL",), location="COMMERCIAL_STREET", pieces=((900, 1500),)),
            )
        yield {"mark": mark, "kavya": kavya, "desk": desk}


@pytest.fixture(autouse=True)
def no_images(browsing: Browsing) -> None:
    """The pieces of this file have no pictures behind them."""
    browsing.forgive(r"404 \(Not Found\).*/media/test/")


async def found(page: Page, text: str) -> None:
    await expect(page.locator("#found")).to_have_text(text)


@pytest.mark.parametrize("device", sweep([PHONE, DESK]), ids=["phone", "desk"])
async def test_filters_narrow_the_list_and_the_address(page_for: PageFor, street: dict[str, Any], device: Any) -> None:
    page = await page_for(**device)
    await page.goto(f"/customer/designers?search={street['mark']}")
    await found(page, "15 designers")
    if device is PHONE:
        await page.get_by_role("button", name="Filters").click()
    filters = page.locator("#filters")
    await filters.get_by_label("Bridal").check()
    await found(page, "1 designer")
    if device is PHONE:
        await filters.get_by_role("button", name="Show designers").click()
        await expect(filters).to_be_hidden()
    await expect(page).to_have_url(f"/customer/designers?search={street['mark']}&niche=BRIDAL")
    await page.get_by_role("link", name="Remove filter: Bridal").click()
    await found(page, "15 designers")
    await expect(page.locator("#found")).to_be_focused()
    await expect(page.locator("#filters input[value=BRIDAL]")).not_to_be_checked()
    await page.go_back()
    await found(page, "1 designer")
    await expect(page.locator("#filters input[value=BRIDAL]")).to_be_checked()


async def test_typing_searches_and_says_how_many(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**DESK)
    await page.goto("/customer/designers")
    await page.keyboard.press("/")
    await page.keyboard.type(f"kavya {street['mark'].lower()}", delay=5)
    await found(page, "1 designer")
    await expect(page.locator("#found-aloud")).to_have_text("1 designer found")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.get_by_role("searchbox").fill("")
    await expect(page).to_have_url("/customer/designers")


async def test_nobody_fits_and_back_to_all(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**PHONE)
    await page.goto(f"/customer/designers?search={street['mark']}")
    await page.get_by_role("searchbox").fill("nobody is called like this")
    await expect(page.get_by_role("heading", name="No results")).to_be_visible()
    await page.get_by_role("link", name="Clear all filters").click()
    await expect(page).to_have_url("/customer/designers")
    await expect(page.locator(".listing").first).to_be_visible()


@pytest.mark.long
async def test_a_slow_answer_is_announced_by_its_shape(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**PHONE)
    await page.goto(f"/customer/designers?search={street['mark']}")
    answer = asyncio.Event()

    async def slowly(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await page.route("**/customer/designers?*sortBy=reviews*", slowly)
    await page.get_by_label("Sort by").select_option(label="Most reviewed")
    await expect(page.locator("#results .skeleton").first).to_be_visible()
    await expect(page.locator("#results h3 a").first).to_be_hidden()
    answer.set()
    await expect(page.locator("#results h3 a").first).to_be_visible()
    await expect(page.locator("#results .skeleton").first).to_be_hidden()


@pytest.mark.long
async def test_a_range_the_wrong_way_round_is_said(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**DESK)
    await page.goto(f"/customer/designers?search={street['mark']}")
    await page.locator("#field-minExperience").fill("9")
    await page.locator("#field-maxExperience").fill("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("The minimum is more than the maximum.")


async def test_the_order_and_the_pages(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**DESK)
    await page.goto(f"/customer/designers?search={street['mark']}")
    await page.get_by_label("Sort by").select_option(label="Most experienced")
    await expect(page).to_have_url(f"/customer/designers?search={street['mark']}&sortBy=experience")
    await expect(page.locator(".listing h3").first).to_have_text(street["kavya"].name)
    await page.get_by_role("link", name="Next page").click()
    await expect(page.locator("#results .listing:visible")).to_have_count(3)
    await expect(page).to_have_url(f"/customer/designers?search={street['mark']}&sortBy=experience&page=2")


@pytest.mark.parametrize("device", sweep([PHONE, DESK]), ids=["phone", "desk"])
async def test_without_scripts(page_for: PageFor, street: dict[str, Any], device: Any) -> None:
    page = await page_for(java_script_enabled=False, **device)
    await page.goto("/customer/designers")
    await page.get_by_role("searchbox").fill(street["mark"])
    await page.get_by_role("searchbox").press("Enter")
    await found(page, "15 designers")
    if device is PHONE:
        await page.get_by_role("button", name="Filters").click()
    await page.locator("#filters").get_by_label("Bridal").check()
    await page.locator("#field-minExperience").fill("10")
    await page.locator("#field-minExperience").press("Enter")
    await found(page, "1 designer")
    await page.get_by_role("link", name="Remove filter: Bridal").click()
    await found(page, "1 designer")
    await page.get_by_role("link", name="Remove filter: 10+ years").click()
    await found(page, "15 designers")
    await page.get_by_label("Sort by").select_option(label="Most experienced")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.locator(".listing h3").first).to_have_text(street["kavya"].name)
    await page.get_by_role("link", name="Next page").click()
    await expect(page.locator("#results .listing:visible")).to_have_count(3)


async def test_by_keyboard_alone(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**PHONE)
    await page.goto(f"/customer/designers?search={street['mark']}")
    await page.get_by_role("button", name="Filters").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#filters")).to_be_visible()
    for _ in range(3):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.value") == "BRIDAL":
            break
    await page.keyboard.press("Space")
    await found(page, "1 designer")
    await page.keyboard.press("Escape")
    await expect(page.locator("#filters")).to_be_hidden()
    await page.locator(".listing h3 a").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(street["kavya"].name)


@pytest.mark.long
@pytest.mark.parametrize("path", ["/customer/designers", "/customer/tailors"])
async def test_enter_in_the_search_leads_past_the_filters_to_the_results(page_for: PageFor, path: str) -> None:
    page = await page_for(**DESK)
    await page.goto(path)
    await page.wait_for_selector("designer-finder:defined")
    await page.keyboard.press("/")
    await page.keyboard.type("a")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Sort by")).to_be_focused()
    await page.get_by_role("searchbox").fill("ab")
    await expect(page).to_have_url(f"{path}?search=ab")
    await expect(page.get_by_role("searchbox")).to_be_focused()


async def test_cora_saves_with_one_tap(page_for: PageFor, people: People, street: dict[str, Any]) -> None:
    cora = await people.customer("Cora")
    page = await page_for(cora, **PHONE)
    await page.goto(f"/customer/designers?search=kavya {street['mark']}")
    heart = page.get_by_role("button", name=f"Save {street['kavya'].name}")
    await expect(heart).to_have_attribute("aria-pressed", "false")
    await heart.click()
    await expect(heart).to_have_attribute("aria-pressed", "true")
    await expect(heart).to_be_focused()
    await page.goto("/customer/designers?saved=true")
    await found(page, "1 designer")


@pytest.mark.parametrize("device", sweep([PHONE, DESK]), ids=["phone", "desk"])
@pytest.mark.parametrize(
    "views",
    sweep([["?{query}", "/{kavya}"], ["?search=nobody+is+called+like+this", "?{query}&minBudget=5&maxBudget=1"]]),
)
async def test_everybody_can_use_it(
    page_for: PageFor, people: People, street: dict[str, Any], device: Any, views: list[str]
) -> None:
    page = await page_for(await people.customer("Cora"), **device)
    query = f"search={street['mark']}"
    for path in [view.format(query=query, kavya=street["kavya"].id) for view in views]:
        await page.goto(f"/customer/designers{path}")
        if device is PHONE and path == f"?{query}":
            await page.get_by_role("button", name="Filters").click()
            await page.wait_for_timeout(400)
            await is_for_everybody(page)
            await page.keyboard.press("Escape")
        await is_for_everybody(page)
