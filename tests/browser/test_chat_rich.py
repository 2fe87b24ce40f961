"""Two people in two browsers: feelings by keyboard, emoji of every kind."""

import os
import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from .test_chat import DESK, PageFor, chat, connected, pair

pytestmark = pytest.mark.browser
__all__ = ["chat", "pair"]


async def flawless(page: Page) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


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
    await flawless(hers)
    if os.environ.get("SHOTS"):
        await hers.screenshot(path=os.environ["SHOTS"] + "/panel.png")
    await hers.get_by_role("option", name=re.compile("sari")).click()
    await expect(his.locator(".reaction")).to_have_count(2)
    await expect(his.locator(".reaction").last).to_have_accessible_name("🥻 Cora Nair")
    await hers.get_by_role("button", name="Emoji", exact=True).click()
    await hers.get_by_role("menuitem", name=re.compile("grinning face")).first.click()
    await hers.keyboard.press("Escape")
    await expect(hers.get_by_label(re.compile("^Write to"))).to_have_value(re.compile("^.+$"))
    if os.environ.get("SHOTS"):
        await hers.locator(".bubble").first.hover()
        await expect(hers.locator(".react-bar")).to_be_visible()
        await hers.screenshot(path=os.environ["SHOTS"] + "/hover.png")
        await his.screenshot(path=os.environ["SHOTS"] + "/phone.png")
    await hers.get_by_label(re.compile("^Write to")).focus()
    await hers.keyboard.press("Enter")
    await expect(his.locator(".bubble p")).to_have_count(2)
