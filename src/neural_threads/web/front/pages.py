"""GET /"""

from typing import NamedTuple

from litestar import Response, get
from litestar.response import Redirect

from neural_threads.features.accounts.enums import Niche
from neural_threads.features.catalog.designers.queries import count_designers, find_designers, read_cards, words_of_list
from neural_threads.features.catalog.designers.shapes import Designer, DesignerSearch, SortBy
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.cache import public_cache
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

LOVED = DesignerSearch(niche=(Niche.BRIDAL, Niche.ETHNIC), sort_by=SortBy.REVIEWS, limit=6)
EVERYBODY = DesignerSearch()


class Window(NamedTuple):
    """The shop window: three people with their cards, pictures for the top, and how many there are in all."""

    designers: list[Designer]
    pictures: list[str]
    total: int
    words: frozenset[str]
    """At which another window is to be dressed."""


@get("/", include_in_schema=False)
async def front_page(visit: RequestContext) -> Response[str] | Redirect:
    """Show the front page with providers of the catalogue. Whoever is signed in goes home."""
    if visit.me:
        return Redirect(visit.me.role.home, status_code=303)
    window: Window = await public_cache.remember("front", dress_window, lambda _: 20_000, lambda window: window.words)
    return page(visit, "front/front.html", **window._asdict(), said=label)


async def dress_window() -> Window:
    """Those with most reviews; the top shows other people's items than the cards, if there are enough."""
    async with public_reading() as db:
        loved = read_cards(await find_designers(db, None, LOVED))
        total = (await count_designers(db, None, EVERYBODY)).total
    images = [designer.portfolio_items[0].image_url for designer in loved[3:] + loved[:3] if designer.portfolio_items]
    words = words_of_list(loved, names=False) | {"designers facets"}
    return Window(loved[:3], images[:2], total, words)


handlers = [front_page]
