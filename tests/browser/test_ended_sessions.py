"""The session ends elsewhere while somebody writes: the page stays, and no word is lost. See docs/decisions/0023-forms-lose-nothing.md."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.conftest import PageFor
from tests.support.browsing import Browsing
from tests.support.chat_pages import connected
from tests.support.form_pages import KEPT, SIGNED_OUT, button, end_session_of, photo, sign_in
from tests.support.people import PASSWORD, People, Person
from tests.support.sweeps import sweep

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


async def order_page(people: People) -> tuple[Person, str, str]:
    cora, tariq = await people.customer("Cora"), await people.tailor("Tariq Khan")
    return cora, f"/customer/alterations/new?tailorId={(await tariq.me())['tailor']['id']}", "What do you need?"


async def review_page(people: People) -> tuple[Person, str, str]:
    cora, dina = await people.customer("Cora"), await people.designer("Dina Rao")
    return cora, f"/customer/designers/{(await dina.me())['designer']['id']}", "Your review"


async def profile_page(people: People) -> tuple[Person, str, str]:
    return await people.tailor("Tariq Khan"), "/tailor/profile", "About you and your work"


async def settings_page(people: People) -> tuple[Person, str, str]:
    return await people.customer("Cora"), "/settings", "Your name"


@pytest.mark.case("W03")
@pytest.mark.parametrize("where", sweep([order_page, review_page, profile_page, settings_page]))
async def test_a_form_survives_the_end_of_its_session(
    people: People, page_for: PageFor, browsing: Browsing, where: Any
) -> None:
    browsing.forgive("status of 403", "Status Error Code 403", "WebSocket")
    person, path, label = await where(people)
    page = await page_for(person)
    await page.goto(path)
    field = page.get_by_label(label)
    await page.locator("details.review-write").evaluate_all("all => all.forEach(each => each.open = true)")
    await field.fill("Forty words\nthat took me an hour")
    words = await field.input_value()
    await end_session_of(person)
    await expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    await asyncio.sleep(1)
    assert page.url.endswith(path), "the page stays"
    await expect(field).to_have_value(words)
    await page.locator("#toasts").get_by_role("link", name="Sign in").click()
    await sign_in(page, person)
    await page.wait_for_url(f"**{path}")
    await expect(field).to_have_value(words)
    await expect(page.get_by_text(KEPT)).to_be_visible()
    await button(page, "Start again")
    await expect(field).not_to_have_value(words)
    await page.reload()
    await expect(page.get_by_text(KEPT)).to_have_count(0)


@pytest.mark.long
async def test_a_form_sent_by_a_press_after_the_end_comes_back_and_is_sent_once(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403", "Status Error Code 403", "WebSocket")
    cora, path, label = await order_page(people)
    page = await page_for(cora)
    await page.goto(path)
    await page.get_by_label(label).fill("Shorten the sleeves")
    await page.locator("image-upload input[type=file]").set_input_files([photo()])
    await page.locator(".upload-one input[type=hidden]").wait_for(state="attached")
    await end_session_of(cora)
    await button(page, "Send the request")
    await page.wait_for_url("**/login?next=/customer/alterations/new**")
    await sign_in(page, cora)
    await page.wait_for_url(f"**{path}")
    await expect(page.get_by_label(label)).to_have_value("Shorten the sleeves")
    await expect(page.locator(".upload-one input[type=hidden]")).to_have_count(1)
    await button(page, "Send the request")
    await expect(page.get_by_text("Waiting for an answer from Tariq Khan.")).to_be_visible()
    requests = (await cora_again(people, cora, "/api/alterations")).json()["data"]
    assert [(one["description"], len(one["imageUrls"])) for one in requests] == [("Shorten the sleeves", 1)]
    await page.goto(path)
    await expect(page.get_by_label(label)).to_have_value("")


async def cora_again(people: People, cora: Person, path: str) -> Any:
    await cora.sign_in(cora.email, cora.password)
    return await cora.get(path)


@pytest.mark.long
async def test_the_sheet_over_a_chat_keeps_its_words(
    pair: Any, chat: str, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403", "Status Error Code 403", "WebSocket")
    cora, _, designer = pair
    page = await page_for(cora)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.get_by_role("link", name="Request design").click()
    await page.get_by_label("What do you need?").fill("A lehenga for December")
    await end_session_of(cora)
    await expect(page.get_by_text(SIGNED_OUT)).to_be_attached()
    await button(page, "Send the request")
    await expect(page.get_by_label("What do you need?")).to_have_value("A lehenga for December")
    link = page.locator("#toasts").get_by_role("link", name="Sign in")
    await link.dispatch_event("click")
    await sign_in(page, cora)
    await page.wait_for_url(f"**/customer/design-requests/new?designerId={designer}&chatId={chat}")
    await expect(page.get_by_label("What do you need?")).to_have_value("A lehenga for December")
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await page.get_by_role("link", name="Request design").click()
    await expect(page.get_by_label("What do you need?")).to_have_value("A lehenga for December")
    await button(page, "Send the request")
    await expect(page.locator("request-card")).to_have_count(1)
    await page.get_by_role("link", name="Request design").click()
    await expect(page.get_by_label("What do you need?")).to_have_value("")


@pytest.mark.long
@pytest.mark.case("W03")
async def test_without_scripts_the_refused_form_is_shown_again(people: People, page_for: PageFor) -> None:
    cora, path, label = await order_page(people)
    page = await page_for(cora, java_script_enabled=False)
    await page.goto(path)
    await page.get_by_label(label).fill("Shorten the sleeves\nby 3 cm")
    await page.locator("image-upload input[type=file]").set_input_files([photo()])
    await end_session_of(cora)
    await button(page, "Send the request")
    await sign_in(page, cora)
    await page.wait_for_url(f"**{path}")
    await expect(page.get_by_text("What you wrote is still here, but it has not been sent yet.")).to_be_visible()
    await expect(page.get_by_label(label)).to_have_value("Shorten the sleeves\nby 3 cm")
    await button(page, "Send the request")
    await expect(page.get_by_text("Waiting for an answer from Tariq Khan.")).to_be_visible()


async def test_somebody_else_on_this_device_sees_no_draft(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403")  # the page of before asks once more while the other signs in
    cora, path, label = await order_page(people)
    odile = await people.customer("Odile")
    page = await page_for(cora)
    await page.goto(path)
    await page.get_by_label(label).fill("Between Tariq and me")
    await page.context.clear_cookies()
    await browsing.sign_in(page.context, odile)
    await page.goto(path)
    await expect(page.get_by_label(label)).to_have_value("")
    await page.context.clear_cookies()
    await browsing.sign_in(page.context, cora)
    await page.goto(path)
    await expect(page.get_by_label(label)).to_have_value("Between Tariq and me")


async def test_nothing_secret_is_in_a_draft(people: People, page_for: PageFor) -> None:
    page = await page_for()
    await page.goto("/signup")
    await page.get_by_label("Your name").fill("Nila")
    await page.locator("#field-password").fill(PASSWORD)
    await page.reload()
    await expect(page.get_by_label("Your name")).to_have_value("Nila")
    await expect(page.locator("#field-password")).to_have_value("")
    kept = await page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "Nila" in kept
    assert PASSWORD not in kept
    assert "csrf" not in kept


@pytest.mark.long
@pytest.mark.case("W03")
async def test_a_question_to_the_stylist_survives_the_end_of_its_session(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403", "status of 401", "WebSocket")
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/customer/chatbot")
    await page.locator("stylist-thread:defined").wait_for()
    field = page.get_by_label("Ask the stylist", exact=True)
    await field.fill("Which colours go with indigo?")
    await end_session_of(cora)
    await field.press("Enter")
    await page.locator("#toasts").get_by_role("link", name="Sign in").click()
    await sign_in(page, cora)
    await page.wait_for_url("**/customer/chatbot")
    await expect(field).to_have_value("Which colours go with indigo?")
    await field.press("Enter")
    await expect(page.locator(".answer[data-id]")).to_have_count(1)


@pytest.mark.long
@pytest.mark.case("W15")
async def test_signed_in_again_in_another_tab_the_first_goes_on(
    people: People, page_for: PageFor, browsing: Browsing
) -> None:
    browsing.forgive("status of 403", "Status Error Code 403", "status of 401", "WebSocket")
    cora, path, label = await review_page(people)
    page = await page_for(cora)
    await page.goto(path)
    await page.locator("details.review-write").evaluate_all("all => all.forEach(each => each.open = true)")
    await page.get_by_label(label).fill("Neat seams")
    await page.locator("label[for=rating-5]").click()
    other = await page.context.new_page()
    await other.goto("/settings")
    await other.locator("form[action='/logout']").first.evaluate("form => form.requestSubmit()")
    await other.wait_for_url("**/")
    await expect(page.get_by_text(SIGNED_OUT)).to_be_attached()
    await other.goto("/login")
    await sign_in(other, cora)
    await other.wait_for_url("**/customer")
    await button(page, "Publish the review")
    await expect(page.locator(".review").first).to_contain_text("Neat seams")
    await expect(page.get_by_text(SIGNED_OUT)).to_have_count(0)
    await expect(page.get_by_text("That did not work.")).to_have_count(0)
