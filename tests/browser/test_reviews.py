"""Cora reviews Dina in a real browser, and the average moves under her eyes."""

from collections.abc import Awaitable, Callable

import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.catalog.conftest import Studio, praise, settle
from tests.support.people import People

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="module")
def dina(dsn: str) -> Studio:
    """Twelve reviews, four stars on average."""
    with psycopg.connect(dsn, autocommit=True) as desk:
        dina = settle(desk, Studio("Dina Rao"))
        for n in range(12):
            praise(desk, dina.id, 4, f"Number {n}.")
        return dina


async def test_cora_writes_a_review_and_the_average_moves(page_for: PageFor, people: People, dina: Studio) -> None:
    page = await page_for(await people.customer("Cora"))
    await page.goto(f"/customer/designers/{dina.id}")
    reviews = page.get_by_role("region", name="What customers say")
    await expect(reviews.locator(".verdict-mean strong")).to_have_text("4.0")
    await expect(reviews.locator(".review")).to_have_count(10)
    await reviews.get_by_role("link", name="Show more reviews").click()
    await expect(reviews.locator(".review")).to_have_count(12)
    await expect(page).to_have_url(f"/customer/designers/{dina.id}")
    await expect(reviews.locator(".review", has_text="Number 1.")).to_be_focused()

    await reviews.locator("summary", has_text="Write a review").click()
    words = reviews.get_by_label("Your review")
    await words.fill("It tore within a week.")
    await reviews.locator("form").evaluate("form => form.noValidate = true")
    await reviews.get_by_role("button", name="Publish the review").click()
    await expect(reviews.get_by_role("alert")).to_be_focused()
    await expect(words).to_have_value("It tore within a week.")
    await reviews.get_by_role("radio", name="1 star", exact=True).check(force=True)
    await reviews.get_by_role("button", name="Publish the review").click()

    mine = reviews.locator(".review").first
    await expect(mine).to_contain_text("Your review")
    await expect(mine).to_contain_text("It tore within a week.")
    await expect(mine).to_be_focused()
    await expect(reviews.locator(".verdict-mean strong")).to_have_text("3.8")
    await expect(page.locator(".profile-hero .stars")).to_contain_text("3.8")
    await expect(reviews.get_by_text("Write a review")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".profile-hero .stars")).to_contain_text("3.8")
    await expect(reviews.locator(".review").first).to_contain_text("Your review")
