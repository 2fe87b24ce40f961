"""A session is renewed without anybody noticing; when it is over, the way leads to the door and back."""

import json

import pytest
from playwright.async_api import Page, Route, expect

from tests.conftest import PageFor
from tests.support.browsing import Browsing
from tests.support.people import People

pytestmark = pytest.mark.browser
ASK = "import('shell/api.js').then(({api}) => api('GET', '/api/auth/me')).then(answer => answer.data.name)"
OVER = json.dumps({"success": False, "error": {"code": "NOT_SIGNED_IN", "message": "Please sign in first."}})


async def refuse(route: Route) -> None:
    await route.fulfill(status=401, content_type="application/json", body=OVER)


async def refuse_once(page: Page, url: str) -> list[str]:
    """The first answer from `url` is 401, as it is when the access token has just run out."""
    refused: list[str] = []

    async def first(route: Route) -> None:
        if refused:
            await route.continue_()
        else:
            refused.append(route.request.url)
            await refuse(route)

    await page.route(url, first)
    return refused


async def test_cora_asks_again_by_herself_when_her_token_has_run_out(page_for: PageFor, people: People) -> None:
    page = await page_for(await people.customer(name="Cora"))
    await page.goto("/settings")
    refused = await refuse_once(page, "**/api/auth/me")
    assert await page.evaluate(ASK) == "Cora"
    assert len(refused) == 1


async def test_many_questions_at_once_renew_once(page_for: PageFor, people: People) -> None:
    page = await page_for(await people.customer(name="Cora"))
    await page.goto("/settings")
    renewals: list[str] = []
    page.on("request", lambda request: renewals.append(request.url) if "/api/auth/refresh" in request.url else None)
    asked = 0

    async def three_times(route: Route) -> None:
        nonlocal asked
        asked += 1
        is_refused, is_late = asked <= 3, asked == 3
        if is_late:
            async with page.expect_response("**/api/security/csrf"):
                pass
            await page.wait_for_timeout(300)  # The others have long been asked again.
        await (refuse(route) if is_refused else route.continue_())

    await page.route("**/api/auth/me", three_times)
    assert await page.evaluate(f"Promise.all([{ASK}, {ASK}, {ASK}])") == ["Cora"] * 3
    assert len(renewals) == 1


async def test_when_the_session_is_over_the_page_stays_and_leads_to_the_door_and_back(
    page_for: PageFor, people: People, browsing: Browsing
) -> None:
    browsing.forgive("status of 403")
    cora = await people.customer(name="Cora")
    page = await page_for(cora)
    await page.goto("/settings?tab=devices")
    await page.context.clear_cookies()
    assert await page.evaluate(f"{ASK}.catch(refusal => refusal.status)") == 401
    await expect(page.get_by_text("You have been signed out.")).to_be_visible()
    assert page.url.endswith("/settings?tab=devices")
    link = page.locator("#toasts").get_by_role("link", name="Sign in")
    await expect(link).to_have_attribute("href", "/login?next=%2Fsettings%3Ftab%3Ddevices")
    await page.context.add_cookies(
        [{"name": c.name, "value": c.value or "", "url": cora.url} for c in cora.cookies.jar]
    )
    await page.evaluate("dispatchEvent(new Event('focus'))")  # signed in again in another tab
    await expect(page.get_by_text("You have been signed out.")).to_have_count(0)
    assert await page.evaluate(ASK) == "Cora"


async def test_g_then_c_goes_to_the_chats(page_for: PageFor, people: People) -> None:
    page = await page_for(await people.customer(name="Cora"))
    await page.goto("/customer/designers")
    await page.locator("h1").click()
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await page.wait_for_url("**/customer/chats")


async def test_losing_the_line_is_said_once(page_for: PageFor) -> None:
    page = await page_for()
    await page.goto("/")
    await page.wait_for_selector("html.scripted")
    for _ in range(2):
        await page.evaluate("dispatchEvent(new Event('offline'))")
    await expect(page.get_by_text("You are offline.")).to_have_count(1)
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("You are offline.")).to_have_count(0)
