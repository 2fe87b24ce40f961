"""One designer's page in a real browser: pieces, lightbox, reviews, sharing, chatting."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.catalog.conftest import Studio, hang, praise, settle
from tests.support.browsing import Browsing
from tests.support.people import People

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def kavya(dsn: str) -> Iterator[Studio]:
    """Three pieces of two kinds, and two reviews."""
    with psycopg.connect(dsn, autocommit=True) as desk:
        kavya = settle(desk, Studio("Kavya Iyer", niches=("BRIDAL",), years=12, phone="+91 98450 77777"))
        for n, (category, words) in enumerate(
            [("BRIDAL", "Red lehenga"), ("ETHNIC", "Blue kurta"), ("BRIDAL", "Gold saree")]
        ):
            hang(desk, kavya.id, 1000 * (n + 1), 9000, category=category, description=words, position=n)
        praise(desk, kavya.id, 5, "Fell exactly as drawn.")
        praise(desk, kavya.id, 4, "ಚೆನ್ನಾಗಿದೆ")
        yield kavya


@pytest.fixture(autouse=True)
def no_images(browsing: Browsing) -> None:
    """The pieces of this file have no pictures behind them."""
    browsing.forgive(r"404 \(Not Found\).*/media/test/")


async def test_items_by_category_and_close_up(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for(**DESK)
    await page.goto(f"/customer/designers/{kavya.id}")
    await expect(page.locator(".shown-item")).to_have_count(3)
    await page.get_by_role("link", name="Bridal").click()
    await expect(page.locator(".shown-item")).to_have_count(2)
    await expect(page).to_have_url(f"/customer/designers/{kavya.id}?category=BRIDAL")
    await page.get_by_role("link", name="Enlarge: Red lehenga").click()
    viewer = page.get_by_role("dialog")
    await expect(viewer).to_contain_text("₹1,000–₹9,000")
    await page.keyboard.press("ArrowRight")
    await expect(viewer).to_contain_text("Gold saree")
    await page.keyboard.press("ArrowRight")
    await expect(viewer).to_contain_text("Red lehenga")
    await viewer.get_by_role("button", name="Previous design").click()
    await expect(viewer).to_contain_text("Gold saree")
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(page.get_by_role("link", name="Enlarge: Gold saree")).to_be_focused()


async def test_without_scripts_items_are_links(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for(java_script_enabled=False)
    await page.goto(f"/customer/designers/{kavya.id}")
    await page.get_by_role("link", name="Ethnic").click()
    await expect(page.locator(".shown-item")).to_have_count(1)
    href = await page.get_by_role("link", name="Enlarge: Blue kurta").get_attribute("href")
    assert href
    assert href.startswith("/media/test/")
    assert href.endswith("?w=1600")


async def test_what_customers_say(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for()
    await page.goto(f"/customer/designers/{kavya.id}")
    reviews = page.get_by_role("region", name="What customers say")
    await expect(reviews).to_contain_text("4.5")
    await expect(reviews).to_contain_text("2 reviews")
    await expect(reviews.locator(".review")).to_have_count(2)
    await expect(reviews.get_by_role("progressbar", name="5 stars")).to_have_attribute("value", "1")


async def test_a_visitor_signs_in_first(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for()
    await page.goto(f"/customer/designers/{kavya.id}")
    await expect(page.get_by_text("98450 77777")).to_have_count(0)
    await page.locator(".action-bar").get_by_role("link", name="Chat now").click()
    await expect(page).to_have_url(f"/login?next=/customer/designers/{kavya.id}")


async def test_cora_sees_how_to_reach_her(page_for: PageFor, people: People, kavya: Studio) -> None:
    page = await page_for(await people.customer("Cora"), **DESK)
    await page.goto(f"/customer/designers/{kavya.id}")
    await expect(page.get_by_role("link", name="+91 98450 77777")).to_have_attribute("href", "tel:+919845077777")
    await expect(page.get_by_role("link", name=kavya.email)).to_be_visible()


async def test_cora_begins_a_chat_from_the_card_and_from_the_page(
    page_for: PageFor, people: People, kavya: Studio
) -> None:
    page = await page_for(await people.customer("Cora"), **DESK)
    await page.goto(f"/customer/designers?search={kavya.name}")
    await page.get_by_role("button", name=f"Chat now: {kavya.name}", exact=True).click()
    await page.wait_for_url("**/customer/chats/c*")
    chat = page.url
    await page.goto(f"/customer/designers/{kavya.id}")
    await page.locator(".profile-actions").get_by_role("button", name="Chat now").click()
    await page.wait_for_url(chat)


async def test_sharing_copies_the_address(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for(permissions=["clipboard-read", "clipboard-write"], **DESK)
    await page.add_init_script("delete Navigator.prototype.share")
    await page.goto(f"/customer/designers/{kavya.id}?category=BRIDAL")
    await page.locator(".profile-actions").get_by_role("button", name="Share").click()
    await expect(page.get_by_text("Copied")).to_be_visible()
    assert (await page.evaluate("navigator.clipboard.readText()")).endswith(f"/customer/designers/{kavya.id}")


@pytest.mark.long
async def test_nothing_jumps_while_it_loads(page_for: PageFor, kavya: Studio) -> None:
    page = await page_for(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    for path in ("/customer/designers", f"/customer/designers/{kavya.id}"):
        await page.goto(path)
        await page.wait_for_timeout(500)
        shift: Any = await page.evaluate(
            """() => new Promise((tell) => new PerformanceObserver((list) =>
                 tell(list.getEntries().reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0)))
               .observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => tell(0), 300))"""
        )
        assert shift <= 0.05
