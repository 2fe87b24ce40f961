"""Pictures, receipts and links in a thread, between Cora and Dina: with and without a network, with and without scripts."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.chat_pages import bubbles, connected, left_in_outbox, said_in, write

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1280, "height": 800}}


def picture(width: int = 320, name: str = "saree.jpg") -> Any:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg(width, 240)}


@pytest.mark.long
async def test_three_messages_and_an_image_from_a_tunnel(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket connection", "dynamically imported module")
    cora, dina, _ = pair
    hers, his = await page_for(cora), await page_for(dina)
    await hers.goto(f"/customer/chats/{chat}")
    await his.goto(f"/designer/chats/{chat}")
    await asyncio.gather(connected(hers), connected(his))
    await hers.context.set_offline(True)
    for words in ("one", "two"):
        await write(hers, words)
    await hers.locator("input[name=picture]").set_input_files(picture())
    await write(hers, "three, with a picture")
    await write(hers, "four")
    await expect(hers.locator("[data-line]")).to_have_text("You are offline, 4 messages are waiting.")
    assert await left_in_outbox(hers) == 1
    await hers.close()
    again = await hers.context.new_page()
    await hers.context.set_offline(False)
    await again.goto(f"/customer/chats/{chat}")
    said = ["one", "two", "three, with a picture", "four"]
    await expect(bubbles(his)).to_have_text(said)
    await expect(bubbles(again)).to_have_text(said)
    await expect(his.get_by_role("img", name="Picture from Cora Nair")).to_have_count(1)
    assert await said_in(dina, chat) == said
    assert await left_in_outbox(again) == 0


async def test_images_are_chosen_pasted_dropped_taken_away_and_looked_at(
    pair: Any, chat: str, page_for: PageFor
) -> None:
    cora, dina, _ = pair
    page = await page_for(cora, **DESK)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.locator("input[name=picture]").set_input_files([picture(300), picture(310, "b.jpg")])
    for event in ("paste", "drop"):
        await page.evaluate(
            """([event, bytes]) => {
              const carried = new DataTransfer();
              carried.items.add(new File([new Uint8Array(bytes)], `${event}.jpg`, { type: "image/jpeg" }));
              const told = { clipboardData: carried, dataTransfer: carried, bubbles: true, cancelable: true };
              const happening = event === "paste" ? new ClipboardEvent(event, told) : new DragEvent(event, told);
              document.querySelector("chat-thread textarea").dispatchEvent(happening);
            }""",
            [event, list(jpeg(200, 200))],
        )
    tray = page.get_by_role("list", name="Pictures to send")
    await expect(tray.locator("li")).to_have_count(4)
    await tray.get_by_role("button", name="Remove this picture").first.click()
    await expect(tray.locator("img").first).to_have_attribute("alt", "b.jpg")
    await write(page, "three of them")
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(3)
    assert await said_in(dina, chat) == ["", "", "three of them"]
    await expect(page.get_by_role("img", name="Your picture")).to_have_count(3)
    await expect(tray).to_be_hidden()
    await page.locator(".bubble-image").first.focus()
    await page.keyboard.press("Enter")
    large = page.get_by_role("dialog", name="Picture")
    await expect(large.locator("img")).to_have_attribute("src", re.compile("w=1600"))
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(large.get_by_text("three of them")).to_be_visible()
    await expect(large.get_by_role("button", name="Next picture")).to_be_hidden()
    await is_for_everybody(page)
    await page.keyboard.press("Escape")
    await expect(large).to_be_hidden()
    await expect(page.locator(".bubble-image").first).to_be_focused()


@pytest.mark.long
async def test_an_image_on_its_way_shows_how_far_it_is_and_can_be_stopped(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("ERR_FAILED", "ERR_INTERNET")
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    held = asyncio.Event()

    async def hold(route: Any) -> None:
        await held.wait()
        await route.abort()

    await page.route("**/api/upload", hold)
    await page.locator("input[name=picture]").set_input_files(picture())
    await page.get_by_role("button", name="Send", exact=True).click()
    await write(page, "after it")
    bubble = page.locator(".bubble[data-state=pending]").first
    await expect(bubble.get_by_role("progressbar", name="Uploading")).to_be_visible()
    await bubble.get_by_role("button", name="Do not send").click()
    await expect(bubbles(page)).to_have_text(["after it"])
    held.set()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)
    assert await said_in(dina, chat) == ["after it"]


@pytest.mark.long
async def test_a_refused_image_is_sent_again(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    refusal = {"success": False, "error": {"code": "QUOTA", "message": "Your shelf is full."}}
    await page.route("**/api/upload", lambda route: route.fulfill(status=409, json=refusal), times=1)
    await page.locator("input[name=picture]").set_input_files(picture())
    await page.get_by_role("button", name="Send", exact=True).click()
    failed = page.locator(".bubble[data-state=failed]")
    await expect(failed.get_by_text("Your shelf is full.")).to_be_visible()
    await failed.get_by_role("button", name="Try again").click()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)


HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


async def test_what_comes_while_nobody_looks_stays_unread_below_a_line(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.evaluate(HIDE, True)
    for words in ("first", "second"):
        await dina.post("/api/chat/messages", json={"chatId": chat, "content": words})
    await expect(bubbles(page)).to_have_text(["first", "second"])
    await expect(page.locator(".unread-line + .bubble p")).to_have_text("first")
    assert (await cora.get("/api/chat")).json()["data"][0]["unreadCount"] == 2
    await page.evaluate(HIDE, False)
    async with asyncio.timeout(45):
        while (await cora.get("/api/chat")).json()["data"][0]["unreadCount"]:
            await asyncio.sleep(0.05)
    await expect(page.locator(".unread-line")).to_be_visible()
    await write(page, "seen")
    await expect(page.locator(".unread-line")).to_have_count(0)


@pytest.mark.long
async def test_what_is_larger_than_five_megabytes_is_made_smaller_first(
    pair: Any, chat: str, page_for: PageFor, db: Any
) -> None:
    cora, _dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    large = jpeg(3600, 2700, noisy=True)
    assert len(large) > 5_242_880
    files = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": large}
    await page.locator("input[name=picture]").set_input_files(files, timeout=60_000)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1, timeout=60_000)
    assert await db.value("select width > 1000 from media where owner_id = %(me)s", me=cora.id)


@pytest.mark.long
async def test_receipts_say_when_and_writing_ends_by_itself(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    cora, dina, _ = pair
    hers, his = await page_for(cora), await page_for(dina)
    await hers.goto(f"/customer/chats/{chat}")
    await connected(hers)
    await write(hers, "Look at https://threads.example/silk.")
    await write(hers, "And tell me")
    foot = hers.locator(".bubble.me summary").first
    await foot.click()
    await expect(hers.locator(".bubble-when").first).to_have_text(re.compile(r"^Sent \d+:\d\d.[ap]m$"))
    await his.goto(f"/designer/chats/{chat}")
    await expect(hers.locator(".bubble-when").first).to_have_text(re.compile(r"^Sent .+ · Read \d+:\d\d.[ap]m$"))
    await expect(his.get_by_role("link", name="https://threads.example/silk")).to_have_attribute(
        "rel", "noopener nofollow"
    )
    await expect(hers.locator(".bubble.follows")).to_have_count(1)
    await foot.press("Enter")
    await expect(hers.locator(".bubble-when").first).to_be_hidden()
    await connected(his)
    await his.get_by_label("Write to Cora Nair").press_sequentially("Well")
    await expect(hers.get_by_text("Dina Rao is typing…")).to_be_visible()
    await his.context.set_offline(True)  # so that "stop" never comes
    await expect(hers.get_by_text("Dina Rao is typing…")).to_be_hidden(timeout=15_000)
    await hers.reload()
    await hers.locator(".bubble.me summary").first.press("Enter")
    await expect(hers.locator(".bubble-when").first).to_have_text(re.compile(r"^Sent .+ · Read \d+:\d\d.[ap]m$"))


async def test_without_scripts_a_form_sends_one_image(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(cora, java_script_enabled=False)
    await page.goto(f"/customer/chats/{chat}")
    await page.get_by_label("Add pictures").set_input_files(picture())
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("img", name="Your picture")).to_have_count(1)
    await page.get_by_label("Add pictures").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7 no picture"}
    )
    await page.get_by_label("Write to Dina Rao").fill("with words")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Write to Dina Rao")).to_have_value("with words")
    assert await said_in(dina, chat) == [""]
