"""Pages of reviews: all reviews of a provider, and the form for a new one."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import Kind
from neural_threads.features.reviews.actions import AlreadyReviewed, leave_review
from neural_threads.features.reviews.queries import own_review
from neural_threads.features.reviews.shapes import NewReview
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import Conflict, Invalid, ThreadsError, TooOften
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.web.http import role_guards
from neural_threads.web.http.query import FromCursor, InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.http.responses import status_of
from neural_threads.web.templates.render import page

from .region import PLACES, reviews_region

HttpRequest = Request[Any, Any, Any]
PAGES = [f"{place}/{{provider_id:str}}/reviews" for place in PLACES.values()]


@get(PAGES, include_in_schema=False)
async def reviews_page(
    request: HttpRequest, visit: RequestContext, provider_id: str, position: InQuery[FromCursor]
) -> Response[str]:
    """Show the reviews of one provider; htmx gets those after the ones it has."""
    region = await reviews_region(visit, _kind(request), provider_id, position.cursor or None)
    return page(visit, "reviews/more.html" if visit.region == "more-reviews" else "reviews/page.html", reviews=region)


@post(PAGES, include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_review_page(request: HttpRequest, visit: RequestContext, me: Person, provider_id: str) -> Response[Any]:
    """Leave a review in place. What was wrong stands beside its field, and what was typed stays."""
    kind, form = _kind(request), await request.form()
    fields = {name: value for name, value in form.items() if name in ("rating", "comment") and isinstance(value, str)}
    draft = None
    try:
        draft = decode_form({**fields, f"{kind.maker}Id": provider_id}, NewReview)
        await rate_limits.hit("reviews", me.id)
        await in_transaction(lambda db: leave_review(db, me, draft), row=provider_id)
    except (Invalid, Conflict, TooOften) as error:
        is_repeated = isinstance(error, AlreadyReviewed) and draft and await _is_my_review(me, draft)
        if not is_repeated:
            return await _again(visit, kind, provider_id, error, fields)
    region = await reviews_region(visit, kind, provider_id)
    if visit.is_htmx:
        return page(visit, "reviews/region.html", reviews=replace(region, is_just_written=True))
    return Redirect(f"{region.place}#reviews", status_code=303)


async def _is_my_review(me: Person, draft: NewReview) -> bool:
    """Return True when my review there says the same: the form was sent twice."""
    async with reading() as db:
        review = await own_review(db, me, draft.kind, draft.provider_id)
    return review is not None and (review.rating, review.comment or "") == (draft.rating, draft.comment or "")


async def _again(
    visit: RequestContext, kind: Kind, provider_id: str, error: ThreadsError, form: dict[str, str]
) -> Response[Any]:
    region = (await reviews_region(visit, kind, provider_id)).refused(error, form)
    if visit.is_htmx:  # Of all refusals it puts only a 422 into the page.
        return page(visit, "reviews/region.html", 422, reviews=region)
    return page(visit, "reviews/page.html", status_of(error), reviews=region)


def _kind(request: HttpRequest) -> Kind:
    return next(kind for kind, place in PLACES.items() if request.url.path.startswith(f"{place}/"))


handlers = [reviews_page, post_review_page]
