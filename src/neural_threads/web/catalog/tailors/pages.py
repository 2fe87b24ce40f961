"""Pages of tailors: list, map, profile."""

from collections.abc import Iterable
from typing import Any, Self

from litestar import Request, Response, get

from neural_threads.features.catalog.designs.queries import has_designs
from neural_threads.features.catalog.pagination import Pagination
from neural_threads.features.catalog.tailors.queries import (
    count_facets,
    count_forgivingly,
    find_tailors,
    read_tailor,
    read_tailors,
    spot_for,
    tailor_for,
)
from neural_threads.features.catalog.tailors.shapes import Spot, Standpoint, TailorProfile
from neural_threads.features.notifications.inbox import notify_of_profile_view
from neural_threads.features.orders.kinds import ALTERATION
from neural_threads.features.portfolio.shapes import label
from neural_threads.platform.cache import public_cache
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, transaction
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.platform.errors import Invalid
from neural_threads.platform.serialization.decode import decode_query
from neural_threads.web.catalog.map_tiles import with_tiles
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.response_cache import count_look
from neural_threads.web.reviews.region import reviews_region
from neural_threads.web.templates.render import page

from .api import may_see_contacts
from .search_state import PATH, TailorSearchState, circles, languages, places, skills

HttpRequest = Request[Any, Any, Any]
REGIONS = {"results": "catalog/tailors/results.html", "discover": "catalog/tailors/region.html"}


@get(PATH, include_in_schema=False)
async def tailors_page(
    request: HttpRequest, visit: RequestContext, finder: InQuery[TailorSearchState]
) -> Response[str]:
    """Tailors, filtered and ordered, beside a map of where they are; htmx gets only the region it replaces."""
    async with public_reading() as db:
        finder, spot = await _standing(db, visit, finder)
        target = finder.wanted
        knows = await may_see_contacts(visit, target)
        meant, tally = await count_forgivingly(db, target, spot)
        result = read_tailors(await find_tailors(db, meant, spot, tally, knows=knows))
        facets = await count_facets(db)
        is_garment = not tally.total and await has_designs(db, finder.wanted.search)
    answer = page(
        visit,
        REGIONS.get(visit.region, "catalog/tailors/tailors.html"),
        422 if finder.wrong else 200,
        finder=finder,
        spot=spot,
        tailors=result,
        pagination=Pagination.of(target.page, target.page_size, tally.total),
        is_least=tally.is_least,
        has_designs=is_garment,
        spelled=None if meant is target else meant.search,
        facets=facets,
        skills=skills(facets),
        locations=places(facets),
        spoken=languages(),
        circles=circles(),
        said=label,
        by_link=request.headers.get("HX-Boosted") == "true",
    )
    if visit.is_htmx:
        answer.headers["HX-Push-Url"] = finder.here
    return with_tiles(visit, answer)


class SharedStandpoint(Standpoint, frozen=True, kw_only=True):
    """The place to measure distances from, in the address of a profile; one that cannot be read is none."""

    @classmethod
    def from_query(cls, query: Iterable[tuple[str, str]]) -> Self:
        """Read an address bar."""
        try:
            return decode_query(query, cls)
        except Invalid:
            return cls()


@get(PATH + "/{tailor_id:str}", include_in_schema=False)
async def tailor_page(
    request: HttpRequest, visit: RequestContext, tailor_id: str, standpoint: InQuery[SharedStandpoint]
) -> Response[str]:
    """One tailor: what they can do, sample work, where the shop is, reviews, contact."""
    await count_look(request, visit.me)
    tailor = await _profile(visit, tailor_id, standpoint)
    url = f"{PATH}/{tailor.id}"
    answer = page(
        visit,
        "catalog/tailors/tailor.html",
        tailor=tailor,
        reviews=await reviews_region(visit, ALTERATION, tailor.id),
        said=label,
        place=url,
        base_url=get_settings().base_url,
    )
    return with_tiles(visit, answer)


async def _standing(db: Db, visit: RequestContext, finder: TailorSearchState) -> tuple[TailorSearchState, Spot | None]:
    """From where distances are told; without such a place the search goes on without distances."""
    try:
        return finder, await spot_for(db, visit.me, finder.wanted)
    except Invalid as invalid:
        return finder.without(dict(invalid.fields)), None


async def _profile(visit: RequestContext, tailor_id: str, target: Standpoint) -> TailorProfile:
    async def find() -> TailorProfile:
        async with public_reading() as db:
            return read_tailor(await tailor_for(db, None, tailor_id, target.spot))

    if visit.me:
        async with transaction(tailor_id) as db:
            seen = read_tailor(await tailor_for(db, visit.me, tailor_id, await spot_for(db, visit.me, target)))
            await notify_of_profile_view(db, visit.me, tailor_id=tailor_id)
        return seen
    key = ("tailor", tailor_id, target.spot)
    result: TailorProfile = await public_cache.remember(key, find, lambda _: 40_000, lambda _: (tailor_id,))
    return result


handlers = [tailors_page, tailor_page]
