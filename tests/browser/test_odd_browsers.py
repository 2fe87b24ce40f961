"""What people write stays theirs: counters that agree with the server, shortcuts that leave fields alone, names that turn nothing
around, and browsers that keep nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.chat_pages import connected, said_in
from tests.support.people import People
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser
PageFor = Callable[..., Awaitable[Page]]


@pytest.mark.case("W08")
async def test_the_composer_counts_as_the_server_does(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _dina, _id = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    field, counter = page.get_by_label("Write to Dina Rao"), page.locator(".composer .letter-count")
    await field.fill("Short")
    await expect(counter).to_be_hidden()
    await field.fill("🥻" * 5001)
    await expect(counter).to_have_text("5,001 / 5,000")
    await field.press("Control+Enter")
    await expect(field).not_to_have_value("")
    assert await said_in(cora, chat) == [], "the words stay, and nothing was sent"
    await field.fill("🥻" * 5000)
    await expect(counter).to_have_text("5,000 / 5,000")
    await field.press("Control+Enter")
    await expect(page.locator(".bubble.me:is([data-state=stored], [data-state=read])")).to_have_count(1)
    await expect(counter).to_be_hidden()
    assert await said_in(cora, chat) == ["🥻" * 5000]


@pytest.mark.long
@pytest.mark.case("W09")
async def test_shortcuts_leave_every_field_alone(pair: Any, chat: str, page_for: PageFor) -> None:
    """Also the search of the emoji, which is in a shadow root."""
    cora, _dina, _id = pair
    page = await page_for(cora, viewport={"width": 1440, "height": 900})
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.locator("[data-emoji-button]").click()
    search = page.locator("emoji-picker input[type=search]")
    await search.fill("")
    await search.press_sequentially("g/cgd")
    await expect(search).to_have_value("g/cgd")
    await page.keyboard.press("Escape")
    field = page.get_by_label("Write to Dina Rao")
    await field.press_sequentially("gcgs/")
    await expect(field).to_have_value("gcgs/")
    assert page.url.endswith(f"/customer/chats/{chat}")
    await page.goto("/customer/designers")
    await page.locator("main").click(position={"x": 5, "y": 5})
    await page.keyboard.press("/")
    await expect(page.locator("[data-search]").first).to_be_focused()
    await page.locator("h1").first.click()
    await page.keyboard.press("g")
    await page.wait_for_timeout(1_700)
    await page.keyboard.press("c")
    assert "/customer/designers" in page.url, "the two keys belong together only for a moment"
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await page.wait_for_url("**/customer/chats")


@pytest.mark.case("W10")
async def test_a_name_turns_nothing_around_in_the_chat(people: People, page_for: PageFor) -> None:
    cora = await people.customer("Cora \u202eeverse")
    dina = await people.designer("Dina \u202eoar")
    chat = (await cora.post("/api/chat", json={"designerId": (await dina.me())["designer"]["id"]})).json()["data"]["id"]
    body = {"chatId": chat, "content": "Hello"}
    message = (await cora.post("/api/chat/messages", json=body)).json()["data"]["id"]
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await dina.post(f"/api/chat/messages/{message}/reactions", json={"emoji": "🥻", "action": "add"})
    chip = page.locator(".reaction[data-emoji='🥻']")
    await expect(chip).to_have_attribute("aria-label", "🥻 \u2068Dina oar\u2069")
    await page.reload()
    await expect(chip).to_have_attribute("aria-label", "🥻 \u2068Dina oar\u2069")
    assert await page.title() == "\u2068Dina oar\u2069 · Neural Threads"


NO_STORAGE = """() => {
  const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError") }
  for (const name of ["localStorage", "sessionStorage", "indexedDB"]) Object.defineProperty(window, name, { get: refuse })
}"""
FULL_STORAGE = """() => {
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") }
  indexedDB.open = () => { const ask = { }; setTimeout(() => ask.onerror?.({ target: ask }), 0); ask.error = new DOMException("x"); return ask }
}"""
MISSING = "() => { delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined }) }"


@pytest.mark.long
@pytest.mark.case("W11")
@pytest.mark.parametrize("storage", sweep([NO_STORAGE, FULL_STORAGE, MISSING]), ids=["blocked", "full", "missing"])
async def test_pages_work_where_nothing_can_be_kept(pair: Any, chat: str, page_for: PageFor, storage: str) -> None:
    cora, _dina, designer = pair
    page = await page_for(cora)
    await page.add_init_script(f"({storage})()")
    for place in ("/customer", "/customer/designers", f"/customer/designers/{designer}", "/customer/wardrobe?add=yes",
                  "/customer/virtual-tryon", "/customer/chatbot", "/notifications", "/settings", "/customer/chats"):  # fmt: skip
        await page.goto(place)
        await page.wait_for_selector("html.scripted")
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.get_by_label("Write to Dina Rao").fill("Nothing is kept here")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble.me:is([data-state=stored], [data-state=read])")).to_have_count(1)
    assert await said_in(cora, chat) == ["Nothing is kept here"]
    await page.goto("/settings")
    await page.get_by_label("Your name").fill("Cora Kept")
    await page.locator("form[action='/settings/profile'] [type=submit]").click()
    await expect(page.get_by_text("Your profile is saved.")).to_be_visible()
