"""The page of designs: a grid or list that loads more on scroll, or page by page without scripts."""

from litestar import Response, get

from neural_threads.features.catalog.designs.queries import find_designs
from neural_threads.features.portfolio.shapes import PortfolioCategory, label
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.web.catalog.designers.pages import customer_here
from neural_threads.web.catalog.filters import budget_in_words
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .search_state import PATH, DesignSearchState

REGIONS = {"designs": "catalog/designs/region.html", "older": "catalog/designs/cards.html"}


@get(PATH, include_in_schema=False)
async def designs_page(visit: RequestContext, browser: InQuery[DesignSearchState]) -> Response[str]:
    """Designs by category, price and words; htmx gets only the region it replaces, or only what comes next."""
    async with public_reading() as db:
        result = await find_designs(db, visit.me, browser.wanted)
        me = await customer_here(db, visit)
    answer = page(
        visit,
        REGIONS.get(visit.region, "catalog/designs/designs.html"),
        422 if browser.wrong else 200,
        browser=browser,
        designs=result.designs,
        older=browser.href(cursor=result.next_cursor) if result.next_cursor else None,
        mine=browser.mine(me),
        categories=list(PortfolioCategory),
        said=label,
        budget_in_words=budget_in_words,
    )
    if visit.is_htmx and not browser.wanted.cursor:
        answer.headers["HX-Push-Url"] = browser.here
    return answer


handlers = [designs_page]
