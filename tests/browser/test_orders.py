"""Two people and a request between them: what one does is on the other's screen at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, Route, WebSocketRoute, expect

from neural_threads.features.orders.kinds import ALTERATION
from tests.factories.orders import SOON, asked, body_for, item_of, person
from tests.factories.wardrobe import hung
from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing, is_for_everybody
from tests.support.people import People
from tests.support.sweeps import sweep

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

PageFor = Callable[..., Awaitable[Page]]
DESK = {"viewport": {"width": 1440, "height": 900}}


async def button(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


def bell(page: Page) -> Any:
    """The number on the bell of a phone's top bar."""
    return page.locator(".top [data-news]")


async def test_an_alteration_from_an_item_with_marks_to_its_verified_review(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq Khan")
    await hung(cora, name="Block-print kurta")
    tailor_id = (await person(tariq)).tailor_id
    his = await page_for(tariq)
    await his.goto("/tailor/requests")
    await expect(his.get_by_text("No requests yet")).to_be_visible()

    hers = await page_for(cora)
    await hers.goto("/customer/wardrobe")
    await hers.get_by_role("link", name="Alter this: Block-print kurta").click()
    await expect(hers.get_by_text("For “Block-print kurta”.")).to_be_visible()
    await hers.get_by_label("Search by name").fill("Tariq Khan")
    await hers.locator(f"a[href*='{tailor_id}']").click()
    await expect(hers.get_by_role("radio", name="Block-print kurta")).to_be_checked()
    await hers.get_by_label("What do you need?").fill("Take the kurta in by 2 cm")
    await button(hers, "Add a mark")
    await hers.locator(".pin-row input").last.fill("take in here")
    await button(hers, "Send the request")
    await expect(hers.get_by_text("Waiting for an answer from Tariq Khan.")).to_be_visible()

    await expect(bell(his)).to_have_text("1")
    await his.get_by_role("link", name="Cora", exact=True).click()
    await expect(bell(his)).to_be_hidden()
    await expect(his.locator(".pin-notes li")).to_have_text(["take in here"])
    await his.get_by_label("Price in rupees").fill("650")
    await his.get_by_label("Ready by").fill(SOON)
    await his.locator("#field-notes").fill("Bring the shoes you will wear")
    await button(his, "Accept and send the quote")
    await expect(his.get_by_role("button", name="Start work")).to_have_count(0)

    await expect(hers.locator(".order-price")).to_have_text("₹650")
    await expect(hers.get_by_text("Bring the shoes you will wear").first).to_be_visible()
    await button(hers, "Accept the quote")
    await expect(hers.get_by_text("Now Tariq Khan can start work.")).to_be_visible()

    await button(his, "Start work")
    await expect(hers.locator(".stepper [aria-current]")).to_contain_text("In progress")
    await button(his, "Mark as completed")
    await expect(hers.get_by_text("Tariq Khan completed your request.")).to_be_visible()
    await expect(his.get_by_text("You completed this request.")).to_be_visible()

    await hers.get_by_role("link", name="Write a review").click()
    reviews = hers.get_by_role("region", name="What customers say")
    await reviews.locator("summary", has_text="Write a review").click()
    await reviews.locator("label[for=rating-5]").click()
    await reviews.get_by_label("Your review").fill("To the centimetre")
    await button(hers, "Publish the review")
    await expect(reviews.locator(".review").first).to_contain_text("Verified")
    await his.goto("/tailor")
    await expect(his.get_by_text("To the centimetre")).to_be_visible()


@pytest.mark.long
async def test_a_design_request_that_is_declined_with_a_note_in_the_chat(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer("Cora"), await people.designer("Dina Rao")
    designer_id = (await person(dina)).designer_id
    chat_id = (await cora.post("/api/chat", json={"designerId": designer_id})).json()["data"]["id"]
    wish = {"designerId": designer_id, "chatId": chat_id, "description": "A wedding sherwani by Friday"}
    assert (await cora.post("/api/design-requests", json=wish)).status_code == 201
    hers, his = await page_for(cora), await page_for(dina, **DESK)
    await hers.goto(f"/customer/chats/{chat_id}")
    card = hers.locator("request-card")
    await expect(card.get_by_text("Waiting for an answer from Dina Rao.")).to_be_visible()
    await his.goto(f"/designer/chats/{chat_id}")
    await his.locator("request-card").get_by_role("link", name="Answer").click()
    await his.get_by_text("Decline", exact=True).click()
    await his.get_by_label("Reason").fill("My looms are full until March")
    await button(his, "Decline the request")
    await expect(his.get_by_text("You declined this request.")).to_be_visible()
    await expect(card.get_by_text("Dina Rao declined your request.")).to_be_visible()
    await expect(card.get_by_text("My looms are full until March")).to_be_visible()
    await card.get_by_role("link", name="See the request").click()
    await expect(hers.get_by_text("My looms are full until March").first).to_be_visible()


async def moved(one: Any, id: str) -> str:
    """Return where the request stands once somebody has moved it."""
    status = "PENDING"
    while status == "PENDING":
        await asyncio.sleep(0.1)
        status = (await one.get(f"/api/alterations/{id}")).json()["data"]["status"]
    return status


@pytest.mark.long
async def test_cancelling_while_the_tailor_accepts(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    request = await asked(ALTERATION, await person(cora), await person(tariq))
    hers, his = await page_for(cora), await page_for(tariq, **DESK)
    await hers.goto(f"/customer/alterations/{request.id}")
    await his.goto(f"/tailor/requests/{request.id}")
    both_sent = asyncio.Barrier(2)

    async def together(route: Route) -> None:
        if route.request.method == "POST":
            await both_sent.wait()
        await route.continue_()

    for page in (hers, his):
        await page.route(f"**/{request.id}", together)
    await hers.get_by_text("Cancel this request").click()
    await asyncio.gather(button(hers, "Yes, cancel it"), button(his, "Accept without a quote"))
    status = await moved(cora, request.id)
    page, words = (hers, "Accepted") if status == "ACCEPTED" else (his, "Cancelled")
    await expect(page.get_by_text(f"while the status of the request is “{words}”")).to_be_visible()


@pytest.mark.long
async def test_what_changed_before_the_line_stood_is_seen_when_it_does(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    request = await asked(ALTERATION, await person(cora), await person(tariq))
    his = await page_for(tariq)
    may_connect = asyncio.Event()

    async def later(line: WebSocketRoute) -> None:
        await may_connect.wait()
        line.connect_to_server()

    await his.route_web_socket("**/socket.io/**", later)
    await his.goto(f"/tailor/requests/{request.id}")
    await cora.put(f"/api/alterations/{request.id}", json={"status": "CANCELLED"})
    await expect(his.get_by_text("Cora is waiting for your answer.")).to_be_visible()
    may_connect.set()
    await expect(his.get_by_text("Cora cancelled this request.")).to_be_visible()


async def test_what_a_provider_is_writing_is_not_taken_away(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    request = await asked(ALTERATION, await person(cora), await person(tariq))
    his = await page_for(tariq)
    await his.goto(f"/tailor/requests/{request.id}")
    await expect(bell(his)).to_be_hidden()
    await his.get_by_label("Price in rupees").fill("650")
    await cora.put(f"/api/alterations/{request.id}", json={"status": "CANCELLED"})
    await expect(his.get_by_text("This request has just changed.")).to_be_visible()
    await expect(his.get_by_label("Price in rupees")).to_have_value("650")
    await his.get_by_role("link", name="Show it as it is now").click()
    await expect(his.get_by_text("Cora cancelled this request.")).to_be_visible()


@pytest.mark.long
async def test_what_is_read_on_one_device_vanishes_on_the_other(people: People, page_for: PageFor) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    await cora.post("/api/alterations", json=body_for(ALTERATION, await person(tariq)))
    phone, desk = await page_for(tariq), await page_for(tariq, **DESK)
    await phone.goto("/notifications")
    await desk.goto("/settings")
    number = desk.locator(".rail [data-news]")
    await expect(number).to_have_text("1")
    await expect(phone.locator(".news.unread")).to_have_count(1)
    await cora.post("/api/alterations", json=body_for(ALTERATION, await person(tariq)))
    await expect(number).to_have_text("2")
    await expect(phone.locator(".news.unread")).to_have_count(2)
    await button(phone, "Mark all read")
    await expect(phone.locator(".news.unread")).to_have_count(0)
    await expect(number).to_be_hidden()


@pytest.mark.parametrize("views", sweep(["pages", "their other views"]))
async def test_everybody_can_use_these_pages(people: People, page_for: PageFor, views: str) -> None:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    request = await asked(ALTERATION, await person(cora), await person(tariq), quoted_price=650, promised_date=SOON)
    for one, places in (
        (cora, ["", f"/{request.id}", f"/new?tailorId={(await person(tariq)).tailor_id}"]),
        (tariq, ["/tailor/requests", f"/tailor/requests/{request.id}", "/notifications"]),
    ):
        if views != "pages":
            places = ["/new"] if one is cora else ["/settings"]
        page = await page_for(one)
        for place in places:
            url = place if place.startswith(("/tailor", "/notif", "/settings")) else f"/customer/alterations{place}"
            await page.goto(url)
            await is_for_everybody(page)


async def test_a_design_request_made_in_a_chat_is_a_card_for_both(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer("Cora"), await people.designer("Dina Rao")
    opened = await cora.post("/api/chat", json={"designerId": (await person(dina)).designer_id})
    chat_id = opened.json()["data"]["id"]
    his = await page_for(dina, **DESK)
    await his.goto(f"/designer/chats/{chat_id}")
    await expect(his.get_by_text("This is the beginning")).to_be_visible()
    hers = await page_for(cora)
    await hers.goto(f"/customer/chats/{chat_id}")
    await hers.get_by_role("link", name="Request design").click()
    sheet = hers.get_by_role("dialog", name="Request design")
    wish = sheet.get_by_label("What do you need?")
    await expect(wish).to_be_focused()
    await wish.fill("Lehenga in rani ikat, 4 cm border")
    await hers.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(hers.get_by_role("link", name="Request design")).to_be_focused()
    await hers.keyboard.press("Enter")
    await expect(wish).to_have_value("Lehenga in rani ikat, 4 cm border")
    reference: FilePayload = {"name": "ikat.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    await sheet.locator("input[type=file]").first.set_input_files(reference)
    await expect(sheet.locator("image-upload input[type=hidden]")).to_have_count(1)
    await is_for_everybody(hers)
    await button(hers, "Send the request")
    await expect(sheet).to_be_hidden()
    assert hers.url.endswith(chat_id), "nobody had to leave the chat"
    for page in (hers, his):
        card = page.locator("request-card")
        await expect(card.locator(".order-words")).to_have_text("Lehenga in rani ikat, 4 cm border")
        await expect(card.locator("img")).to_have_count(1)
    await his.locator("request-card").get_by_role("link", name="Answer").click()
    await his.get_by_label("Price in rupees").fill("18500")
    await his.get_by_label("Ready by").fill(SOON)
    await button(his, "Accept and send the quote")
    card = hers.locator("request-card")
    await expect(card.get_by_text("₹18,500 · promised")).to_be_visible()
    await button(hers, "Accept the quote")
    await expect(hers.get_by_text("Now Dina Rao can start work.")).to_be_visible()


async def test_marks_on_an_item_of_the_wardrobe(people: People, page_for: PageFor, browsing: Browsing) -> None:
    browsing.forgive(r"404 \(Not Found\).*/media/")  # the piece of this test has no picture behind it
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq")
    item = await item_of(cora)
    page = await page_for(cora, **DESK)
    tailor_id = (await person(tariq)).tailor_id
    await page.goto(f"/customer/alterations/new?tailorId={tailor_id}")
    await expect(page.locator("image-annotator")).to_be_hidden()
    await page.goto(f"/customer/alterations/new?tailorId={tailor_id}&wardrobeItemId={item}")
    await page.get_by_label("What do you need?").fill("Narrower, please")
    for note in ("take in 2 cm", "shorter"):
        await page.get_by_role("button", name="Add a mark").click()
        await page.locator(".pin-row input").last.fill(note)
    second = page.get_by_role("button", name="Mark 2.")
    await second.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        await page.keyboard.press(key)
    await is_for_everybody(page)
    await button(page, "Send the request")
    await expect(page.locator(".pin-notes li")).to_have_text(["take in 2 cm", "shorter"])
    [asked_for] = (await cora.get("/api/alterations")).json()["data"]
    assert asked_for["wardrobeItemId"] == item
    assert asked_for["pins"] == [
        {"x": 0.5, "y": 0.5, "note": "take in 2 cm"},
        {"x": 0.54, "y": 0.48, "note": "shorter"},
    ]
