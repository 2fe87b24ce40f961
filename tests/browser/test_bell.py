"""The bell says how much is unread, whenever the line comes to stand, and also without one."""

import asyncio

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.conftest import PageFor
from tests.support.people import People, Person

pytestmark = pytest.mark.browser


async def page_without_line(page_for: PageFor, person: Person) -> tuple[Page, asyncio.Event]:
    """A page whose socket stands only once the event is set."""
    page, may_connect = await page_for(person), asyncio.Event()

    async def later(line: WebSocketRoute) -> None:
        await may_connect.wait()
        line.connect_to_server()

    await page.route_web_socket("**/socket.io/**", later)
    await page.goto("/settings")
    return page, may_connect


async def chat_about(cora: Person, dina: Person) -> None:
    """Cora opens a chat, of which Dina is told."""
    designer = (await dina.me())["designer"]["id"]
    assert (await cora.post("/api/chat", json={"designerId": designer})).status_code == 201


@pytest.mark.long
async def test_without_a_line_it_still_says_what_is_there(page_for: PageFor, people: People) -> None:
    dina = await people.designer()
    await chat_about(await people.customer(), dina)
    page, _may_connect = await page_without_line(page_for, dina)
    await expect(page.locator("[data-news]").first).to_have_text("1")


@pytest.mark.long
async def test_what_came_before_the_line_stood_is_counted_when_it_does(page_for: PageFor, people: People) -> None:
    dina = await people.designer()
    await chat_about(await people.customer(), dina)
    page, may_connect = await page_without_line(page_for, dina)
    await expect(page.locator("[data-news]").first).to_have_text("1")
    await chat_about(await people.customer(), dina)
    may_connect.set()
    await expect(page.locator("[data-news]").first).to_have_text("2")
