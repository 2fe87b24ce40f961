"""The stylist's page: asked and answered, stopped and followed, with and without scripts (issue 12, sections 2 to 4)."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from neural_threads.platform.db import Db
from tests.factories.wardrobe import RANI, hung
from tests.stylist.asking import CONVERSATIONS, agree, messages_in, outfit_of, stored_answer
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.cluster import Ground
from tests.support.gemini_server import GeminiServer
from tests.support.people import People, Person
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
PageFor = Callable[..., Any]
ASK = "Ask the stylist"


def answers(page: Page) -> Any:
    """Complete answers."""
    return page.locator(".answer[data-id]")


async def asked(page: Page, words: str) -> None:
    """Type it and press Enter."""
    await page.locator("stylist-thread:defined").wait_for()
    await page.get_by_label(ASK, exact=True).fill(words)
    await page.keyboard.press("Enter")


async def test_cora_asks_by_keyboard_and_goes_on(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/customer/chatbot")
    await is_for_everybody(page)
    await asked(page, "What can I wear to a sangeet tomorrow?")
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".bubble.me")).to_have_text(re.compile("What can I wear to a sangeet tomorrow"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("What can I wear to a sangeet tomorrow?")
    [conversation] = (await cora.get(CONVERSATIONS)).json()["data"]
    assert page.url.endswith(f"/customer/chatbot/{conversation['id']}")
    await expect(page.locator("[data-announce]")).to_have_text(re.compile("The answer is complete"))
    await expect(page.get_by_text("Offline stylist").first).to_be_visible()
    await is_for_everybody(page)
    await asked(page, "And which shoes?")
    await expect(answers(page)).to_have_count(2)
    await page.reload()
    await expect(answers(page)).to_have_count(2)
    assert len(await messages_in(cora, conversation["id"])) == 4


async def test_what_is_suggested_is_asked_with_one_press(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/customer/chatbot")
    await page.get_by_role("button", name="Which colours go with indigo?").click()
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".bubble.me")).to_have_text(re.compile("Which colours go with indigo"))
    await page.get_by_role("button", name="Try again").click()
    await expect(answers(page)).to_have_count(2)


async def test_without_scripts_a_form_and_a_page(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora, java_script_enabled=False)
    await page.goto("/customer/chatbot")
    await page.get_by_label(ASK, exact=True).fill("Which colours suit me?")
    await page.get_by_label("Add a picture").set_input_files(
        files=[{"name": "a.png", "mimeType": "image/png", "buffer": RANI}]
    )
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".bubble.me img")).to_be_visible()
    await page.get_by_role("button", name="More").or_(page.locator("summary[aria-label=More]")).first.click()
    await page.get_by_label("Title").fill("My colours")
    await page.get_by_role("button", name="Rename").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("My colours")
    await page.get_by_label(ASK, exact=True).fill(" ")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.locator("summary[aria-label=More]").click()
    await page.get_by_role("button", name="Delete this conversation").click()
    await expect(page.get_by_role("heading", name="What shall we put together?")).to_be_visible()


async def test_an_image_goes_with_the_question(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/customer/chatbot")
    await page.locator("[data-choose]").set_input_files(
        files=[{"name": "a.png", "mimeType": "image/png", "buffer": RANI}]
    )
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(answers(page)).to_have_count(1)
    [conversation] = (await cora.get(CONVERSATIONS)).json()["data"]
    question = (await messages_in(cora, conversation["id"]))[0]
    assert question["content"] == "What goes with this?"
    assert question["imageUrl"]
    await page.get_by_role("button", name="Add this picture to my wardrobe").click()
    await page.wait_for_url(re.compile("/customer/wardrobe/"))
    [item] = (await cora.get("/api/chatbot/wardrobe")).json()["data"]["items"]
    assert item["imageUrl"].partition("?")[0] == question["imageUrl"].partition("?")[0]
    await page.goto(f"/customer/chatbot/{conversation['id']}")
    await expect(page.get_by_role("button", name="Add this picture to my wardrobe")).to_have_count(0)


async def test_an_item_is_styled_from_the_wardrobe(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    item = await hung(cora, name="Rani skirt", image=RANI)
    page = await page_for(cora)
    await page.goto(f"/customer/wardrobe/{item['id']}")
    await page.get_by_role("link", name="Style this").click()
    await expect(page.get_by_label(ASK, exact=True)).to_have_value("What can I wear with Rani skirt?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(answers(page)).to_have_count(1)
    [conversation] = (await cora.get(CONVERSATIONS)).json()["data"]
    assert (await messages_in(cora, conversation["id"]))[0]["imageUrl"].partition("?")[0] == item["imageUrl"].partition(
        "?"
    )[0]


async def test_the_journey_of_an_outfit(people: People, page_for: PageFor, db: Db) -> None:
    """Open the outfit, swap a piece, keep it, and show it in a designer's chat."""
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    kurta = await hung(cora, name="Indigo kurta", category="UPPERWEAR")
    skirt = await hung(cora, name="Rani skirt", category="BOTTOMWEAR", image=RANI)
    await hung(cora, name="Marigold kurta", category="UPPERWEAR")
    designer = (await dina.me())["designer"]["id"]
    await cora.post("/api/chat", json={"designerId": designer})
    stored = await stored_answer(db, cora, [{"type": "text", "text": "Wear this."}, outfit_of(kurta, skirt)])
    page = await page_for(cora)
    await page.goto(f"/customer/chatbot/{stored['conversationId']}")
    await is_for_everybody(page)
    await page.get_by_text("Swap an item").click()
    await page.get_by_role("link", name="Swap: Indigo kurta").click()
    await page.get_by_role("button", name="Marigold kurta").click()
    await expect(page.get_by_role("link", name="Marigold kurta").first).to_be_visible()
    link = page.get_by_role("link", name="Try it on")
    assert re.fullmatch(r"/customer/virtual-tryon\?items=c\w+,c\w+", await link.get_attribute("href") or "")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.locator("[data-keep].kept")).to_be_visible()
    await page.get_by_role("link", name="Send in a chat").click()
    await page.get_by_label("Your words with it").fill("Could you make a blouse for this?")
    await page.get_by_role("button", name="Dina Rao").click()
    await page.wait_for_url(re.compile("/customer/chats/"))
    await expect(page.get_by_text("Could you make a blouse for this?")).to_be_visible()
    chat = page.url.rpartition("/")[2].partition("#")[0]
    heard = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert [bool(message["imageUrl"]) for message in heard] == [False, True, True]
    await page.goto("/customer/wardrobe/looks")
    await expect(page.get_by_role("link", name="For the sangeet")).to_be_visible()
    assert [part["name"] for part in await kept(cora)] == ["Marigold kurta", "Rani skirt"]


