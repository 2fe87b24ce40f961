"""Nothing on any page leads nowhere: every link is followed, every form has somebody to answer, every button does something."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.async_api import Page

from neural_threads.web.app import routes
from tests.support.browsing import Browsing
from tests.support.people import People

STARTS = {
    "visitor": ("/", "/login", "/signup", "/customer/designers"),
    "cora": ("/customer", "/settings", "/notifications"),
    "dina": ("/designer", "/settings", "/notifications"),
    "tariq": ("/tailor", "/settings", "/notifications"),
}
# As many pages of one kind as show all that such pages can hold; ten thousand designers look alike.
OF_A_KIND = 2
AN_ID = re.compile(r"/c[0-9a-z]{20,}|/demo-[0-9a-z-]+")
ENDS_THE_VISIT = re.compile(r"logout|sign-out")

LINKS = "links => links.map(a => a.href)"
FILES = "a[href][download]"
PAGES = "a[href]:not([download])"
FORMS = "forms => forms.map(f => ({to: f.action, how: f.method}))"
# A signature that is the same for the heart on every card, so that one of each is pressed. Pins of a map lie over one
# another: one of them is pressed, by the keyboard.
BUTTONS = """buttons => buttons.filter(b => b.checkVisibility() && !b.disabled).map(b => {
  b.dataset.crawl = b.dataset.crawl || Math.random().toString(36).slice(2)
  const form = b.type === "submit" ? b.form : null
  const isPin = b.matches(".leaflet-marker-icon")
  return {id: b.dataset.crawl, submits: Boolean(form), isPin,
          sign: isPin ? "a pin" : [b.className, b.ariaLabel || b.textContent.trim().replace(/\\d+/g, "#").slice(0, 30)].join("|")}
})"""
WATCH = """() => {
  window.crawlSaw = []
  const saw = what => window.crawlSaw.push(what)
  new MutationObserver(changes => saw(changes.length)).observe(document.documentElement,
    {subtree: true, childList: true, attributes: true, characterData: true})
  for (const event of ["toggle", "close", "cancel", "scroll", "focusin", "popstate"])
    document.addEventListener(event, () => saw(event), {capture: true})
}"""


def kind_of(address: str) -> str:
    """The pattern of an address: its path with ids taken out, and the names of its parameters."""
    parts = urlsplit(address)
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&")})
    return AN_ID.sub("/*", parts.path) + "?" + "&".join(names)


@pytest.mark.long
@pytest.mark.parametrize("who", STARTS)
async def test_no_link_is_dead_and_no_button_deaf(who, demo_server, people_at, browser):
    people: People = people_at(demo_server)
    person = None if who == "visitor" else await people.demo(f"{who}@example.com")
    browsing = Browsing(browser, demo_server.url)
    page = await browsing.page_for(person, viewport={"width": 1440, "height": 900})
    crawl = Crawl(page, demo_server.url)
    try:
        await crawl.walk(STARTS[who])
    finally:
        await browsing.close()
    assert not crawl.dead, "\n".join(crawl.dead)
    assert len(crawl.seen) >= 4, f"only {sorted(crawl.seen)} were reached"


class Crawl:
    """Walks from page to page as far as links lead, and tries what it finds."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.seen: dict[str, int] = {}
        self.dead: list[str] = []
        self._asked: set[str] = set()
        self._pressed: set[str] = set()
        self._answered = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^?]+", path) + "$"), methods.split()) for path, methods, _ in routes()
        ]

    async def walk(self, starts: tuple[str, ...]) -> None:
        """Breadth first, some pages of each kind."""
        waiting = deque((urljoin(self.url, start), "the start") for start in starts)
        while waiting:
            address, found_on = waiting.popleft()
            kind = kind_of(address)
            if address in self._asked or self.seen.get(kind, 0) >= OF_A_KIND or ENDS_THE_VISIT.search(address):
                continue
            self._asked.add(address)
            self.seen[kind] = self.seen.get(kind, 0) + 1
            for link in await self._look_at(address, found_on):
                if link.startswith(self.url):
                    waiting.append((link.split("#")[0], address))

    async def _look_at(self, address: str, found_on: str) -> list[str]:
        answer = await self.page.goto(address, wait_until="load")
        if answer is None or answer.status >= 400:
            self.dead.append(f"{address} (found on {found_on}) answers {answer and answer.status}")
            return []
        if "text/html" not in answer.headers.get("content-type", ""):
            return []
        links: list[str] = await self.page.eval_on_selector_all(PAGES, LINKS)
        for file in await self.page.eval_on_selector_all(FILES, LINKS):
            await self._download(file, address)
        for form in await self.page.eval_on_selector_all("form", FORMS):
            if not self._has_answer(form["to"], form["how"].upper()):
                self.dead.append(f"{address}: the form {form['how']} {form['to']} has nobody to answer")
        if self.seen[kind_of(address)] == 1:
            await self._press_buttons(address)
        return links

    async def _download(self, address: str, found_on: str) -> None:
        if address in self._asked:
            return
        self._asked.add(address)
        answer = await self.page.request.get(address)
        if not answer.ok or not await answer.body():
            self.dead.append(f"{address} (found on {found_on}) answers {answer.status}")

    def _has_answer(self, address: str, method: str) -> bool:
        if method == "DIALOG":
            return True
        path = urlsplit(address).path
        return any(pattern.match(path) and method in methods for pattern, methods in self._answered)

    async def _press_buttons(self, address: str) -> None:
        """Press one of each kind that submits no form; something on the page must stir."""
        for _ in range(40):
            buttons = await self.page.eval_on_selector_all("button, [role=button], summary", BUTTONS)
            new = next((b for b in buttons if not b["submits"] and b["sign"] not in self._pressed), None)
            if new is None:
                return
            self._pressed.add(new["sign"])
            await self.page.evaluate(WATCH)
            button = self.page.locator(f"[data-crawl='{new['id']}']")
            await (button.press("Enter", timeout=3000) if new["isPin"] else button.click(timeout=3000))
            await self.page.wait_for_timeout(150)
            stirred = await self.page.evaluate("() => window.crawlSaw === undefined || window.crawlSaw.length > 0")
            if not stirred:
                self.dead.append(f"{address}: the button {new['sign']!r} does nothing")
            await self.page.goto(address, wait_until="load")
