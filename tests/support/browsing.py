"""Browser journeys: one Chromium per worker, one context per person, and a page that complains fails its test."""

import os
import re
from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, expect

from neural_threads.local.system_packages import find_browser

from .people import Anonymous

# Answers that a journey may well provoke; the browser reports them on its console like faults of the page.
_EXPECTED = re.compile(r"server responded with a status of (401|409|413|415|422|429)\b")
# People whom other tests made carry pictures that were never drawn.
_NEVER_DRAWN = re.compile(r"status of 404\b.*/media/test/")
# Chromium's own word for a page that was quicker than its transition; nobody sees anything of it.
_HARMLESS = re.compile(r"script error: Transition was (aborted|skipped)")

# Milliseconds; nobody waits longer than it takes, so that a slow machine only makes a test slow.
_PATIENCE = 30_000
expect.set_options(timeout=_PATIENCE)


async def launch(playwright: Playwright, *, windowless: bool = True, flags: Iterable[str] = ()) -> Browser:
    """The system's Chromium, the quicker one unless its windows are needed; Playwright's own where the system has none."""
    arguments = ["--disable-dev-shm-usage", "--font-render-hinting=none", *flags]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return await playwright.chromium.launch(executable_path=find_browser(windowless=windowless), args=arguments)


class Browsing:
    """Opens pages for people and remembers everything that a page complained about."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self.url = url
        self.complaints: list[str] = []
        self._forgiven: list[re.Pattern[str]] = [_EXPECTED, _NEVER_DRAWN, _HARMLESS]
        self._contexts: list[BrowserContext] = []

    async def page_for(self, person: Anonymous | None = None, *, server: str = "", **options: Any) -> Page:
        """A page in a context of its own, signed in as this person; `options` are Playwright's for a context."""
        usual = {"viewport": {"width": 390, "height": 844}, "locale": "en-IN", "timezone_id": "Asia/Kolkata"}
        context = await self._browser.new_context(base_url=server or self.url, **(usual | options))
        context.set_default_timeout(_PATIENCE)
        self._contexts.append(context)
        if person:
            await self.sign_in(context, person)
        page = await context.new_page()
        self._listen(page)
        return page

    async def sign_in(self, context: BrowserContext, person: Anonymous) -> None:
        """Give the context this person's cookies."""
        await context.add_cookies(
            [
                {"name": c.name, "value": c.value or "", "url": person.url, "httpOnly": True, "sameSite": "Lax"}
                for c in person.cookies.jar
            ]
        )

    def forgive(self, *patterns: str) -> None:
        """Complaints that this test provokes on purpose, as regular expressions."""
        self._forgiven += [re.compile(pattern) for pattern in patterns]

    def unforgiven(self) -> list[str]:
        """Complaints that nobody expected."""
        return [said for said in self.complaints if not any(pattern.search(said) for pattern in self._forgiven)]

    async def close(self) -> None:
        """Close every context."""
        for context in self._contexts:
            await context.close()

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("response", self._answered)
        page.on("popup", self._listen)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} from {response.url}")


# Without transitions every colour is where it belongs at once, also in what lies below the fold and is drawn only when axe asks.
_STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important }');
  document.adoptedStyleSheets.push(still);
}"""
_MOVING = "() => document.adoptedStyleSheets.pop()"
# What of axe's rules depends on colours; by night only these are asked again.
_RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]


async def findings(page: Page, **options: Any) -> list[str]:
    """Return what axe finds in what the page shows now: the rule, and the element that breaks it."""
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(AXE_SCRIPT)
    # Nothing is fetched beforehand: that is for rules about videos, and we have none.
    asked = {"resultTypes": ["violations"], "preload": False} | options
    violations = await page.evaluate("async (asked) => (await axe.run(asked)).violations", asked)
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


async def is_for_everybody(page: Page) -> None:
    """Assert that axe finds nothing in what the page shows now, by day and by night, and that it is no wider than its screen."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than its screen"
    await page.evaluate(_STILL)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert not (found := await findings(page)), f"{page.url} by day:\n{listed(found)}"
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not (found := await findings(page, runOnly=_RULES_OF_COLOUR)), f"{page.url} by night:\n{listed(found)}"
    await page.emulate_media(color_scheme="null", reduced_motion="null")
    await page.evaluate(_MOVING)


def listed(lines: Iterable[str]) -> str:
    """One complaint a line."""
    return "\n".join(f"  {line}" for line in lines)
