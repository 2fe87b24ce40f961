"""A page speaks the reader's language, in a script that fits on it."""

import pytest

from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.i18n import offered_locales, use_language
from tests.conftest import PageFor
from tests.support.sweeps import sweep

SCRIPTS = {"hi": "devanagari", "kn": "kannada", "ta": "tamil", "te": "telugu"}
LINE = "Clothes made for you, by someone you can talk to"


@pytest.mark.browser
@pytest.mark.parametrize("code", sweep(code for code in offered_locales() if code != "en"))
async def test_a_browser_that_asks_for_a_language_gets_it_with_its_letters(page_for: PageFor, code: str) -> None:
    page = await page_for(locale=f"{code}-IN")
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url) if request.resource_type == "font" else None)
    await page.goto("/", wait_until="networkidle")
    with use_language(code):
        assert await page.get_by_role("heading", level=1).inner_text() == _(LINE)
    assert await page.evaluate("document.documentElement.lang") == code
    assert [name for name in SCRIPTS.values() if any(name in url for url in fonts)] == [SCRIPTS[code]]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
async def test_a_visitor_chooses_a_language_and_keeps_it(page_for: PageFor) -> None:
    page = await page_for(viewport={"width": 1440, "height": 900})
    await page.goto("/")
    await page.locator("summary", has_text="English").click()
    await page.get_by_role("button", name="ಕನ್ನಡ").click()
    await page.wait_for_selector("html[lang=kn]")
    await page.goto("/customer/designers")
    assert await page.evaluate("document.documentElement.lang") == "kn"
