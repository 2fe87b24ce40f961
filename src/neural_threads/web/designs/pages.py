"""The page of all designs: a grid or a list that grows as one scrolls, or turns its pages without scripts."""

from typing import Any

from litestar import Request, Response, get

from neural_threads.features.designs.queries import find_designs
from neural_threads.features.marketplace.shapes import PortfolioCategory, said
from neural_threads.platform.db import reading
from neural_threads.web.guards import Visit
from neural_threads.web.marketplace.finder import budget_in_words
from neural_threads.web.marketplace.pages import customer_here
from neural_threads.web.render import page

from .browser import PLACE, Browser

Question = Request[Any, Any, Any]


@get(PLACE, include_in_schema=False)
async def designs_page(request: Question, visit: Visit) -> Response[str]:
    """Designs by category, price and words; htmx gets only the region it replaces, or only what comes next."""
    browser = Browser.of(request.query_params.multi_items())
    async with reading() as db:
        found = await find_designs(db, visit.me, browser.wanted)
        me = await customer_here(db, visit)
    answer = page(
        visit,
        _template(request, visit),
        422 if browser.wrong else 200,
        browser=browser,
        designs=found.designs,
        older=browser.href(cursor=found.next_cursor) if found.next_cursor else None,
        mine=browser.mine(me),
        categories=list(PortfolioCategory),
        said=said,
        budget_in_words=budget_in_words,
    )
    if visit.is_htmx and not browser.wanted.cursor:
        answer.headers["HX-Push-Url"] = browser.here
    return answer


def _template(request: Question, visit: Visit) -> str:
    target = request.headers.get("HX-Target") if visit.is_htmx else None
    if request.headers.get("HX-History-Restore-Request"):
        target = None
    return {"designs": "designs/region.html", "older": "designs/cards.html"}.get(target or "", "designs/designs.html")


handlers = [designs_page]
