"""Pages of designers: discover, profile, save."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.enums import Language, Location, Niche
from neural_threads.features.accounts.queries import account_of
from neural_threads.features.accounts.shapes import Customer, Person
from neural_threads.features.catalog.counts import Tally
from neural_threads.features.catalog.designers.actions import save_designer, unsave_designer
from neural_threads.features.catalog.designers.queries import (
    count_facets,
    count_forgivingly,
    designer_for,
    find_designers,
    read_cards,
    read_profile,
    words_of_list,
    words_of_profile,
)
from neural_threads.features.catalog.designers.shapes import (
    Designer,
    DesignerProfile,
    DesignerSearch,
)
from neural_threads.features.catalog.designs.queries import has_designs
from neural_threads.features.catalog.pagination import Pagination
from neural_threads.features.notifications.inbox import notify_of_profile_view
from neural_threads.features.orders.kinds import DESIGN
from neural_threads.features.portfolio.shapes import PortfolioCategory, PortfolioItem, label
from neural_threads.features.wardrobe.queries import saved_designs_of
from neural_threads.platform.cache import public_cache
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, reading, transaction
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.catalog.filters import budget_in_words
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery, PageQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.response_cache import count_look
from neural_threads.web.reviews.region import reviews_region
from neural_threads.web.templates.render import page

from .search_state import PATH, DesignerSearchState, orders

HttpRequest = Request[Any, Any, Any]
REGIONS = {"results": "catalog/designers/results.html", "discover": "catalog/designers/discover_region.html"}
Found = tuple[Sequence[Designer], Tally, str | None]
"""Those on this page, how many there are, and the spelling of a name that was nearly typed."""


@get(PATH, include_in_schema=False)
async def discover_page(
    request: HttpRequest, visit: RequestContext, finder: InQuery[DesignerSearchState]
) -> Response[str]:
    """Designers, filtered and ordered; htmx gets only the region it replaces."""
    async with public_reading() as db:
        designers, tally, spelled = await _found(db, visit, finder.wanted)
        facets = await count_facets(db)
        me = await customer_here(db, visit)
        is_garment = not tally.total and await has_designs(db, finder.wanted.search)
    answer = page(
        visit,
        REGIONS.get(visit.region, "catalog/designers/discover.html"),
        422 if finder.wrong else 200,
        finder=finder,
        designers=designers,
        spelled=spelled,
        mine=finder.mine(me),
        pagination=Pagination.of(finder.wanted.page, finder.wanted.page_size, tally.total),
        is_least=tally.is_least,
        has_designs=is_garment,
        facets=facets,
        niches=_choices(Niche, facets),
        locations=_choices(Location, facets),
        spoken=_choices(Language, facets),
        orders=orders(),
        said=label,
        by_link=request.headers.get("HX-Boosted") == "true",
    )
    if visit.is_htmx:
        answer.headers["HX-Push-Url"] = finder.here
    return answer


class GalleryLink(PageQuery, frozen=True, kw_only=True):
    """The category of items to show; all for one that the designer does not have."""

    category: str | None = None


@get(PATH + "/{designer_id:str}", include_in_schema=False)
async def designer_page(
    request: HttpRequest, visit: RequestContext, designer_id: str, gallery: InQuery[GalleryLink]
) -> Response[str]:
    """One designer: pieces by category, prices, reviews, contact, and who is alike."""
    await count_look(request, visit.me)
    designer = await _profile(visit, designer_id)
    category = _category(gallery.category, designer)
    saved = await _saved(visit, designer)
    return page(
        visit,
        "catalog/designers/gallery.html" if visit.region == "gallery" else "catalog/designers/designer.html",
        designer=designer,
        reviews=await reviews_region(visit, DESIGN, designer.id),
        category=category,
        categories=_categories(designer),
        pieces=[item for item in designer.portfolio_items if category in (None, item.category)],
        saved=saved,
        said=label,
        budget_in_words=budget_in_words,
        place=f"{PATH}/{designer.id}",
        base_url=get_settings().base_url,
    )


class Saving(Shape, frozen=True, kw_only=True):
    """The form of the heart: whether the designer is to be saved, and the page to go to without scripts."""

    saved: bool
    next: str = PATH
    name: str = ""


@post(PATH + "/{designer_id:str}/save", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_saved_designer(
    request: HttpRequest, visit: RequestContext, me: Person, designer_id: str
) -> Response[Any]:
    """Save or let go; htmx gets the new heart."""
    form = decode_form(await request.form(), Saving)
    async with transaction(designer_id) as db:
        await (save_designer if form.saved else unsave_designer)(db, me, designer_id)
    if visit.is_htmx:
        return page(
            visit,
            "catalog/designers/heart.html",
            id=designer_id,
            name=form.name,
            saved=form.saved,
            next=form.next,
            said=label,
        )
    is_ours = form.next.startswith(PATH) and "\\" not in form.next
    return Redirect(form.next if is_ours else PATH, status_code=303)


async def customer_here(db: Db, visit: RequestContext) -> Customer | None:
    """Return what the visiting customer tells about themselves; None for providers and visitors."""
    if visit.me is None or visit.me.customer_id is None:
        return None
    return (await account_of(db, visit.me.id, visit.me.role)).customer


async def _found(db: Db, visit: RequestContext, search: DesignerSearch) -> Found:
    async def find() -> Found:
        meant, tally = await count_forgivingly(db, visit.me, search)
        cards = read_cards(await find_designers(db, visit.me, meant, tally))
        return cards, tally, None if meant is search else meant.search

    if visit.me or search.saved:
        return await find()
    result: Found = await public_cache.remember(
        ("cards", repr(search)),
        find,
        lambda _: 40_000,
        lambda found: words_of_list(found[0], names=bool(search.search)),
    )
    return result


async def _profile(visit: RequestContext, designer_id: str) -> DesignerProfile:
    async def find() -> DesignerProfile:
        async with public_reading() as db:
            return read_profile(await designer_for(db, None, designer_id))

    if visit.me:
        async with transaction(designer_id) as db:
            seen = read_profile(await designer_for(db, visit.me, designer_id))
            await notify_of_profile_view(db, visit.me, designer_id=designer_id)
        return seen
    key = ("profile", designer_id)
    result: DesignerProfile = await public_cache.remember(key, find, lambda _: 60_000, words_of_profile)
    return result


async def _saved(visit: RequestContext, designer: DesignerProfile) -> dict[str, str]:
    """Return which of these items I keep in my wardrobe."""
    if visit.me is None or visit.me.customer_id is None:
        return {}
    async with reading() as db:
        return await saved_designs_of(db, visit.me, [item.id for item in designer.portfolio_items])


def _choices(kind: Any, facets: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(value, label(value), facets.get(value, 0)) for value in kind]


def _category(text: str | None, designer: DesignerProfile) -> PortfolioCategory | None:
    return next((item.category for item in designer.portfolio_items if item.category == text), None)


def _categories(designer: DesignerProfile) -> list[tuple[PortfolioCategory, list[PortfolioItem]]]:
    """The categories that this designer shows, each with its items."""
    return [
        (category, items)
        for category in PortfolioCategory
        if (items := [item for item in designer.portfolio_items if item.category is category])
    ]


handlers = [discover_page, designer_page, post_saved_designer]
