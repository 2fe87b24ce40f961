"""Dina shows a piece and Cora sees it; Tariq puts his samples in order by hand and by key."""

import re

import pytest
from playwright.async_api import expect

from neural_threads.platform.db import Db
from tests.conftest import PageFor
from tests.factories.portfolio import PORTFOLIO, SAMPLES, hung, order_of
from tests.media.bad_files import jpeg
from tests.support.browsing import is_for_everybody
from tests.support.people import People

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 900}


async def test_dina_shows_an_item_and_cora_sees_it(people: People, page_for: PageFor) -> None:
    dina, cora = await people.designer(name="Dina Shows Rao"), await people.customer()
    designer_id = (await dina.me())["designer"]["id"]
    hers = await page_for(cora)
    await hers.goto(f"/customer/designers/{designer_id}")
    await expect(hers.get_by_text("No designs yet")).to_be_visible()

    page = await page_for(dina)
    await page.goto("/designer/requests")
    await page.get_by_role("link", name="My shop").last.click()
    image = {"name": "lehenga.jpg", "mimeType": "image/jpeg", "buffer": jpeg(400, 500)}
    await page.locator("image-upload input[type=file]").set_input_files([image])
    await page.locator("image-upload input[type=hidden]").wait_for(state="attached")
    await page.get_by_label("What is it for?").select_option("BRIDAL")
    await page.get_by_label("Costs from").fill("12000")
    await page.get_by_label("Costs up to").fill("18000")
    await page.get_by_label("Description").fill("Lehenga in rani pink")
    await page.get_by_role("button", name="Add to portfolio").click()
    await expect(page.get_by_text("Added to your portfolio. Everybody can see it now.")).to_be_visible()

    await hers.reload()
    await expect(hers.get_by_text("Lehenga in rani pink")).to_be_visible()
    await expect(hers.get_by_text("₹12,000–₹18,000").first).to_be_visible()

    await page.get_by_role("link", name="Remove: Lehenga in rani pink").click()
    await page.get_by_role("button", name="Yes, remove it").click()
    await expect(page.get_by_text("Nobody sees it any more.")).to_be_visible()
    assert await order_of(dina, PORTFOLIO) == []


async def test_tariq_puts_his_samples_in_order(people: People, page_for: PageFor, db: Db) -> None:
    tariq = await people.tailor()
    c, b, a = [(await hung(db, tariq, SAMPLES, description=f"Sample {name}"))["id"] for name in "CBA"]
    page = await page_for(tariq, viewport=DESK)
    await page.goto("/tailor/sample-work")
    grip = page.get_by_role("button", name="Move: Sample A.")
    async with page.expect_response(lambda answer: answer.url.endswith("/order")):
        await grip.press("ArrowRight")
    assert await order_of(tariq, SAMPLES) == [b, a, c]
    async with page.expect_response(lambda answer: answer.url.endswith("/order")):
        await page.get_by_role("button", name="Later: Sample A").click()
    assert await order_of(tariq, SAMPLES) == [b, c, a]
    target = await page.locator(f"#piece-{b}").bounding_box()
    assert target
    async with page.expect_response(lambda answer: answer.url.endswith("/order")):
        await grip.hover()
        await page.mouse.down()
        await page.mouse.move(target["x"] + 40, target["y"] + 60, steps=4)
        await page.mouse.up()
    assert await order_of(tariq, SAMPLES) == [a, b, c]
    await page.reload()
    await expect(page.locator(".portfolio-item").first).to_have_attribute("data-id", a)


async def test_the_preview_follows_what_tariq_types(people: People, page_for: PageFor) -> None:
    tariq = await people.tailor()
    page = await page_for(tariq, viewport=DESK)
    await page.goto("/tailor/profile")
    await page.locator("pin-map").scroll_into_view_if_needed()
    await page.locator("pin-map.leaflet-container").click(position={"x": 120, "y": 90})
    await expect(page.get_by_label("Latitude")).to_have_value(re.compile(r"^12\.9\d{5}$"))
    await page.get_by_label("Your name").fill("Tariq Khan, of Commercial Street")
    await expect(page.locator("#preview").get_by_text("Tariq Khan, of Commercial Street")).to_be_visible()
    await page.get_by_role("button", name="Save my profile").click()
    await expect(page.get_by_text("Saved. Customers see it now.")).to_be_visible()
    assert 77.5 < (await tariq.me())["tailor"]["longitude"] < 77.7


async def test_the_shop_hinders_nobody(people: People, page_for: PageFor, db: Db) -> None:
    dina, cora = await people.designer(), await people.customer()
    item = (await hung(db, dina, PORTFOLIO, description="ಇಕತ್ ರೇಷ್ಮೆ ಲೆಹೆಂಗಾ " * 9))["id"]
    await hung(db, dina, PORTFOLIO)
    await cora.post("/api/reviews", json={"designerId": (await dina.me())["designer"]["id"], "rating": 5})
    page = await page_for(dina, viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    for path in ("portfolio", f"portfolio/{item}#take-down", "profile", "reviews"):
        await page.goto(f"/designer/{path}")
        await page.locator("details.hang-up, details.reply, details.take-down").evaluate_all(
            "all => all.forEach(each => each.open = true)"
        )
        await is_for_everybody(page)
