"""No page is wider than a phone of 320 pixels, whatever people typed: every field at its longest, in letters that do not break."""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.async_api import Page, async_playwright

from tests.browser.test_crawl import ENDS_THE_VISIT, PAGES, kind_of
from tests.media.bad_files import jpeg
from tests.support.browsing import Browsing, launch
from tests.support.people import People, Person
from tests.support.server import Server

pytestmark = pytest.mark.browser
PageFor = Callable[..., Awaitable[Page]]

LONGEST = {"latin": "W", "kannada": "ಕೌ"}
OF_A_KIND = 2
WIDE = """() => {
  const most = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= most) return []
  return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > most + 1)
    .slice(-4).map(e => `${e.localName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`)
    .concat(`page ${document.documentElement.scrollWidth}`)
}"""


class World:
    """Three people who fill every field to its end, and talk."""

    def __init__(self, letter: str) -> None:
        self.letter = letter

    def word(self, most: int) -> str:
        """One word of so many letters."""
        return (self.letter * most)[:most]

    async def settle(self, people: People) -> tuple[Person, Person, Person]:
        """Cora, Dina and Tariq with everything that a page can show."""
        name = self.word(100)
        # The last label is the longest that DNS allows.
        mail = f"{'w' * 50}.{{}}@{'w' * 60}.{'w' * 60}.example"
        cora = await people.customer(name=name, email=mail.format(f"c{id(self)}"), stylePreferences=[self.word(40)])
        usual: dict[str, Any] = {"name": name, "bio": self.word(2000), "phone": "+919845012345"}
        dina = await people.designer(**usual, email=mail.format(f"d{id(self)}"))
        tariq = await people.tailor(
            **usual, email=mail.format(f"t{id(self)}"), address=self.word(300), latitude=12.97, longitude=77.6
        )
        image = await self._image(dina)
        await _did(dina.post("/api/provider/portfolio", json={"imageUrl": image, "category": "BRIDAL", "description": self.word(1000), "budgetMin": 9_999_999_999}))  # fmt: skip
        await _did(tariq.post("/api/provider/sample-work", json={"imageUrl": await self._image(tariq), "description": self.word(1000)}))  # fmt: skip
        mine = {"imageUrl": await self._image(cora), "category": "DRESS", "name": self.word(120), "color": self.word(60), "brand": self.word(60)}  # fmt: skip
        await _did(cora.post("/api/chatbot/wardrobe", json=mine))
        for provider, role, path in ((dina, "designer", "design-requests"), (tariq, "tailor", "alterations")):
            await self._deal(cora, provider, role, path)
        return cora, dina, tariq

    async def _deal(self, cora: Person, provider: Person, role: str, path: str) -> None:
        profile = (await provider.get("/api/users/profile")).json()["data"][role]["id"]
        chat = (await _did(cora.post("/api/chat", json={f"{role}Id": profile})))["id"]
        await _did(cora.post("/api/chat/messages", json={"chatId": chat, "content": self.word(5000)}))
        await _did(
            provider.post("/api/chat/messages", json={"chatId": chat, "content": f"https://example.com/{'w' * 500}"})
        )
        wish = {f"{role}Id": profile, "description": self.word(5000), "imageUrl": await self._image(cora), "pins": [{"x": 0.5, "y": 0.5, "note": self.word(200)}]}  # fmt: skip
        request = (await _did(cora.post(f"/api/{path}", json=wish)))["id"]
        day = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
        quote = {"quotedPrice": 9_999_999_999, "promisedDate": day, "notes": self.word(5000)}
        await _did(provider.put(f"/api/{path}/{request}", json=quote))
        review = (await _did(cora.post("/api/reviews", json={f"{role}Id": profile, "rating": 5, "comment": self.word(2000)})))["id"]  # fmt: skip
        await _did(provider.post(f"/api/reviews/{review}/reply", json={"comment": self.word(2000)}))

    async def _image(self, owner: Person) -> str:
        kept = await _did(owner.post("/api/upload", files={"file": ("a.jpg", jpeg(), "image/jpeg")}))
        return str(kept["url"])


async def _did(asked: Awaitable[Any]) -> dict[str, Any]:
    answer = await asked
    assert answer.status_code in (200, 201), answer.text
    data: dict[str, Any] = json.loads(answer.text).get("data") or {}
    return data


STARTS = {
    "customer": ("/customer", "/customer/designers", "/customer/tailors", "/customer/designs", "/customer/wardrobe", "/customer/chats", "/customer/alterations", "/customer/design-requests", "/notifications", "/settings"),
    "designer": ("/designer", "/designer/requests", "/designer/chats", "/designer/portfolio", "/designer/profile", "/designer/reviews", "/notifications", "/settings"),
    "tailor": ("/tailor", "/tailor/requests", "/tailor/chats", "/tailor/sample-work", "/tailor/profile", "/tailor/reviews", "/notifications", "/settings"),
}  # fmt: skip