SANGEET = (
    "What can I wear to a sangeet tomorrow?",
    "nale sangeet ge enu haakolli?",
    "कल संगीत में क्या पहनूँ?",
)


@pytest.mark.long
async def test_three_languages_and_a_designers_chat(people: People, page_for: PageFor) -> None:
    """Without key and network: asked in English, romanised Kannada and Hindi, each answer an outfit; swapped, kept and shown."""
    cora, dina = await people.customer(), await people.designer("Dina Rao")
    designer = (await dina.me())["designer"]["id"]
    await cora.post("/api/chat", json={"designerId": designer})
    for name, colour in (("Haldi saree", "yellow"), ("Peacock saree", "teal"), ("Rani lehenga", "pink")):
        await hung(cora, name=name, color=colour, category="DRESS", subcategory="ETHNIC")
    await hung(cora, name="Gold juttis", color="gold", category="SHOES", subcategory="ETHNIC")
    page = await page_for(cora, viewport={"width": 1440, "height": 900})
    await page.goto("/customer/chatbot")
    for number, words in enumerate(SANGEET, 1):
        await asked(page, words)
        await expect(answers(page)).to_have_count(number)
        await expect(answers(page).last.locator(".outfit").first).to_be_visible()
    await is_for_everybody(page)
    outfit = answers(page).last.locator(".outfit").first
    worn = await outfit.locator(".outfit-item").all_inner_texts()
    dress = next(name for name in worn if "saree" in name or "lehenga" in name)
    await outfit.get_by_text("Swap an item").click()
    await outfit.get_by_role("link", name=f"Swap: {dress}").click()
    other = await page.locator(".swap-choice").first.inner_text()
    await page.locator(".swap-choice").first.click()
    outfit = answers(page).last.locator(".outfit").first
    await expect(outfit.locator(".outfit-board")).to_contain_text(other.strip())
    await outfit.get_by_role("button", name="Keep it").click()
    await expect(outfit.locator("[data-keep].kept")).to_be_visible()
    await outfit.get_by_role("link", name="Send in a chat").click()
    await page.get_by_role("button", name="Dina Rao").click()
    await page.wait_for_url(re.compile("/customer/chats/"))
    chat = page.url.rpartition("/")[2].partition("#")[0]
    heard = (await dina.get("/api/chat/messages", params={"chatId": chat})).json()["data"]
    assert other.strip() in heard[0]["content"]
    assert all(message["imageUrl"] for message in heard[1:])
    assert len(heard) == 1 + len(await kept(cora))


async def kept(me: Person) -> list[dict[str, Any]]:
    """The items of the look that somebody keeps."""
    parts: list[dict[str, Any]] = (await me.get("/api/chatbot/looks")).json()["data"][0]["parts"]
    return parts


