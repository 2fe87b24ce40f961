"""The API of a provider's own profile and portfolio."""

from typing import Any

from litestar import Request, delete, get, post, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.portfolio.actions import (
    AlreadyShown,
    PortfolioFull,
    add_item,
    change_item,
    remove_item,
    reorder,
)
from neural_threads.features.portfolio.kinds import PORTFOLIO, SAMPLES, PortfolioKind
from neural_threads.features.portfolio.queries import page_of_items
from neural_threads.features.portfolio.shapes import (
    Arrangement,
    NewPortfolioItem,
    NewSample,
    PortfolioItem,
    PortfolioItemChange,
    PortfolioSearch,
    ProviderProfileChange,
    SampleChange,
    SampleWork,
)
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import NotFound, Upstream
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.accounts.own_profile import ProfileAnswer, changed_profile, profile_of
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.responses import Page, Reply, created, ok, page_of

HttpRequest = Request[Any, Any, Any]


class ItemOrder(Shape, frozen=True, kw_only=True):
    """All ids of a portfolio, from first to last."""

    ids: list[str]


# The profile


@get(
    "/api/provider/profile",
    guards=[role_guards.provider],
    summary="My profile as a maker",
    responses={200: ResponseSpec(ProfileAnswer)},
)
async def get_own_profile(me: Person) -> Reply[dict[str, Any]]:
    """My account, and beside it the profile of my role."""
    return ok(await profile_of(me))


@put(
    "/api/provider/profile",
    guards=[role_guards.provider],
    summary="Change my profile as a maker",
    responses={200: ResponseSpec(ProfileAnswer)},
    refusals=(Upstream,),
)
async def put_own_profile(me: Person, data: ProviderProfileChange) -> Reply[dict[str, Any]]:
    """Change what is given; what is left out stays. `profilePhoto` is a picture of one's own, null takes it away."""
    await changed_profile(me, data.by(me.role))
    return ok(await profile_of(me))


# A designer's portfolio


@get(
    "/api/provider/portfolio",
    guards=[role_guards.designer],
    summary="My portfolio",
)
async def get_portfolio(me: Person, search: InQuery[PortfolioSearch]) -> Reply[Page[PortfolioItem]]:
    """My portfolio items, in my order."""
    return await _list(me, PORTFOLIO, search)


@post(
    "/api/provider/portfolio",
    guards=[role_guards.designer],
    summary="Show a piece",
    may_repeat=True,
    refusals=(AlreadyShown, NotFound, PortfolioFull),
)
async def post_piece(me: Person, data: NewPortfolioItem) -> Reply[PortfolioItem]:
    """201; the item comes first. The same picture and words again: 200 with the item that is there already."""
    return await _add(me, PORTFOLIO, data)


@put(
    "/api/provider/portfolio/order",
    guards=[role_guards.designer],
    summary="Put my portfolio in order",
    refusals=(NotFound,),
)
async def put_portfolio_order(me: Person, data: Arrangement) -> Reply[ItemOrder]:
    """Put these first, in this order; the others follow as they were. Answers all ids in order."""
    return await _reorder(me, PORTFOLIO, data)


@put("/api/provider/portfolio/{piece_id:str}", guards=[role_guards.designer], summary="Change a piece")
async def put_piece(me: Person, piece_id: str, data: PortfolioItemChange) -> Reply[PortfolioItem]:
    """Change what is given; null takes a price away."""
    return await _change(me, PORTFOLIO, piece_id, data)


@delete(
    "/api/provider/portfolio/{piece_id:str}",
    guards=[role_guards.designer],
    status_code=200,
    summary="Take a piece down",
    refusals=(Upstream,),
)
async def delete_piece(me: Person, piece_id: str) -> Reply[None]:
    """Show it no longer. Its picture goes, too, unless something else needs it."""
    return await _remove(me, PORTFOLIO, piece_id)


# A tailor's sample work


@get(
    "/api/provider/sample-work",
    guards=[role_guards.tailor],
    summary="My sample work",
)
async def get_samples(me: Person, search: InQuery[PortfolioSearch]) -> Reply[Page[SampleWork]]:
    """My sample works, in my order."""
    return await _list(me, SAMPLES, search)


@post(
    "/api/provider/sample-work",
    guards=[role_guards.tailor],
    summary="Show a sample of my work",
    may_repeat=True,
    refusals=(AlreadyShown, NotFound, PortfolioFull),
)
async def post_sample(me: Person, data: NewSample) -> Reply[SampleWork]:
    """201; the sample comes first. The same picture and words again: 200 with the sample that is there already."""
    return await _add(me, SAMPLES, data)


@put(
    "/api/provider/sample-work/order",
    guards=[role_guards.tailor],
    summary="Put my sample work in order",
    refusals=(NotFound,),
)
async def put_sample_order(me: Person, data: Arrangement) -> Reply[ItemOrder]:
    """Put these first, in this order; the others follow as they were. Answers all ids in order."""
    return await _reorder(me, SAMPLES, data)


@put("/api/provider/sample-work/{sample_id:str}", guards=[role_guards.tailor], summary="Change a sample")
async def put_sample(me: Person, sample_id: str, data: SampleChange) -> Reply[SampleWork]:
    """Change what is given."""
    return await _change(me, SAMPLES, sample_id, data)


@delete(
    "/api/provider/sample-work/{sample_id:str}",
    guards=[role_guards.tailor],
    status_code=200,
    summary="Take a sample down",
    refusals=(Upstream,),
)
async def delete_sample(me: Person, sample_id: str) -> Reply[None]:
    """Show it no longer. Its picture goes, too, unless something else needs it."""
    return await _remove(me, SAMPLES, sample_id)


# What both kinds share


async def _list(me: Person, portfolio: PortfolioKind, search: PortfolioSearch) -> Reply[Any]:
    async with reading() as db:
        result, cursor = await page_of_items(db, me, portfolio, search)
    return ok(page_of(result, cursor))


async def _add(me: Person, portfolio: PortfolioKind, draft: NewPortfolioItem | NewSample) -> Reply[Any]:
    async with transaction() as db:
        item, is_new = await add_item(db, me, portfolio, draft)
    return created(item) if is_new else ok(item)


async def _reorder(me: Person, portfolio: PortfolioKind, target: Arrangement) -> Reply[Any]:
    async with transaction() as db:
        return ok(ItemOrder(ids=await reorder(db, me, portfolio, target)))


async def _change(
    me: Person, portfolio: PortfolioKind, id: str, change: PortfolioItemChange | SampleChange
) -> Reply[Any]:
    async with transaction() as db:
        return ok(await change_item(db, me, portfolio, id, change))


async def _remove(me: Person, portfolio: PortfolioKind, id: str) -> Reply[None]:
    async with transaction() as db:
        await remove_item(db, me, portfolio, id)
    return ok()


handlers = [
    get_own_profile,
    put_own_profile,
    get_portfolio,
    post_piece,
    put_portfolio_order,
    put_piece,
    delete_piece,
    get_samples,
    post_sample,
    put_sample_order,
    put_sample,
    delete_sample,
]
