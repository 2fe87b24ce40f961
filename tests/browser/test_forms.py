"""Every form, driven as a person drives it: from the mail in the outbox on, after Stop, on a phone."""

import re
from secrets import token_hex
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.accounts.conftest import Letters, letters, link_in  # noqa: F401  fixture
from tests.conftest import PageFor
from tests.factories.wardrobe import names
from tests.support.browsing import Browsing
from tests.support.chat_pages import bubbles, connected, said_in
from tests.support.form_pages import KEPT, button, photo, sign_in
from tests.support.people import PASSWORD, People
from tests.support.sweeps import sweep

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
NEW_PASSWORD = "eight quiet looms"


# Row 1: from the letter on


@pytest.mark.parametrize("scripts", sweep([True, False]), ids=["with scripts", "without"])
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


@pytest.mark.parametrize("scripts", sweep([True, False]), ids=["with scripts", "without"])
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


# Row 11


@pytest.mark.long
async def test_a_second_sign_in_tab_leads_on(people: People, page_for: PageFor) -> None:
    cora = await people.customer()
    first = await page_for()
    second = await first.context.new_page()
    for page in (first, second):
        await page.goto("/login?next=/settings")
    for page in (first, second):
        await sign_in(page, cora)
        await page.wait_for_url("**/settings")


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.parametrize("how", sweep(["stop", "wait"]))
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


@pytest.mark.long
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
