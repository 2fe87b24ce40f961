"""The frame in a real browser: keys, sheets, themes, forms that are sent once, and nothing that complains."""

from typing import Any

import pytest
from playwright.async_api import Route

from tests.conftest import PageFor
from tests.support.browsing import is_for_everybody
from tests.support.server import Server
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser
DESKTOP = {"viewport": {"width": 1440, "height": 900}}


@pytest.mark.parametrize("size", sweep([{}, DESKTOP]), ids=["phone", "desktop"])
async def test_everything_in_the_styleguide_is_accessible(page_for: PageFor, size: dict[str, Any]) -> None:
    page = await page_for(reduced_motion="reduce", **size)
    await page.goto("/styleguide")
    await is_for_everybody(page)


@pytest.mark.parametrize("path", ["/", "/nothing-here"])
async def test_front_and_error_page_are_accessible(page_for: PageFor, browsing: Any, path: str) -> None:
    browsing.forgive("status of 404")
    page = await page_for(reduced_motion="reduce")
    await page.goto(path)
    await is_for_everybody(page)


async def test_the_skip_link_leads_to_the_content(page_for: PageFor) -> None:
    page = await page_for(**DESKTOP)
    await page.goto("/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_slash_goes_to_the_search_and_escape_closes_a_sheet(page_for: PageFor) -> None:
    page = await page_for(**DESKTOP)
    await page.goto("/styleguide")
    await page.locator("h1").first.click()
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.type") == "search"
    await page.get_by_role("button", name="Open a sheet").click()
    sheet = page.get_by_role("dialog", name="Filters")
    await sheet.wait_for()
    await page.keyboard.press("Escape")
    await sheet.wait_for(state="hidden")


async def test_a_password_can_be_shown(page_for: PageFor) -> None:
    page = await page_for()
    await page.goto("/styleguide")
    button = page.get_by_role("button", name="Show the password")
    await button.click()
    assert await page.locator("#field-password").get_attribute("type") == "text"
    assert await button.get_attribute("aria-pressed") == "true"


async def test_a_visitor_keeps_the_chosen_light(page_for: PageFor) -> None:
    page = await page_for(color_scheme="light", **DESKTOP)
    await page.goto("/")
    await page.get_by_role("button", name="Dark").first.click()
    await page.wait_for_selector("html[data-theme=dark]")
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


@pytest.mark.long
async def test_two_clicks_send_a_form_once(page_for: PageFor) -> None:
    page = await page_for(**DESKTOP)
    sent: list[str] = []

    async def hold(route: Route) -> None:
        sent.append(route.request.url)
        await page.wait_for_timeout(1_500)
        await route.fulfill(status=204)

    await page.route("**/settings/appearance", hold)
    await page.goto("/")
    dark = page.get_by_role("button", name="Dark").first
    await dark.dispatch_event("click")
    await dark.dispatch_event("click")
    await page.wait_for_timeout(500)
    assert len(sent) == 1
    await page.unroute_all(behavior="wait")  # What is held would be answered after the page is gone.


async def test_a_page_carries_its_own_policy(page_for: PageFor, server: Server) -> None:
    page = await page_for()
    answer = await page.goto("/")
    assert answer
    policy = (await answer.all_headers())["content-security-policy"]
    assert "unsafe" not in policy
    assert "'nonce-" in policy
    assert await page.locator("[style], [onclick]").count() == 0
