"""At 320 pixels no word is broken, no label of a tab touches another and no button leaves its card, in five languages."""

from typing import Any

import pytest
from playwright.async_api import Page

from neural_threads.platform.db import Db
from tests.conftest import PageFor
from tests.factories.orders import DESIGN, asked, person
from tests.factories.portfolio import PORTFOLIO, hung
from tests.support.people import People

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "hi", "kn", "ta", "te")
PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
# A word of our own on two lines, where no hyphen parts it; people's own words may be of any length.
FAULTS = r"""() => {
  const faults = [], bar = document.querySelector(".tabs").getBoundingClientRect()
  const boxOf = (node, from = 0, to = node.length) => {
    const range = document.createRange()
    range.setStart(node, from)
    range.setEnd(node, to)
    return range
  }
  let before = bar.left
  for (const label of document.querySelectorAll(".tabs a > span:last-child")) {
    const box = boxOf(label.firstChild).getBoundingClientRect()
    if (box.left < before || box.right > bar.right || box.bottom > bar.bottom) faults.push(`tab ${label.textContent}`)
    before = box.right
  }
  for (const part of document.querySelectorAll("h1, h2, .stepper span, .home-figure :is(a, span), .hero-talk p, .results-count")) {
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const text = texts.currentNode
      for (const word of text.data.matchAll(/[^\s\u200b\-–—/]+/g)) {
        if (word[0].includes("\u00ad")) continue
        const range = boxOf(text, word.index, word.index + word[0].length)
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.bottom / 4)))
        if (lines.size > 1 && !text.parentElement.closest("bdi, .hidden-text")) faults.push(`broken ${word[0]}`)
      }
    }
  }
  for (const card of document.querySelectorAll(".portfolio-item")) {
    const edge = card.getBoundingClientRect()
    for (const button of card.querySelectorAll(".btn")) {
      const box = button.getBoundingClientRect()
      if (!box.width) continue
      if (box.right > edge.right || box.left < edge.left || box.bottom > edge.bottom) faults.push(`outside ${button.title}`)
      if (box.width < 44 || box.height < 44) faults.push(`small ${button.title}`)
    }
  }
  return faults
}"""


SPEAK = """async (code) => {
  const form = new URLSearchParams(new FormData(document.querySelector('form[action="/settings/appearance"]')))
  form.set("locale", code)
  await fetch("/settings/appearance", {method: "POST", body: form})
}"""


async def faults(page: Page, paths: tuple[str, ...]) -> list[str]:
    """What is wrong on these pages, in each language."""
    found: list[str] = []
    for code in LANGUAGES:
        await page.goto("/settings")
        await page.evaluate(SPEAK, code)
        for path in paths:
            await page.goto(path)
            assert await page.evaluate("document.fonts.ready.then(() => document.documentElement.lang)") == code
            found += [f"{code} {path}: {fault}" for fault in await page.evaluate(FAULTS)]
    return found


async def test_words_stay_whole_and_buttons_inside_on_the_narrowest_phones(
    people: People, page_for: PageFor, db: Db
) -> None:
    cora, dina = await people.customer("Cora Nair"), await people.designer("Dina Rao")
    for _ in range(3):
        await hung(db, dina, PORTFOLIO)
    request = await asked(DESIGN, await person(cora), await person(dina), "IN_PROGRESS")
    hers = ("/customer", "/customer/designers", "/customer/design-requests", f"/customer/design-requests/{request.id}")
    theirs = ("/designer", "/designer/requests", f"/designer/requests/{request.id}", "/designer/portfolio")
    broken = await faults(await page_for(cora, **PHONE), hers)
    broken += await faults(await page_for(dina, **PHONE), theirs)
    assert not broken, "\n".join(broken)
