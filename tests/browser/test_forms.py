"""Every form, driven as a person drives it: from the mail in the outbox on, after the session's end, after Stop, on a phone."""

import asyncio
import re
from secrets import token_hex
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from tests.accounts.conftest import Letters, letters, link_in  # noqa: F401  fixture
from tests.conftest import PageFor
from tests.factories.wardrobe import names
from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing
from tests.support.chat_pages import bubbles, connected, said_in
from tests.support.people import PASSWORD, People, Person

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
NEW_PASSWORD = "eight quiet looms"
KEPT = "This is what you wrote. It has not been sent yet."
SIGNED_OUT = "You have been signed out. What you wrote is kept."


async def button(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def end_session_of(person: Person) -> None:
    """What a press on "Sign out" beside this device does on another device."""
    phone = await person.another_device()
    sessions = (await phone.get("/api/auth/sessions")).json()["data"]
    for session in sessions:
        if not session["isCurrent"]:
            assert (await phone.delete(f"/api/auth/sessions/{session['id']}")).status_code == 200
    await phone.close()


async def sign_in(page: Page, person: Person) -> None:
    """On the page of signing in."""
    await page.get_by_label("E-mail").fill(person.email)
    await page.locator("#field-password").fill(person.password)
    await button(page, "Sign in")


def photo(name: str = "photo.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg(300, 300)}


# Row 1: from the letter on


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_cora_confirms_her_address_from_the_letter(
    newcomers: People,
    page_for: PageFor,
    letters: Letters,  # noqa: F811
    scripts: bool,
) -> None:
    cora = await newcomers.customer()
    page = await page_for(java_script_enabled=scripts)
    link = link_in((await letters(cora.email))[0])
    await page.goto(link)
    await button(page, "Confirm this e-mail address")
    await expect(page.get_by_text("Your e-mail address is confirmed.")).to_be_visible()
    assert (await cora.me())["isEmailVerified"] is True
    await page.go_back()
    await page.goto(link)  # the mail program's tab, once more
    await expect(page.get_by_text("already confirmed")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_cora_chooses_a_new_password_from_the_letter(
    newcomers: People,
    page_for: PageFor,
    letters: Letters,  # noqa: F811
    scripts: bool,
) -> None:
    cora = await newcomers.customer()
    page = await page_for(java_script_enabled=scripts)
    await page.goto("/login")
    await letters(cora.email, 1)
    await page.get_by_role("link", name="Forgot your password?").click()
    await page.get_by_label("E-mail").fill(cora.email)
    await button(page, "Send me a link")
    await expect(page.get_by_text("we have sent an e-mail")).to_be_visible()
    link = link_in((await letters(cora.email, 2))[-1])
    await page.goto(link)
    await page.locator("#field-password").fill(NEW_PASSWORD)
    await button(page, "Save new password")
    await expect(page).to_have_url(re.compile(r"/login\?reset=done$"))
    cora.password = NEW_PASSWORD
    await page.goto(link)
    await expect(page.get_by_text("Your password is set already.")).to_be_visible()
    await page.get_by_role("main").get_by_role("link", name="Sign in").click()
    await sign_in(page, cora)
    await page.wait_for_url("**/customer")


@pytest.mark.parametrize("side", ["", "/designer", "/tailor"])
async def test_each_kind_of_account_is_made_by_its_form(page_for: PageFor, side: str) -> None:
    page = await page_for()
    await page.goto(f"/signup{side}")
    await page.get_by_label("Your name").fill("Newcomer")
    await page.get_by_label("E-mail").fill(f"new.{token_hex(4)}@example.com")
    await page.locator("#field-password").fill(PASSWORD)
    if side:
        await page.locator("label", has=page.locator("input[name=languages][value=ENGLISH]")).click()
        kind = "designNiches" if side == "/designer" else "skills"
        await page.locator("label", has=page.locator(f"input[name={kind}]")).first.click()
        await page.get_by_label("Where is your shop?").select_option(index=1)
        await page.get_by_label("Years of experience").fill("4")
    await button(page, "Create my account")
    await page.wait_for_url(f"**{side or '/customer'}")


async def test_the_settings_take_what_their_forms_send(people: People, page_for: PageFor, browsing: Browsing) -> None:
    browsing.forgive("status of 403")  # the socket is closed before the last page is there
    cora = await people.customer()
    page = await page_for(cora)
    await page.goto("/settings")
    await page.get_by_label("Your name").fill("Cora of Jayanagar")
    await button(page, "Save my profile")
    await expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    await expect(page.get_by_text(KEPT)).to_have_count(0)
    await button(page, "Send it again")
    await expect(page.get_by_text("We have sent a new e-mail.")).to_be_visible()
    await page.locator("form[action='/notifications/wishes'] [type=submit]").click()
    await expect(page.get_by_text("Your notification settings are saved.")).to_be_visible()
    await page.get_by_label("Current password").fill(cora.password)
    await page.locator("#field-newPassword").fill(NEW_PASSWORD)
    await button(page, "Change my password")
    await expect(page.get_by_text("Your password is changed.")).to_be_visible()
    await page.goto("/settings/leave")
    await page.locator("#field-password").fill(NEW_PASSWORD)
    await button(page, "Delete my account for good")
    await expect(page.get_by_text("Your account is deleted")).to_be_visible()
    assert (await cora.get("/api/auth/me")).status_code == 401


async def test_a_wardrobe_form_and_saved_replies(people: People, page_for: PageFor) -> None:
    cora, dina = await people.customer(), await people.designer()
    page = await page_for(cora)
    await page.goto("/customer/wardrobe")
    await page.locator("wardrobe-queue:defined input[type=file]").set_input_files([photo()])
    await expect(page.get_by_text("New in your wardrobe: 1").first).to_be_visible()
    assert len(await names(cora)) == 1
    await expect(page.get_by_text(KEPT)).to_have_count(0)

    hers = await page_for(dina)
    await hers.goto("/designer/chats/replies")
    await hers.locator("form textarea").first.fill("We open at ten.")
    await hers.locator("form:has(textarea) [type=submit]").first.click()
    await expect(hers.get_by_text("We open at ten.").first).to_be_visible()


# Row 3: the session ends while somebody writes


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
@pytest.mark.parametrize("where", [order_page, review_page, profile_page, settings_page])
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


# Row 11


async def test_a_second_sign_in_tab_leads_on(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    first = await page_for()
    second = await first.context.new_page()
    for page in (first, second):
        await page.goto("/login?next=/settings")
    for page in (first, second):
        await sign_in(page, cora)
        await page.wait_for_url("**/settings")


async def test_blocked_cookies_are_named(people: People, page_for: PageFor, browsing: Browsing) -> None:
    browsing.forgive("status of 403")
    cora = await people.customer()
    page = await page_for()
    await page.goto("/login")
    await page.context.clear_cookies()  # so it is in a browser that took none
    await sign_in(page, cora)
    await expect(page.get_by_role("alert")).to_contain_text("please allow cookies for this site")
    await expect(page.get_by_label("E-mail")).to_have_value(cora.email)
    await expect(page.locator("#field-password")).to_have_value("")
    await sign_in(page, cora)  # they are allowed now
    await page.wait_for_url("**/customer")


# Row 12: after Stop


@pytest.mark.parametrize("how", ["stop", "wait"])
async def test_a_form_can_be_sent_again_after_stop(people: People, page_for: PageFor, how: str) -> None:
    cora = await people.customer("Cora")
    page = await page_for(cora)
    await page.goto("/settings")
    await page.wait_for_selector("html.scripted")
    held: list[Route] = []
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    async def hold(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            await route.continue_()

    await page.route("**/settings/profile", hold)
    await page.get_by_label("Your name").fill("Cora Twice")
    await page.evaluate(PRESSES, 600 if how == "stop" else 0)  # Playwright itself waits for the way to end
    await expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert told == ["busy", "pressed again", "not busy any more", "pressed again"]
    assert len(held) == 2, "a press while it is on its way sends nothing"
    assert (await cora.me())["name"] == "Cora Twice"


PRESSES = """(stopAt) => {
  const send = document.querySelector("form[action='/settings/profile'] [type=submit]");
  const isBusy = () => send.hasAttribute("aria-busy");
  const again = () => { console.log("pressed again"); send.click(); };
  setTimeout(() => send.click(), 10);
  setTimeout(() => { if (isBusy()) console.log("busy"); again(); }, 300);
  if (stopAt) setTimeout(() => window.stop(), stopAt);
  const begun = performance.now();
  const watch = setInterval(() => {
    if (isBusy() || performance.now() - begun < 500) return;
    clearInterval(watch);
    console.log(performance.now() - begun < (stopAt ? 2000 : 11000) ? "not busy any more" : "too late");
    again();
  }, 50);
}"""


# Row 16: the Enter key


async def test_on_glass_enter_begins_a_line_and_the_button_sends(pair: Any, chat: str, page_for: PageFor) -> None:
    cora, _, _ = pair
    page = await page_for(cora, has_touch=True, is_mobile=True)
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    field = page.get_by_label(re.compile("^Write to"))
    await expect(field).to_have_js_property("enterKeyHint", "enter")
    await field.tap()
    await page.keyboard.type("one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await expect(field).to_have_value("one\ntwo")
    await page.get_by_role("button", name="Send").tap()
    await expect(page.locator(".bubble[data-state=stored]")).to_have_count(1)
    await expect(bubbles(page)).to_have_count(1)
    assert await said_in(cora, chat) == ["one\ntwo"]


async def test_on_a_desktop_enter_sends_unless_the_setting_says_otherwise(
    pair: Any, chat: str, page_for: PageFor
) -> None:
    cora, _, _ = pair
    page = await page_for(cora, viewport={"width": 1440, "height": 900})
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    field = page.get_by_label(re.compile("^Write to"))
    await expect(field).to_have_js_property("enterKeyHint", "send")
    await field.fill("sent")
    await page.keyboard.press("Enter")
    await expect(bubbles(page)).to_have_count(1)
    await page.goto("/settings#appearance")
    await button(page, "New line")
    await expect(page.get_by_role("button", name="New line")).to_have_attribute("aria-pressed", "true")
    await page.goto(f"/customer/chats/{chat}")
    await connected(page)
    await expect(field).to_have_js_property("enterKeyHint", "enter")
    await field.fill("one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await expect(field).to_have_value("one\ntwo")
    await page.keyboard.press("Control+Enter")
    await expect(bubbles(page)).to_have_count(2)
