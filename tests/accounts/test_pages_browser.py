"""The door and the settings in a real browser: by keyboard, for screen readers, on a phone."""

from secrets import token_hex

import pytest

from neural_threads.platform.i18n import LOCALE_OF, offered_locales
from tests.support.browsing import is_for_everybody
from tests.support.people import PASSWORD
from tests.support.sweeps import sweep

pytestmark = pytest.mark.browser
DOOR = ["/login", "/signup", "/signup/designer", "/signup/tailor", "/forgot-password"]


@pytest.mark.parametrize("path", DOOR)
async def test_axe_finds_nothing_at_the_door(page_for, path):
    page = await page_for()
    await page.goto(path)
    await is_for_everybody(page)


@pytest.mark.parametrize("who", sweep(["customer", "designer", "tailor"]))
async def test_axe_finds_nothing_in_the_settings(people, page_for, who):
    page = await page_for(await getattr(people, who)())
    await page.goto("/settings")
    await is_for_everybody(page)


@pytest.mark.long
async def test_axe_finds_nothing_among_mistakes(page_for):
    page = await page_for()
    await page.goto("/signup")
    await page.get_by_label("Your name").fill("C")
    await page.get_by_label("E-mail").fill("c@c.in")
    await page.locator("#field-password").fill("password123")
    await page.get_by_role("button", name="Create my account").click()
    await page.wait_for_selector(".error-summary")
    assert await page.evaluate("document.activeElement.className") == "error-summary"
    await is_for_everybody(page)
    await page.get_by_role("link", name="Password: Too many people").click()
    assert await page.evaluate("document.activeElement.id") == "field-password"


async def test_cora_signs_up_with_the_keyboard_alone(page_for):
    page = await page_for(viewport={"width": 1280, "height": 800})
    await page.goto("/signup")
    await page.get_by_label("Your name").focus()
    email = f"keys.{token_hex(4)}@example.com"
    for text in ("Cora", email, PASSWORD):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # The eye beside the password, which now shows it and has the focus.
    assert await page.locator("#field-password").get_attribute("type") == "text"
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customer**")
    await page.goto("/settings")
    assert await page.get_by_label("Your name").input_value() == "Cora"


async def test_somebody_without_scripts_gets_in_and_out(people, page_for):
    cora = await people.customer()
    page = await page_for(java_script_enabled=False)
    await page.goto("/settings")
    assert "/login?next=" in page.url
    await page.get_by_label("E-mail").fill(cora.email)
    await page.locator("#field-password").fill(cora.password)
    await page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/settings")
    await page.get_by_label("Your name").fill("Cora Rao")
    await page.get_by_role("button", name="Save my profile").click()
    assert await page.get_by_text("Your profile is saved.").is_visible()
    assert (await cora.me())["name"] == "Cora Rao"


TOO_WIDE = """() => [...document.querySelectorAll('main *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('svg, .subnav'))
  .map(e => e.outerHTML.slice(0, 90))"""
TOO_SMALL = """() => [...document.querySelectorAll('main :is(a, button, input:not([type=hidden]), select, summary)')]
  .filter(e => e.checkVisibility() && !e.closest('.choice, .switch') && e.getBoundingClientRect().height < 24)
  .map(e => e.outerHTML.slice(0, 90))"""


# Tamil has the longest words.
@pytest.mark.long
@pytest.mark.parametrize("codes", [["ta"], pytest.param(offered_locales(), marks=pytest.mark.long)], ids=["ta", "all"])
async def test_nothing_sticks_out_on_a_small_phone_in_any_language(people, page_for, codes):
    cora, tariq = await people.customer(), await people.tailor()
    visitors, coras, tariqs = [
        await page_for(who, viewport={"width": 360, "height": 640}) for who in (None, cora, tariq)
    ]
    for code in codes:
        language = next(name for name, spoken in LOCALE_OF.items() if spoken == code)
        for person in (cora, tariq):
            await person.put("/api/users/profile", json={"languagePreference": language})
        await visitors.context.add_cookies([{"name": "locale", "value": code, "url": cora.url}])
        for page, path in [(visitors, path) for path in DOOR] + [(coras, "/settings"), (tariqs, "/settings")]:
            await page.goto(path)
            assert await page.locator("html").get_attribute("lang") == code
            assert not await page.evaluate(TOO_WIDE), f"{path} in {code}"
            assert not await page.evaluate(TOO_SMALL), f"{path} in {code}"
