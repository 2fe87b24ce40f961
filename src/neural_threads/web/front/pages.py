"""GET /"""

from litestar import Response, get
from litestar.response import Redirect

from neural_threads.features.marketplace.queries import count_designers, find_designers, read_cards
from neural_threads.features.marketplace.shapes import DesignerSearch, said
from neural_threads.platform.db import reading
from neural_threads.web.guards import Visit
from neural_threads.web.render import page

SHOWN = DesignerSearch(limit=6)


@get("/", include_in_schema=False)
async def front_page(visit: Visit) -> Response[str] | Redirect:
    """What this is, in one line, with real people from the catalogue. Whoever is signed in goes home."""
    if visit.me:
        return Redirect(visit.me.role.home, status_code=303)
    async with reading() as db:
        designers = read_cards(await find_designers(db, None, SHOWN))
        total = await count_designers(db, None, SHOWN)
    return page(visit, "front/front.html", designers=designers[:3], more=designers[3:], total=total, said=said)


handlers = [front_page]