async def test_what_is_gone_is_shown_as_gone(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    kurta, skirt = await hung(cora, name="Indigo kurta"), await hung(cora, name="Rani skirt")
    stored = await stored_answer(db, cora, [outfit_of(kurta, skirt)])
    await cora.delete(f"/api/chatbot/wardrobe?id={skirt['id']}")
    page = await page_for(cora)
    await page.goto(f"/customer/chatbot/{stored['conversationId']}")
    await expect(page.locator(".outfit-item.gone")).to_have_text(re.compile("Rani skirt"))
    await expect(page.locator(".outfit-item.gone")).to_have_text(re.compile("no longer in your wardrobe"))


@pytest.mark.case("H05")
async def test_text_of_an_answer_is_only_text(people: People, page_for: PageFor, db: Db) -> None:
    cora = await people.customer()
    evil = "<img src=https://evil.example/?q=1> [you](javascript:alert(1)) https://evil.example/ [OUTFIT_START]"
    stored = await stored_answer(db, cora, [{"type": "text", "text": evil}])
    page = await page_for(cora)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    await page.goto(f"/customer/chatbot/{stored['conversationId']}")
    await expect(page.locator(".answer-text")).to_have_text(evil)
    assert await page.locator(".answer :is(a, img, article)").count() == 0
    assert not [url for url in seen if "evil.example" in url]


# With a model that takes its time


class Slow:
    """A server with a slow Gemini, and Cora who agreed to it."""

    gemini: GeminiServer
    server: Server
    cora: Person
    page: Page


@pytest_asyncio.fixture(loop_scope="session")
async def slow(ground: Ground, browsing: Browsing) -> AsyncIterator[Slow]:
    slow = Slow()
    async with GeminiServer(pause=0.25) as slow.gemini:
        own = slow.gemini.settings
        slow.server = await Server(ground.copy(), ground.new_folder("slow"), is_forked=True, **own).start()
        people = People(slow.server)
        slow.cora = await people.customer()
        slow.page = await browsing.page_for(slow.cora, server=slow.server.url)
        yield slow
        await slow.page.context.close()
        await people.close()
        await slow.server.stop()
        ground.drop(slow.server.dsn)


@pytest.mark.long
async def test_cora_agrees_leaves_comes_back_and_stops(slow: Slow, browsing: Browsing) -> None:
    page, cora = slow.page, slow.cora
    await page.goto("/customer/chatbot")
    await expect(page.get_by_text("Let Google’s Gemini help with the answers?")).to_be_visible()
    await is_for_everybody(page)
    await page.get_by_role("button", name="I agree").click()
    await expect(page.get_by_text("With Google’s Gemini")).to_be_visible()
    slow.gemini.pause = 0.6  # Seconds between two fragments, so that the answer is not there before she has left.
    await asked(page, "What can I wear to a sangeet tomorrow?")
    await expect(page.locator("[data-field=text]").first).to_have_text(re.compile("For the sangeet"))
    await page.goto("/customer")
    [conversation] = (await cora.get(CONVERSATIONS)).json()["data"]
    assert conversation["isAnswering"] is True
    await page.goto(f"/customer/chatbot/{conversation['id']}")
    await expect(answers(page)).to_have_count(1, timeout=60_000)
    await expect(answers(page)).to_have_text(re.compile("what moves with you"))
    await asked(page, "And which shoes?")
    await expect(page.locator("[data-coming] [data-field=text]")).to_have_text(re.compile("For"))
    await page.get_by_role("button", name="Stop").click()
    await expect(answers(page)).to_have_count(2)
    await expect(page.get_by_text("Stopped.")).to_be_visible()
    await page.goto("/settings#consents")
    await is_for_everybody(page)
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_text("Switched off: the offline stylist answers.")).to_be_visible()


@pytest.mark.long
@pytest.mark.case("H13")
async def test_a_lost_network_loses_no_answer(slow: Slow, browsing: Browsing) -> None:
    page, cora = slow.page, slow.cora
    browsing.forgive("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK", "net::")
    await agree(cora)
    await page.goto("/customer/chatbot")
    await asked(page, "What can I wear to a sangeet tomorrow?")
    await expect(page.locator("[data-coming] [data-field=text]")).to_have_text(re.compile("For"))
    await page.context.set_offline(True)
    await asyncio.sleep(1)
    await page.context.set_offline(False)
    again = page.get_by_role("button", name="Try again")
    await expect(again.or_(answers(page)).first).to_be_visible(timeout=90_000)
    if not await answers(page).count():
        await again.first.click()
    await expect(answers(page)).to_have_count(1, timeout=30_000)
    [conversation] = (await cora.get(CONVERSATIONS)).json()["data"]
    assert len(await messages_in(cora, conversation["id"])) == 2
    assert len(slow.gemini.prompts) == 1
