"""The API of designs."""

from typing import Any

from litestar import Request, Response, get
from litestar.openapi import ResponseSpec

from neural_threads.features.catalog.designs.queries import find_designs
from neural_threads.features.catalog.designs.shapes import Design, DesignSearch
from neural_threads.platform.db.public_reading import public_reading
from neural_threads.platform.serialization.encode import encode
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.response_cache import PublicBody, public_answer
from neural_threads.web.http.responses import Page, envelope, ok

HttpRequest = Request[Any, Any, Any]


@get("/api/designs", summary="Find designs", responses={200: ResponseSpec(Page[Design])}, conditional=True)
async def get_designs(request: HttpRequest, visit: RequestContext, search: InQuery[DesignSearch]) -> Response[Any]:
    """Pieces by category, price, the designer's languages, and `search`, which forgives spelling; newest first."""

    async def find() -> tuple[Any, dict[str, Any]]:
        async with public_reading() as db:
            result = await find_designs(db, visit.me, search)
        return result.designs, {"hasMore": result.next_cursor is not None, "nextCursor": result.next_cursor}

    if visit.me:
        designs, siblings = await find()
        return ok(designs, **siblings)

    async def make() -> PublicBody:
        designs, siblings = await find()
        words = {"designs", *(design.designer.id for design in designs), *(["designers"] if search.language else [])}
        return PublicBody(encode(envelope(designs, **siblings)), frozenset(words))

    return await public_answer(request, make)


handlers = [get_designs]
