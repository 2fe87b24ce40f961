"""Cora finds a tailor within two kilometres on the map, and calls."""

from collections.abc import Awaitable, Callable, Iterator
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.catalog.conftest import Shop, open_shop
from tests.support.browsing import is_for_everybody
from tests.support.people import People
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
HERE = {"permissions": ["geolocation"], "geolocation": {"latitude": 12.9789, "longitude": 77.6066}}


@pytest.fixture(scope="module")
def street(dsn: str) -> Iterator[dict[str, Any]]:
    """Two shops nearby and one across the town."""
    mark = f"T{token_hex(5)}"
    with psycopg.connect(dsn, autocommit=True) as desk:
        open_shop(desk, Shop(f"Selvi {mark}", at=(12.9900, 77.6066)))
        tariq = open_shop(desk, Shop(f"Tariq {mark}", at=(12.9822, 77.6083), phone="+91 98450 00101"))
        open_shop(desk, Shop(f"Faraway {mark}", at=(13.0656, 77.6050)))
        yield {"mark": mark, "tariq": tariq}


@pytest.mark.parametrize("device", sweep([PHONE, DESK]), ids=["phone", "desk"])
async def test_cora_finds_a_tailor_on_the_map_and_calls(
    page_for: PageFor, people: People, street: dict[str, Any], device: Any
) -> None:
    page = await page_for(await people.customer("Cora"), **HERE, **device)
    await page.goto(f"/customer/tailors?search={street['mark']}")
    await expect(page.locator("#found")).to_have_text("3 tailors")
    await page.get_by_role("button", name="Near me").click()
    await expect(page).to_have_url(f"/customer/tailors?search={street['mark']}&latitude=12.9789&longitude=77.6066")
    await page.get_by_role("link", name="Within 2 km").click()
    await expect(page.locator("#found")).to_have_text("2 tailors")
    await expect(page.locator(".listing h3").first).to_have_text(street["tariq"].name)
    if device is PHONE:
        await page.get_by_role("button", name="Map").click()
    await expect(page.locator("tailor-map")).to_have_attribute("data-pins", "2")
    await page.locator("tailor-map").get_by_role("button", name=street["tariq"].name).click()
    call = page.locator("tailor-map").get_by_role("link", name=f"Call {street['tariq'].name}")
    await expect(call).to_be_visible()
    await expect(call).to_have_attribute("href", "tel:+919845000101")
    await is_for_everybody(page)


@pytest.fixture(scope="module")
def bazaar(dsn: str) -> Iterator[str]:
    """Two shops in one house, a third at the next corner, and a fourth across the town."""
    mark = f"B{token_hex(5)}"
    with psycopg.connect(dsn, autocommit=True) as desk:
        for name, at in (
            ("Upstairs", (12.9822, 77.6083)),
            ("Downstairs", (12.9822, 77.6083)),
            ("Corner", (12.9830, 77.6086)),
            ("Faraway", (13.0656, 77.6050)),
        ):
            open_shop(desk, Shop(f"{name} {mark}", at=at))
        yield mark


@pytest.mark.long
@pytest.mark.parametrize("device", sweep([PHONE, DESK]), ids=["phone", "desk"])
async def test_every_pin_can_be_pressed(page_for: PageFor, people: People, bazaar: str, device: Any) -> None:
    page = await page_for(await people.customer("Cora"), reduced_motion="reduce", **device)
    await page.goto(f"/customer/tailors?search={bazaar}")
    if device is PHONE:
        await page.get_by_role("button", name="Map").click()
    map = page.locator("tailor-map")
    await expect(map).to_have_attribute("data-pins", "4")
    await map.get_by_role("button", name="3 shops close together").focus()
    await page.keyboard.press("Enter")
    await expect(map.get_by_role("button", name=f"Corner {bazaar}", exact=True)).to_be_visible()
    house = map.get_by_role("button", name="2 shops close together")
    await house.press(" ")
    for name in ("Upstairs", "Downstairs"):
        await expect(map.get_by_role("link", name=f"{name} {bazaar}", exact=True)).to_be_visible()
    await expect(map.locator(".pin-says a:focus")).to_have_text(f"Upstairs {bazaar}")
    await is_for_everybody(page)
    await page.keyboard.press("Escape")
    await expect(house).to_be_focused()
    await map.get_by_role("button", name=f"Corner {bazaar}", exact=True).click()
    await expect(map.get_by_role("link", name=f"Call Corner {bazaar}")).to_be_visible()


async def test_a_browser_that_keeps_its_place_to_itself(page_for: PageFor, street: dict[str, Any]) -> None:
    page = await page_for(**PHONE)
    await page.goto(f"/customer/tailors?search={street['mark']}")
    await page.get_by_role("button", name="Near me").click()
    await expect(page.get_by_text("Choose an area instead")).to_be_visible()
    await page.locator("near-me").get_by_role("link", name="Near MG Road").click()
    await expect(page.locator(".listing h3").first).to_have_text(street["tariq"].name)
