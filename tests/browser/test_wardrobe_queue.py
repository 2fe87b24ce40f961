"""Pictures on their way into the wardrobe: they wait, are sent one after the other, and none is lost."""

import colorsys

import pytest
from playwright.async_api import expect

from tests.conftest import PageFor
from tests.factories.wardrobe import INDIGO, RANI, cloth, names
from tests.support.browsing import Browsing
from tests.support.people import People
from tests.support.portal import Portal
from tests.support.sweeps import sweep
from tests.support.wardrobe_pages import PLACE, cards, file, queue

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


TWENTY = [
    tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue / 5, lightness, 0.9))
    for hue in range(5)
    for lightness in (0.15, 0.35, 0.55, 0.8)
]


@pytest.mark.long
async def test_twenty_images_while_the_network_drops_and_the_page_is_reloaded(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    cora = await people.customer()
    browsing.forgive("ERR_INTERNET_DISCONNECTED")
    browsing.forgive("htmx:(afterRequest|sendError)")  # what was just being asked when the line broke
    page = await page_for(cora)
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, *[file(cloth(colour), f"{n}.png") for n, colour in enumerate(TWENTY)])
    await expect(page.locator(".queue-row")).to_have_count(20)
    await expect(cards(page).first).to_be_visible(timeout=20_000)
    await page.context.set_offline(True)
    await expect(page.locator(".queue-row").get_by_text("No connection. It goes on by itself.").first).to_be_visible()
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.locator("[data-count=all]")).to_have_text("20", timeout=60_000)
    assert len(await names(cora, "limit=100")) == 20
    await expect(page.locator(".queue-row")).to_have_count(0, timeout=20_000)


@pytest.mark.long
async def test_an_image_is_taken_back_and_a_refused_one_tried_again(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.route("**/api/upload", lambda route: route.fulfill(status=422, json=REFUSED))
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, file(RANI, "a.png"), file(INDIGO, "b.png"))
    rows = page.locator(".queue-row")
    await expect(rows.get_by_text("It may be damaged.")).to_have_count(2)
    await rows.first.get_by_role("button", name="Remove this picture").click()
    await expect(rows).to_have_count(1)
    await page.unroute("**/api/upload")
    await rows.get_by_role("button", name="Try again").click()
    await expect(cards(page)).to_have_count(1)
    await expect(page.locator(".hue", has_text="indigo")).to_be_visible()


@pytest.mark.case("W16")
@pytest.mark.parametrize("lie", sweep(["200 HTML", "204", "200 JSON of somebody else"]))
@pytest.mark.parametrize("address", sweep(["**/api/upload", "**/api/chatbot/wardrobe"]))
async def test_an_image_waits_until_we_have_it(people: People, page_for: PageFor, address: str, lie: str) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    portal = await Portal(page, address, lie).stand()
    await page.goto(f"{PLACE}?add=yes")
    await queue(page, file(RANI, "a.png"))
    await expect(page.locator(".queue-row").get_by_text("No connection. It goes on by itself.")).to_be_visible()
    assert portal.answered
    assert await names(cora) == []
    await portal.lift()
    await expect(cards(page)).to_have_count(1, timeout=45_000)
    await expect(page.locator(".queue-row")).to_have_count(0)


REFUSED = {
    "success": False,
    "error": {"code": "INVALID", "message": "Please check.", "fields": {"file": "It may be damaged."}},
}
