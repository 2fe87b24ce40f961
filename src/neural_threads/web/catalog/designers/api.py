"""The API of designers: search, read, save."""

from typing import Any

from litestar import Request, Response, delete, get, put
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.catalog.designers.actions import save_designer, unsave_designer
from neural_threads.features.catalog.designers.queries import (
    count_forgivingly,
    designer_for,
    find_designers,
    read_cards,
    read_profile,
    words_of_list,
    words_of_profile,
)
from neural_threads.features.catalog.designers.shapes import Designer, DesignerProfile, DesignerSearch
from neural_threads.features.catalog.pagination import Pagination
from neural_threads.features.notifications.inbox import notify_of_profile_view
from neural_threads.platform.db import transaction
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.platform.errors import Forbidden, NotSignedIn, TooOften
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.response_cache import PublicBody, count_look, public_answer
from neural_threads.web.http.responses import Reply, envelope, ok

HttpRequest = Request[Any, Any, Any]


class DesignerList(Shape, frozen=True, kw_only=True):
    """The answer to a search for designers."""

    success: bool
    data: list[Designer]
    pagination: Pagination
    total_is_least: bool
    """More fit than `total` says: filters that are combined are counted up to it, and pages go on beyond it."""


class DesignerAnswer(Shape, frozen=True, kw_only=True):
    """The answer with one designer's profile."""

    success: bool
    data: DesignerProfile


class Saved(Shape, frozen=True, kw_only=True):
    """The saved state of a designer."""

    is_saved: bool


@get(
    "/api/designers",
    summary="Find designers",
    responses={200: ResponseSpec(DesignerList)},
    conditional=True,
    refusals=(Forbidden, NotSignedIn),
)
async def get_designers(request: HttpRequest, visit: RequestContext, search: InQuery[DesignerSearch]) -> Response[Any]:
    """A page of designers by name (when nobody is called so, by a name spelled nearly so), niche, place, language, experience and budget; `saved=true` for one's own."""

    async def find() -> dict[str, Any]:
        async with public_reading() as db:
            meant, tally = await count_forgivingly(db, visit.me, search)
            result = await find_designers(db, visit.me, meant, tally)
        pagination = Pagination.of(search.page, search.page_size, tally.total)
        return envelope(result, pagination=pagination, totalIsLeast=tally.is_least)

    if visit.me or search.saved:
        answer = await find()
        return ok(answer["data"], pagination=answer["pagination"], totalIsLeast=answer["totalIsLeast"])

    async def make() -> PublicBody:
        found = await find()
        return PublicBody(encode(found), words_of_list(read_cards(found["data"]), names=bool(search.search)))

    return await public_answer(request, make)


@get(
    "/api/designers/{designer_id:str}",
    summary="Look at a designer",
    responses={200: ResponseSpec(DesignerAnswer)},
    conditional=True,
    refusals=(TooOften,),
)
async def get_designer(request: HttpRequest, visit: RequestContext, designer_id: str) -> Response[Any]:
    """A designer with all pieces, the newest reviews and similar designers; contact only for the signed-in."""
    await count_look(request, visit.me)
    if visit.me:
        async with transaction(designer_id) as db:
            result = await designer_for(db, visit.me, designer_id)
            await notify_of_profile_view(db, visit.me, designer_id=designer_id)
        return ok(result)

    async def make() -> PublicBody:
        async with public_reading() as db:
            found = await designer_for(db, None, designer_id)
        return PublicBody(encode(envelope(found)), words_of_profile(read_profile(found)))

    return await public_answer(request, make)


@put("/api/designers/{designer_id:str}/save", summary="Save a designer", refusals=(Forbidden,))
async def put_saved_designer(me: Person, designer_id: str) -> Reply[Saved]:
    """Keep a designer among one's own; twice is once."""
    async with transaction(designer_id) as db:
        await save_designer(db, me, designer_id)
    return ok(Saved(is_saved=True))


@delete(
    "/api/designers/{designer_id:str}/save",
    status_code=200,
    summary="Let go of a saved designer",
    refusals=(Forbidden,),
)
async def delete_saved_designer(me: Person, designer_id: str) -> Reply[Saved]:
    """Take a designer off one's own; of one never saved, too."""
    async with transaction(designer_id) as db:
        await unsave_designer(db, me, designer_id)
    return ok(Saved(is_saved=False))


handlers = [get_designers, get_designer, put_saved_designer, delete_saved_designer]
