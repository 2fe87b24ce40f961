"""The head of a conversation with the stylist on a phone: its title can be read, its menu is there from the first answer on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.stylist.asking import asked
from tests.support.browsing import is_for_everybody
from tests.support.people import People
from tests.support.sweeps import sweep

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
PageFor = Callable[..., Any]
TITLES = (
    "What can I wear to a sangeet tomorrow?",
    "ನಾಳೆ ಸಂಗೀತ್‌ಗೆ ಏನು ಧರಿಸಲಿ?",
    "कल संगीत में क्या पहनूँ, बताइए?",
)


def phone(width: int, scheme: str = "light") -> dict[str, Any]:
    """A phone of this width."""
    return {"viewport": {"width": width, "height": 760}, "is_mobile": True, "has_touch": True, "color_scheme": scheme}


async def is_cut(page: Page) -> bool:
    """Return True when some of the title's lines are not shown."""
    cut: bool = await page.locator("[data-title]").evaluate("title => title.scrollHeight > title.clientHeight + 6")
    return cut


@pytest.mark.parametrize("width", sweep([320, 390]))
@pytest.mark.parametrize("title", sweep(TITLES), ids=["en", "kn", "hi"])
async def test_a_title_of_forty_letters_is_read_whole(
    people: People, page_for: PageFor, width: int, title: str
) -> None:
    cora = await people.customer()
    conversation = (await asked(cora, title))["conversationId"]
    page = await page_for(cora, **phone(width))
    await page.goto(f"/customer/chatbot/{conversation}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert not await is_cut(page)
    wide: bool = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    await is_for_everybody(page)


async def test_a_new_conversation_has_its_menu_with_the_first_answer(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora, **phone(390))
    await page.goto("/customer/chatbot")
    await page.locator("stylist-thread:defined").wait_for()
    await page.get_by_label("Ask the stylist", exact=True).fill("What can I wear to a sangeet tomorrow?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".answer[data-id]")).to_have_count(1)
    await page.locator("[data-head]").get_by_label("More").click()
    await expect(page.get_by_role("button", name="Delete this conversation")).to_be_visible()
    await is_for_everybody(page)
    await page.get_by_label("Title").fill("Sangeet")
    await page.get_by_role("button", name="Rename").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sangeet")
    await page.locator("[data-head]").get_by_label("More").click()
    await page.get_by_role("link", name="New conversation").click()
    await page.wait_for_url(re.compile("/customer/chatbot$"))