@pytest.mark.case("W07")
@pytest.mark.long
@pytest.mark.parametrize("letters", LONGEST)
async def test_no_page_is_wider_than_320(people: People, page_for: PageFor, letters: str) -> None:
    cora, dina, tariq = await World(LONGEST[letters]).settle(people)
    wide: list[str] = []
    for person, role in ((cora, "customer"), (dina, "designer"), (tariq, "tailor")):
        page = await page_for(person, viewport={"width": 320, "height": 640})
        wide += await _wide_pages(page, STARTS[role])
    assert not wide, "\n".join(wide)


VISITED = ("/", "/login", "/signup", "/signup/designer", "/signup/tailor", "/forgot-password", "/reset-password?token=x", "/verify-email?token=x", "/goodbye", "/customer", "/customer/designers", "/customer/tailors", "/customer/designs", "/nothing-here")  # fmt: skip


@pytest.mark.case("W07")
@pytest.mark.long
@pytest.mark.parametrize("letters", LONGEST)
async def test_no_page_of_a_visitor_is_wider_than_320(
    people: People, page_for: PageFor, browsing: Browsing, letters: str
) -> None:
    """Also not while a form shows what was wrong with the longest that could be typed into it."""
    browsing.forgive("reset-password", "verify-email", "nothing-here", "422", "401")
    world = World(LONGEST[letters])
    await world.settle(people)
    page = await page_for(None, viewport={"width": 320, "height": 640})
    wide = await _wide_pages(page, VISITED)
    for place in ("/login", "/signup", "/signup/designer", "/signup/tailor", "/forgot-password"):
        await page.goto(place)
        await page.evaluate(FILL, world.word(128))
        await page.locator("main form [type=submit]").first.click()
        await page.wait_for_selector(".error-summary, .notice, [aria-invalid]")
        wide += [f"{place} refused: {found}" for found in await page.evaluate(WIDE)]
    assert not wide, "\n".join(wide)


@pytest.mark.case("W07")
@pytest.mark.long
async def test_no_page_is_wider_with_letters_twice_as_large(people: People, server: Server) -> None:
    """As people set it in their browser; in English words, for one of 100 letters fits nowhere."""
    cora, dina, _tariq = await World("Ab cde ").settle(people)
    wide: list[str] = []
    async with async_playwright() as playwright:
        browser = await launch(playwright, flags=["--blink-settings=defaultFontSize=32"])
        browsing = Browsing(browser, server.url)
        for person, starts in ((None, VISITED), (cora, STARTS["customer"]), (dina, STARTS["designer"])):
            page = await browsing.page_for(person, viewport={"width": 390, "height": 844})
            for start in starts:
                await page.goto(start)
                wide += [f"{start}: {found}" for found in await page.evaluate(WIDE)]
        await browsing.close()
        await browser.close()
    assert not wide, "\n".join(wide)


FILL = """(word) => {
  for (const form of document.forms) form.noValidate = true
  for (const field of document.querySelectorAll("main form :is(input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=password], textarea)"))
    field.value = field.type === "email" ? word.slice(0, 60) + " @" + word.slice(0, 60) : word.slice(0, field.maxLength > 0 ? field.maxLength : 128)
}"""
OPENED = """() => {
  const wide = []
  for (const details of document.querySelectorAll("details")) details.open = true
  for (const dialog of document.querySelectorAll("dialog")) {
    if (!dialog.open) dialog.showModal()
    if (dialog.scrollWidth > dialog.clientWidth + 1 || dialog.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      wide.push(`dialog ${dialog.id}.${dialog.className} ${dialog.scrollWidth} in ${dialog.clientWidth}`)
    dialog.close()
  }
  for (const popover of document.querySelectorAll("[popover]")) {
    popover.showPopover()
    const box = popover.getBoundingClientRect()
    if (box.right > document.documentElement.clientWidth + 1 || box.left < -1) wide.push(`popover ${popover.id} ${box.left} to ${box.right}`)
    popover.hidePopover()
  }
  return wide
}"""


async def _wide_pages(page: Page, starts: tuple[str, ...]) -> list[str]:
    wide: list[str] = []
    seen: dict[str, int] = {}
    asked: set[str] = set()
    await page.goto(starts[0])
    waiting = deque(urljoin(page.url, start) for start in starts)
    own = page.url.split("/", 3)[2]
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if (
            address in asked
            or seen.get(kind, 0) >= OF_A_KIND
            or ENDS_THE_VISIT.search(address)
            or f"{own}/media/" in address
            or own not in address
        ):
            continue
        asked.add(address)
        seen[kind] = seen.get(kind, 0) + 1
        answer = await page.goto(address, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found = [*await page.evaluate(WIDE), *await page.evaluate(OPENED), *await page.evaluate(WIDE)]
        if found:
            wide.append(f"{address}: {'; '.join(found)}")
        waiting += [
            link.split("#")[0] for link in await page.eval_on_selector_all(PAGES, "links => links.map(a => a.href)")
        ]
    return wide
