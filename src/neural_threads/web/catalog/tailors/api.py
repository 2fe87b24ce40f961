"""The API of tailors: search, read."""

from typing import Any

from litestar import Request, Response, get
from litestar.openapi import ResponseSpec

from neural_threads.features.catalog.pagination import Pagination
from neural_threads.features.catalog.tailors.queries import (
    count_forgivingly,
    page_of_tailors,
    read_tailors,
    spot_for,
    tailor_for,
    words_of_list,
)
from neural_threads.features.catalog.tailors.shapes import (
    Standpoint,
    Tailor,
    TailorListing,
    TailorProfile,
    TailorSearch,
)
from neural_threads.features.notifications.inbox import notify_of_profile_view
from neural_threads.platform.db import transaction
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.platform.errors import TooOften
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.response_cache import PublicBody, count_look, public_answer
from neural_threads.web.http.responses import envelope, ok

HttpRequest = Request[Any, Any, Any]


class TailorList(Shape, frozen=True, kw_only=True):
    """The answer to a search for tailors."""

    success: bool
    data: list[Tailor]
    pagination: Pagination
    has_more: bool
    next_cursor: str | None
    total_is_least: bool
    """More fit than `total` says: filters that are combined, and circles, are counted up to it, and pages go on beyond it."""


class TailorAnswer(Shape, frozen=True, kw_only=True):
    """The answer with one tailor's profile."""

    success: bool
    data: TailorProfile


@get("/api/tailors", summary="Find tailors", responses={200: ResponseSpec(TailorList)}, conditional=True)
async def get_tailors(request: HttpRequest, visit: RequestContext, search: InQuery[TailorListing]) -> Response[Any]:
    """Tailors by name (when nobody is called so, by a name spelled nearly so), skill, place, language, experience and distance
    (km) from `latitude`, `longitude`. `cursor` goes on where the answer before ended; `page` goes to a page by its number."""
    knows = await may_see_contacts(visit, search)

    async def find() -> dict[str, Any]:
        async with public_reading() as db:
            spot = await spot_for(db, visit.me, search)
            meant, tally = await count_forgivingly(db, search, spot)
            result = await page_of_tailors(db, search, meant, spot, tally, knows=knows)
        return envelope(
            result.tailors,
            pagination=Pagination.of(result.number, search.page_size, tally.total),
            totalIsLeast=tally.is_least,
            hasMore=result.next_cursor is not None,
            nextCursor=result.next_cursor,
        )

    if visit.me or search.spot:  # Hardly two people stand on the same spot, so that keeping would help nobody.
        answer = await find()
        siblings = {name: value for name, value in answer.items() if name not in ("success", "data")}
        return ok(answer["data"], **siblings)

    async def make() -> PublicBody:
        found = await find()
        return PublicBody(encode(found), words_of_list(read_tailors(found["data"]), names=bool(search.search)))

    return await public_answer(request, make)


@get(
    "/api/tailors/{tailor_id:str}",
    summary="Look at a tailor",
    responses={200: ResponseSpec(TailorAnswer)},
    conditional=True,
    refusals=(TooOften,),
)
async def get_tailor(
    request: HttpRequest, visit: RequestContext, tailor_id: str, search: InQuery[Standpoint]
) -> Response[Any]:
    """A tailor with sample work and the newest reviews; phone and e-mail only for the signed-in."""
    await count_look(request, visit.me)
    if visit.me:
        async with transaction(tailor_id) as db:
            result = await tailor_for(db, visit.me, tailor_id, await spot_for(db, visit.me, search))
            await notify_of_profile_view(db, visit.me, tailor_id=tailor_id)
        return ok(result)

    async def make() -> PublicBody:
        async with public_reading() as db:
            found = await tailor_for(db, None, tailor_id, search.spot)
        return PublicBody(encode(envelope(found)), frozenset({tailor_id}))

    return await public_answer(request, make)


async def may_see_contacts(visit: RequestContext, search: TailorSearch) -> bool:
    """Return True if phones and e-mails stand on the cards: for the signed-in, until they have seen hundreds within an hour."""
    return visit.me is not None and await rate_limits.try_consume("contacts", visit.me.id, search.page_size)


handlers = [get_tailors, get_tailor]
