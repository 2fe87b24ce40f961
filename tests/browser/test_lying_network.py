"""A captive portal or a proxy answers in our place: nothing that somebody did counts as done, and nothing is lost."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_upload import ELEMENT, picture
from tests.factories.wardrobe import design_of, hung, names
from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing
from tests.support.chat_pages import bubbles, connected, left_in_outbox, said_in, write
from tests.support.people import People
from tests.support.portal import LIES, Portal
from tests.support.sweeps import sweep

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

PageFor = Callable[..., Awaitable[Page]]


@pytest.fixture(autouse=True)
def somebody_elses(browsing: Browsing) -> None:
    """What a browser says of a network that lies."""
    browsing.forgive("status of 511", "^511 from", "status of 401", "ERR_", "WebSocket")


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 45) -> None:
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.05)


@pytest.mark.case("W16")
@pytest.mark.parametrize("lie", sweep(LIES))
async def test_a_message_waits_until_we_have_it(pair: Any, chat: str, page_for: PageFor, lie: str) -> None:
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    portal = await Portal(page, "**/api/chat/messages", lie).stand()
    await write(page, "Is the silk there?")
    await expect(page.locator("[data-line]")).to_have_text("You are offline, 1 message is waiting.")
    await expect(page.locator(".bubble[data-state=pending]")).to_have_text(re.compile("Is the silk there"))
    assert await left_in_outbox(page) == 1
    assert portal.answered
    await portal.lift()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_text(re.compile("Is the silk there"))
    await expect(bubbles(page)).to_have_count(1)
    assert await said_in(dina, chat) == ["Is the silk there?"]
    assert await left_in_outbox(page) == 0


@pytest.mark.long
async def test_messages_read_and_fetched_are_not_invented_by_others(
    pair: Any, chat: str, page_for: PageFor, people: People
) -> None:
    cora, dina, _ = pair
    await dina.post("/api/chat/messages", json={"chatId": chat, "clientId": str(uuid4()), "content": "Namaste"})
    page = await page_for(cora)
    portal = await Portal(page, "**/api/chat/**").stand()
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await dina.post("/api/chat/messages", json={"chatId": chat, "clientId": str(uuid4()), "content": "It is there"})
    await expect(bubbles(page)).to_have_count(2)
    await until(lambda: _is(portal.answered > 0))
    await portal.lift()

    async def is_read() -> bool:
        return bool((await cora.get("/api/chat?limit=1")).json()["unreadChats"] == 0)

    await until(is_read)


async def _is(value: bool) -> bool:
    return value


@pytest.mark.long
@pytest.mark.parametrize("lie", ["200 HTML", "200 JSON of somebody else", "511"])
async def test_a_reaction_is_kept_said_and_tried_again(pair: Any, chat: str, page_for: PageFor, lie: str) -> None:
    cora, dina, _ = pair
    await dina.post("/api/chat/messages", json={"chatId": chat, "clientId": str(uuid4()), "content": "Namaste"})
    page = await page_for(cora, viewport={"width": 1280, "height": 800})
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    portal = await Portal(page, "**/reactions", lie).stand()
    await page.locator("chat-reactions:defined").wait_for(state="attached")
    await page.locator(".bubble [data-react]").focus()
    await page.keyboard.press("Enter")
    await page.locator("[data-quick]").first.click()
    await expect(page.get_by_text("No connection. It is saved, and we will try again.")).to_be_visible()
    await expect(page.locator(".reaction")).to_have_count(0)
    await portal.lift()
    await expect(page.locator(".reaction")).to_have_count(1)


@pytest.mark.parametrize("lie", sweep(["200 HTML", "204", "511"]))
async def test_a_design_is_kept_when_we_have_it(people: People, page_for: PageFor, lie: str) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    design = await design_of(dina, f"Lehenga {lie}")
    page = await page_for(cora)
    await page.goto("/customer/designs")
    heart = page.locator(f"[data-design='{design}'] button")
    await page.locator("design-heart:defined").first.wait_for()
    portal = await Portal(page, "**/api/chatbot/wardrobe**", lie).stand()
    await heart.click()
    await expect(page.get_by_text("No connection. It is saved, and we will try again.")).to_be_visible()
    assert await names(cora) == []
    await portal.lift()
    await until(lambda: _hangs(cora, 1))
    await expect(heart).to_have_attribute("aria-pressed", "true")
    portal = await Portal(page, "**/api/chatbot/wardrobe**", lie).stand()
    await heart.click()
    await until(lambda: _is(portal.answered > 0))
    await portal.lift()
    await until(lambda: _hangs(cora, 0))


async def _hangs(person: Any, count: int) -> bool:
    return len(await names(person)) == count


@pytest.mark.long
async def test_a_saved_designer_is_saved_when_we_have_it(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    designer = (await dina.me())["designer"]["id"]
    page = await page_for(cora)
    await page.goto(f"/customer/designers/{designer}")
    heart = page.locator(f"#heart-{designer}:visible")
    portal = await Portal(page, "**/save").stand()
    await heart.click()
    await expect(page.get_by_text("No connection. It is saved, and we will try again.")).to_be_visible()
    await expect(page.get_by_text("Hotel Chalukya")).to_have_count(0)
    await portal.lift()
    await expect(heart).to_have_attribute("aria-pressed", "true")


@pytest.mark.long
@pytest.mark.parametrize("lie", ["200 HTML", "200 JSON of somebody else", "204"])
async def test_an_item_that_was_not_taken_down_hangs_there_again(people: People, page_for: PageFor, lie: str) -> None:
    cora = await people.customer()
    await hung(cora, name="Saree")
    page = await page_for(cora)
    await page.goto("/customer/wardrobe")
    await page.locator("wardrobe-rail:defined").wait_for()
    portal = await Portal(page, "**/api/chatbot/wardrobe**", lie).stand()
    await page.get_by_role("link", name="Remove: Saree").click()
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Saree could not be removed. It is in your wardrobe again.")).to_be_visible()
    await expect(page.get_by_role("link", name="Remove: Saree")).to_be_visible()
    assert await names(cora) == ["Saree"]
    await portal.lift()
    await page.get_by_role("button", name="Try again").click()
    await until(lambda: _hangs(cora, 0))


@pytest.mark.long
@pytest.mark.parametrize("lie", ["200 HTML", "200 JSON of somebody else", "511"])
async def test_an_image_is_kept_said_and_sent_again(people: People, page_for: PageFor, lie: str) -> None:
    page = await page_for(await people.customer())
    await page.goto("/styleguide")
    await page.locator("image-upload:defined").wait_for()
    portal = await Portal(page, "**/api/upload", lie).stand()
    await page.locator(f"{ELEMENT} input[type=file]").set_input_files([picture(jpeg())])
    await expect(page.locator(f"{ELEMENT} [role=alert]")).to_have_text(
        "No connection. Your picture is saved, and we will try again."
    )
    await expect(page.locator(f"{ELEMENT} .upload-one")).to_have_count(1)
    await portal.lift()
    await page.locator(f"{ELEMENT} input[type=hidden]").wait_for(state="attached")
    await expect(page.locator(f"{ELEMENT} [role=alert]")).to_be_hidden()


@pytest.mark.long
@pytest.mark.parametrize("lie", sweep(["200 HTML", "511"]))
async def test_a_region_is_never_somebody_elses_page(people: People, page_for: PageFor, lie: str) -> None:
    page = await page_for(await people.customer())
    await page.goto("/customer/designers")
    portal = await Portal(page, "**/customer/designers?**", lie, "GET").stand()
    await page.get_by_role("searchbox").first.fill("silk")
    await expect(page.get_by_text("You are offline. We keep what you wrote.")).to_be_visible()
    await expect(page.get_by_text("Hotel Chalukya")).to_have_count(0)
    await expect(page.locator("#results")).to_be_visible()
    await portal.lift()
    await expect(page).to_have_url(re.compile("search=silk"))


@pytest.mark.long
@pytest.mark.case("W16")
async def test_a_sheet_fills_when_we_have_answered(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    portal = await Portal(page, "**/share", "204", "GET").stand()
    await page.locator("[data-share-link]").click()
    await expect(page.get_by_text("You are offline. We keep what you wrote.")).to_be_visible()
    await portal.lift()
    await expect(page.locator("#share-sheet").get_by_text("Nothing to share yet")).to_be_visible()


@pytest.mark.long
async def test_a_review_is_not_lost_to_somebody_elses_page(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    designer = (await dina.me())["designer"]["id"]
    page = await page_for(cora)
    await page.goto(f"/customer/designers/{designer}")
    portal = await Portal(page, "**/reviews").stand()
    await page.locator("summary", has_text="Write a review").click()
    await page.get_by_label("Your review").fill("Neat seams")
    await page.locator("label[for=rating-5]").click()
    await page.get_by_role("button", name="Publish the review").click()
    await expect(page.get_by_text("You are offline. We keep what you wrote.")).to_be_visible()
    await expect(page.get_by_label("Your review")).to_have_value("Neat seams")
    await portal.lift()
    await page.get_by_role("button", name="Publish the review").click()
    await expect(page.locator(".review").first).to_contain_text("Neat seams")


@pytest.mark.long
async def test_a_request_in_the_sheet_stays_until_we_have_it(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.get_by_role("link", name="Request design").click()
    portal = await Portal(page, "**/customer/design-requests/new").stand()
    await page.get_by_label("What do you need?").fill("A lehenga for December")
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.get_by_text("You are offline. We keep what you wrote.")).to_be_visible()
    await expect(page.get_by_label("What do you need?")).to_have_value("A lehenga for December")
    await portal.lift()
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.locator("request-card")).to_have_count(1)


async def test_a_plain_form_that_a_portal_swallowed_is_there_again(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer(), await people.tailor("Tariq Khan")
    tailor = (await tariq.me())["tailor"]["id"]
    page = await page_for(cora)
    address = f"/customer/alterations/new?tailorId={tailor}"
    await page.goto(address)
    await page.get_by_label("What do you need?").fill("Shorten the sleeves by 3 cm")
    portal = await Portal(page, "**/customer/alterations/new", "200 HTML").stand()
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.get_by_text("Hotel Chalukya")).to_be_visible()
    await page.unroute(portal.address)
    await page.goto(address)
    await expect(page.get_by_text("This is what you wrote. It has not been sent yet.")).to_be_visible()
    await expect(page.get_by_label("What do you need?")).to_have_value("Shorten the sleeves by 3 cm")
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.get_by_text("Waiting for an answer from Tariq Khan.")).to_be_visible()
    await page.goto(address)
    await expect(page.get_by_label("What do you need?")).to_have_value("")


async def test_the_session_is_not_over_because_a_proxy_says_so(people: People, page_for: PageFor) -> None:
    page = await page_for(await people.customer(name="Cora"))
    await page.goto("/settings")
    await Portal(page, "**/api/**", "401 of a proxy", "GET POST").stand()
    asked_me = "import('shell/api.js').then(({api}) => api('GET', '/api/auth/me')).catch(trouble => trouble.name)"
    assert await page.evaluate(asked_me) == "TypeError"
    await expect(page.get_by_text("You have been signed out.")).to_have_count(0)
    assert page.url.endswith("/settings")


@pytest.mark.case("W16")
@pytest.mark.parametrize("lie", sweep(["200 HTML", "204", "401 of a proxy"]))
async def test_a_question_is_kept_until_we_have_it(people: People, page_for: PageFor, lie: str) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/customer/chatbot")
    await page.locator("stylist-thread:defined").wait_for()
    portal = await Portal(page, "**/api/chatbot", lie).stand()
    field = page.get_by_label("Ask the stylist", exact=True)
    await field.fill("What can I wear to a sangeet?")
    await field.press("Enter")
    await expect(page.get_by_text("The connection broke off. What you asked is kept.").first).to_be_visible()
    assert portal.answered == 1
    await page.reload()
    await expect(field).to_have_value("What can I wear to a sangeet?")
    await page.unroute(portal.address)
    await Portal(page, re.compile(r"/customer/chatbot/[a-z0-9]+$"), "200 HTML", "GET").stand()
    await field.press("Enter")
    await expect(page.locator(".answer[data-id]")).to_have_count(1)
    assert "Chalukya" not in await page.title()
    await expect(page.locator("#talks")).to_be_attached()
    await page.unroute_all()
    await page.reload()
    await expect(page.locator(".bubble.me")).to_have_count(1)
    await expect(field).to_have_value("")


@pytest.mark.long
async def test_what_was_taken_down_on_leaving_is_taken_down_when_we_have_it(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    await hung(cora, name="Saree")
    page = await page_for(cora)
    await page.goto("/customer/wardrobe")
    await page.locator("wardrobe-rail:defined").wait_for()
    portal = await Portal(page, "**/api/chatbot/wardrobe**").stand()
    await page.get_by_role("link", name="Remove: Saree").click()
    await page.goto("/customer")
    await page.goto("/customer/wardrobe")
    await expect(page.get_by_text("No connection. It is saved, and we will try again.")).to_be_visible()
    await expect(page.get_by_role("link", name="Remove: Saree")).to_have_count(0)
    assert await names(cora) == ["Saree"]
    await portal.lift()
    await until(lambda: _hangs(cora, 0))
