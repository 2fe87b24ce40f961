"""Two people in two browsers talk: live, through restarts and without a network; and one of them without scripts."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.chat_pages import bubbles, connected, left_in_outbox, write
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


async def test_cora_finds_dina_and_they_talk_live(pair: Any, page_for: PageFor) -> None:
    cora, dina, designer_id = pair
    hers, his = await page_for(cora), await page_for(dina, **DESK)
    await his.goto("/designer/chats")
    await expect(his.get_by_text("No chats yet")).to_be_visible()
    await hers.goto(f"/customer/designers/{designer_id}")
    await hers.locator(".action-bar").get_by_role("button", name="Chat now").click()
    await expect(hers.get_by_text("This is the beginning of your chat with Dina Rao.")).to_be_visible()
    await connected(hers)
    await write(hers, "Namaste! Is the <b>lehenga</b> free in November?")
    await expect(hers.locator(".bubble.me[data-state=stored]")).to_have_count(1)

    await his.get_by_role("link", name=re.compile("Cora Nair")).click()
    await expect(bubbles(his)).to_have_text(["Namaste! Is the <b>lehenga</b> free in November?"])
    await expect(hers.locator(".bubble.me[data-state=read]")).to_have_count(1)
    await connected(his)
    await his.get_by_label("Write to Cora Nair").press_sequentially("It is,")
    await expect(hers.get_by_text("Dina Rao is typing…")).to_be_visible()
    await expect(hers.get_by_text("Dina Rao is typing…")).to_be_hidden(timeout=15_000)
    await his.keyboard.press("Shift+Enter")
    await his.keyboard.type("every day.")
    await his.keyboard.press("Enter")
    await expect(bubbles(hers).nth(1)).to_have_text("It is,\nevery day.")
    await expect(his.locator(".bubble.me[data-state=read]")).to_have_count(1)
    await expect(hers.locator(".thread-head").get_by_text("online")).to_have_count(2)
    await his.context.close()
    await expect(hers.locator(".thread-head .avatar.online")).to_have_count(0, timeout=24_000)


async def test_the_list_follows_by_itself(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(dina, **DESK)
    await page.goto("/designer/chats")
    await connected(page)
    row = page.locator(f"[data-chat='{chat}']")
    await expect(row.locator(".badge")).to_have_count(0)
    for n in range(2):
        await cora.post("/api/chat/messages", json={"chatId": chat, "content": f"word {n}"})
    await expect(row.locator(".chat-words")).to_have_text("word 1")
    await expect(row.locator(".badge")).to_contain_text("2")
    await expect(page.locator(".rail [data-unread]")).to_have_text("1")
    await row.click()
    await expect(page.locator(".unread-line")).to_be_visible()
    await expect(page.locator(f"[data-chat='{chat}'] .badge")).to_have_count(0)
    await expect(page.locator(".rail [data-unread]")).to_be_hidden()


@pytest.mark.long
async def test_a_restart_in_mid_conversation_loses_nothing(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing, server: Any
) -> None:
    browsing.forgive("ERR_CONNECTION_REFUSED", "WebSocket connection", "503", "Failed to fetch", "net::ERR_")
    cora, dina, _ = pair
    hers, his = await page_for(cora), await page_for(dina)
    await hers.goto(f"/customer/chats/{chat}")
    await his.goto(f"/designer/chats/{chat}")
    await asyncio.gather(connected(hers), connected(his))
    await write(hers, "before")
    await expect(bubbles(his)).to_have_text(["before"])
    await server.stop()
    for word in ("meanwhile 1", "meanwhile 2", "meanwhile 3"):
        await write(hers, word)
    await expect(hers.locator(".bubble[data-state=pending]")).to_have_count(3)
    await expect(hers.locator("[data-line]")).to_have_text("You are offline, 3 messages are waiting.")
    await expect(his.locator("[data-line]")).to_have_text("Connecting…")
    await server.start()
    await expect(bubbles(his)).to_have_text(["before", "meanwhile 1", "meanwhile 2", "meanwhile 3"], timeout=30_000)
    await expect(hers.locator("[data-line]")).to_be_hidden()
    await write(his, "after")
    await expect(bubbles(hers)).to_have_text(["before", "meanwhile 1", "meanwhile 2", "meanwhile 3", "after"])
    assert await left_in_outbox(hers) == 0


@pytest.mark.long
async def test_what_was_written_offline_survives_closing_the_page(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket connection", "dynamically imported module")
    cora, dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.context.set_offline(True)
    await write(page, "from the tunnel")
    await page.get_by_label(re.compile("^Write to")).fill("half a thou")
    await expect(page.locator("[data-line]")).to_have_text("You are offline, 1 message is waiting.")
    assert await page.locator(".bubble[data-state=pending]").count() == 1
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.locator(".bubble.me[data-state=stored]")).to_have_text(re.compile("from the tunnel"))
    await expect(page.get_by_label(re.compile("^Write to"))).to_have_value("half a thou")
    said = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert [message["content"] for message in said] == ["from the tunnel"]


@pytest.mark.long
async def test_a_refused_message_can_be_tried_again_or_discarded(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _dina, _ = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    refusal = {"success": False, "error": {"code": "INVALID", "message": "Not like that."}}
    await page.route("**/api/chat/messages", lambda route: route.fulfill(status=422, json=refusal))
    await write(page, "hm")
    await write(page, "ha")
    failed = page.locator(".bubble[data-state=failed]")
    await expect(failed).to_have_count(2)
    await expect(failed.first.get_by_text("Not like that.")).to_be_visible()
    await page.unroute("**/api/chat/messages")
    await failed.first.get_by_role("button", name="Try again").click()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)
    await failed.get_by_role("button", name="Discard").click()
    await expect(bubbles(page)).to_have_text(["hm"])
    await page.reload()
    await expect(bubbles(page)).to_have_text(["hm"])


async def test_older_messages_come_when_one_scrolls_up(pair: Any, chat: str, page_for: PageFor, db: Any) -> None:
    cora, dina, _ = pair
    await db.execute(
        """
        with chat as (update chats set last_seq = 120 where id = %(chat)s returning id)
        insert into messages (id, chat_id, seq, sender_id, content, created_at)
        select 'o' || md5(chat.id || n), chat.id, n, %(sender)s, 'no ' || n, now() - (121 - n) * interval '1 hour'
          from chat, generate_series(1, 120) n
        """,
        chat=chat,
        sender=dina.id,
    )
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await expect(bubbles(page).nth(29)).to_be_attached()
    await connected(page)
    await page.locator("[data-scroller]").evaluate("(box) => box.scrollTop = 0")
    async with asyncio.timeout(60):
        while await bubbles(page).count() < 120:
            await page.locator("[data-scroller]").evaluate("(box) => box.scrollTop = -box.scrollHeight")
            await page.wait_for_timeout(100)
    await expect(bubbles(page)).to_have_count(120)
    await expect(bubbles(page).first).to_have_text("no 1")
    days = await page.locator(".day").all_text_contents()
    assert len(days) == len(set(days)) >= 5
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "look below"})
    jump = page.get_by_role("button", name="1 new message")
    await expect(page.locator(".unread-line + .bubble p")).to_have_text("look below")
    await jump.click()
    await expect(bubbles(page).last).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_without_scripts_one_talks_by_forms(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    page = await page_for(cora, java_script_enabled=False)
    await page.goto("/customer/chats")
    await page.get_by_role("link", name=re.compile("Dina Rao")).click()
    await page.get_by_label("Write to Dina Rao").fill("by hand")
    await page.get_by_role("button", name="Send").click()
    await expect(bubbles(page)).to_have_text(["by hand"])
    await page.get_by_label("Write to Dina Rao").fill("  ")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_text("Write something first.")
    await page.goto("/customer/chats/new")
    await page.get_by_role("button", name=re.compile("Dina Rao")).first.click()
    await expect(page).to_have_url(re.compile(r"/customer/chats/c\w+$"))
    said = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert [message["content"] for message in said] == ["by hand"]


async def test_a_stranger_finds_no_chat_there(
    pair: Any, chat: str, people: Any, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 40[34]")
    odile = await people.customer("Odile")
    page = await page_for(odile)
    answer = await page.goto(f"/customer/chats/{chat}")
    assert answer is not None
    assert answer.status == 404
    answer = await page.goto("/designer/chats")
    assert answer is not None
    assert answer.status == 403


@pytest.mark.parametrize("size", sweep([PHONE, DESK]), ids=["phone", "desk"])
@pytest.mark.parametrize("search", sweep(["", "?search=nobody"]), ids=["all", "nobody"])
async def test_everybody_can_use_it(pair: Any, chat: str, page_for: PageFor, size: dict[str, Any], search: str) -> None:
    cora, dina, _ = pair
    for who, words in ((dina, "Namaste!"), (cora, "ನಮಸ್ಕಾರ"), (dina, "x" * 300)):
        await who.post("/api/chat/messages", json={"chatId": chat, "content": words})
    sent = await dina.post("/api/upload", files={"file": ("silk.jpg", jpeg(), "image/jpeg")})
    shown = {"content": "See https://threads.example/silk", "imageUrl": sent.json()["data"]["url"]}
    assert (await dina.post("/api/chat/messages", json={"chatId": chat} | shown)).status_code == 201
    page = await page_for(cora, **size)
    others = () if search else (f"/customer/chats/{chat}", "/customer/chats/new")
    for place in (f"/customer/chats{search}", *others):
        await page.goto(place)
        await is_for_everybody(page)
