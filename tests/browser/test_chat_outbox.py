"""What Cora says without a network waits on her device: in two tabs, beside another account, and without IndexedDB."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Response, expect

from tests.support.browsing import Browsing
from tests.support.chat_pages import bubbles, connected, left_in_outbox, said_in, write

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]


@pytest.fixture(autouse=True)
def cut_off(browsing: Browsing) -> None:
    """What a browser says of a network that is not there."""
    browsing.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket connection", "dynamically imported module")


async def test_two_tabs_of_one_chat_send_everything_once_and_in_order(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    first = await page_for(cora)
    second = await first.context.new_page()
    stored = []
    for page in (first, second):
        page.on("response", lambda answer: _is_sent(answer) and stored.append(answer.status))
        await page.goto(f"/customer/chats/{chat}")
    await asyncio.gather(connected(first), connected(second))
    await first.context.set_offline(True)
    await write(first, "one")
    await write(first, "two")
    await expect(second.locator(".bubble[data-state=pending]")).to_have_count(2)
    await write(second, "three")
    for page in (first, second):
        await expect(bubbles(page)).to_have_text(["one", "two", "three"])
        await expect(page.locator("[data-line]")).to_have_text("You are offline, 3 messages are waiting.")
    await first.context.set_offline(False)
    for page in (first, second):
        await expect(page.locator(".bubble[data-state=stored]")).to_have_count(3)
        await expect(bubbles(page)).to_have_text(["one", "two", "three"])
    assert stored == [201, 201, 201]
    assert await said_in(dina, chat) == ["one", "two", "three"]
    assert await left_in_outbox(first) == 0


def _is_sent(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/api/chat/messages")


async def test_another_account_on_this_device_neither_sends_nor_sees_what_cora_wrote(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403")
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await browsing.sign_in(page.context, dina)  # in another tab, while this one is still Cora's
    await write(page, "between us")
    await expect(page.get_by_text("You cannot open this page")).to_be_visible()
    await page.goto(f"/designer/chats/{chat}")
    await connected(page)
    await expect(page.get_by_text("This is the beginning of your chat")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_count(0)
    assert await said_in(dina, chat) == []
    await browsing.sign_in(page.context, cora)
    await page.goto("/customer")  # on any page of hers what waits is sent
    async with asyncio.timeout(45):
        while await left_in_outbox(page):
            await asyncio.sleep(0.05)
    assert await said_in(dina, chat) == ["between us"]


@pytest.mark.long
async def test_an_answer_that_was_lost_leaves_one_bubble(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("ERR_FAILED")
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)

    async def lose_the_answer(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/chat/messages", lose_the_answer, times=1)
    await write(page, "once")
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)
    await page.reload()
    async with asyncio.timeout(45):
        while await left_in_outbox(page):
            await asyncio.sleep(0.05)
    await expect(page.locator(".bubble")).to_have_count(1)
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)
    assert await said_in(dina, chat) == ["once"]


@pytest.mark.long
async def test_without_indexed_db_the_page_remembers(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.context.set_offline(True)
    await write(page, "one")
    await write(page, "two")
    await expect(page.locator("[data-line]")).to_have_text("You are offline, 2 messages are waiting.")
    await page.context.set_offline(False)
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(2)
    assert await said_in(dina, chat) == ["one", "two"]


@pytest.mark.long
async def test_a_refused_message_is_corrected_and_blocks_nobody(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    refusal = {
        "success": False,
        "error": {"code": "INVALID", "message": "Not so.", "fields": {"content": "Kinder, please."}},
    }
    await page.route("**/api/chat/messages", lambda route: route.fulfill(status=422, json=refusal), times=1)
    await write(page, "rude")
    await write(page, "kind")
    failed = page.locator(".bubble[data-state=failed]")
    await expect(failed.get_by_text("Kinder, please.")).to_be_visible()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_text(re.compile("kind"))
    await page.reload()
    await expect(failed.get_by_text("Kinder, please.")).to_be_visible()
    await failed.get_by_role("button", name="Edit").click()
    await expect(page.get_by_label(re.compile("^Write to"))).to_have_value("rude")
    await write(page, "gentle")
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(2)
    assert await said_in(dina, chat) == ["kind", "gentle"]
    assert await left_in_outbox(page) == 0
