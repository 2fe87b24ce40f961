"""Two people in two browsers: feelings by keyboard, every emoji, old words found again, and replies that were saved."""

import os
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.conftest import PageFor
from tests.support.browsing import is_for_everybody
from tests.support.chat_pages import connected

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}}
WIDE = {"viewport": {"width": 1600, "height": 900}}


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_cora_reacts_by_keyboard_and_dina_sees_it(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, dina, _ = pair
    await dina.post("/api/chat/messages", json={"chatId": chat, "content": "The blouse is ready"})
    hers, his = await page_for(cora, **DESK), await page_for(dina)
    await hers.goto(f"/customer/chats/{chat}")
    await his.goto(f"/designer/chats/{chat}")
    await connected(hers)
    await connected(his)
    await expect(hers.locator("chat-reactions:not(:defined)")).to_have_count(0)
    react = hers.get_by_role("button", name="React")
    await react.focus()
    await hers.keyboard.press("Enter")
    await expect(hers.get_by_role("button", name="👍")).to_be_focused()
    await hers.keyboard.press("ArrowRight")
    await hers.keyboard.press("Enter")
    felt = his.locator(".bubble.me .reaction")
    await expect(felt).to_have_accessible_name("❤️ Cora Nair")
    await expect(hers.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    await expect(react).to_be_focused()
    await felt.click()
    await expect(hers.locator(".reaction")).to_have_accessible_name("❤️ You, Dina Rao")
    await hers.keyboard.press("Enter")
    await hers.keyboard.press("End")
    await hers.keyboard.press("Enter")
    await hers.get_by_role("combobox").fill("sari")
    await expect(hers.get_by_role("option", name=re.compile("sari"))).to_be_visible()
    await is_for_everybody(hers)
    await shot(hers, "panel")
    await hers.get_by_role("option", name=re.compile("sari")).click()
    await expect(his.locator(".reaction")).to_have_count(2)
    await expect(his.locator(".reaction").last).to_have_accessible_name("🥻 Cora Nair")
    await hers.get_by_role("button", name="Emoji", exact=True).click()
    await hers.get_by_role("menuitem", name=re.compile("grinning face")).first.click()
    await hers.keyboard.press("Escape")
    await expect(hers.get_by_label(re.compile("^Write to"))).to_have_value(re.compile("^.+$"))
    await hers.locator(".bubble").first.hover()
    await expect(hers.locator(".react-bar")).to_be_visible()
    await shot(hers, "hover")
    await shot(his, "phone")
    await hers.get_by_label(re.compile("^Write to")).focus()
    await hers.keyboard.press("Enter")
    await expect(his.locator(".bubble p")).to_have_count(2)


async def test_cora_finds_old_words_and_dina_says_saved_ones(pair: Any, chat: str, page_for: PageFor, db: Any) -> None:
    cora, dina, _ = pair
    await cora.put("/api/users/profile", json={"stylePreferences": ["Handloom", "Indigo"], "sharesStyle": True})
    await dina.post("/api/chat/replies", json={"content": "Your piece is ready to be tried on."})
    await db.execute(
        """
        with chat as (update chats set last_seq = 300 where id = %(chat)s returning id)
        insert into messages (id, chat_id, seq, sender_id, content, created_at)
        select 'r' || md5(chat.id || n), chat.id, n, %(sender)s,
               case n when 40 then 'a peacock border' when 290 then 'the peacock again' else 'no ' || n end,
               now() - (301 - n) * interval '1 hour'
          from chat, generate_series(1, 300) n
        """,
        chat=chat,
        sender=dina.id,
    )
    hers, his = await page_for(cora), await page_for(dina, **WIDE)
    await hers.goto(f"/customer/chats/{chat}")
    await connected(hers)
    await hers.get_by_role("button", name="Search this chat").click()
    await hers.get_by_role("searchbox", name="Search this chat").fill("PEACOCK")
    found = hers.locator(".found-row")
    await expect(found).to_have_count(2)
    await is_for_everybody(hers)
    await shot(hers, "found")
    await found.first.click()
    await expect(hers.locator("#m290")).to_be_in_viewport()
    await hers.get_by_role("button", name="Search this chat").click()
    await found.last.click()
    await expect(hers).to_have_url(re.compile(r"at=40#m40$"))
    await connected(hers)
    await expect(hers.locator("#m40")).to_be_in_viewport()
    await expect(hers.locator("#m300")).to_have_count(0)
    await his.goto(f"/designer/chats/{chat}")
    await connected(his)
    await expect(his.get_by_text("Handloom")).to_be_visible()
    await his.get_by_role("button", name="Saved replies").click()
    await shot(his, "replies")
    await his.get_by_role("button", name="Your piece is ready").click()
    await his.keyboard.press("Enter")
    jump = hers.get_by_role("button", name="1 new message")
    await jump.click()
    await expect(hers.locator(".bubble p").last).to_have_text("Your piece is ready to be tried on.")
    await hers.goto(f"/customer/chats/{chat}?at=40#m40")
    await connected(hers)
    shown = hers.locator(".bubble")
    await hers.locator("[data-newer]").scroll_into_view_if_needed()
    await expect(shown.nth(80)).to_be_attached()
    seqs = [int(seq) for seq in await shown.evaluate_all("(all) => all.map((one) => one.dataset.seq)")]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))  # an old page grows downwards without a gap
    await his.get_by_role("link", name="Share an item").click()
    await expect(his.get_by_text("Nothing to share yet")).to_be_visible()
    await is_for_everybody(his)
    await shot(his, "share")
    for person, place in (
        (his, "/designer/chats/replies"),
        (hers, "/customer/chats?search=peacock"),
        (hers, "/customer/chats/search?search=peacock"),
    ):
        await person.goto(place)
        await is_for_everybody(person)
        await shot(person, place.strip("/").split("?")[0].replace("/", "-"))
