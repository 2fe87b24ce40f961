"""The API of reviews: read, leave, reply."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.reviews.actions import (
    AlreadyReplied,
    AlreadyReviewed,
    OnlyCustomers,
    OnlyProviders,
    leave_review,
    reply_to_review,
)
from neural_threads.features.reviews.queries import find_reviews, summary_of
from neural_threads.features.reviews.shapes import NewReply, NewReview, RatingSummary, Review, ReviewSearch
from neural_threads.platform.db import in_transaction, reading
from neural_threads.platform.errors import NotFound, TooOften
from neural_threads.platform.security import rate_limits
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.response_cache import PublicBody, public_answer
from neural_threads.web.http.responses import Reply, created, envelope, ok

HttpRequest = Request[Any, Any, Any]


class ReviewList(Shape, frozen=True, kw_only=True):
    """A page of reviews, and all of them in figures."""

    success: bool
    data: list[Review]
    summary: RatingSummary
    has_more: bool
    next_cursor: str | None


@get("/api/reviews", summary="Read reviews", responses={200: ResponseSpec(ReviewList)}, conditional=True)
async def get_reviews(request: HttpRequest, search: InQuery[ReviewSearch]) -> Response[Any]:
    """Reviews of one designer or tailor, or of all; the newest first."""

    async def make() -> PublicBody:
        async with reading() as db:
            result, cursor = await find_reviews(db, search)
            summary = await summary_of(db, designer_id=search.designer_id, tailor_id=search.tailor_id)
        body = encode(envelope(result, summary=summary, hasMore=cursor is not None, nextCursor=cursor))
        return PublicBody(body, frozenset({search.designer_id or search.tailor_id or "reviews"}))

    return await public_answer(request, make)


@post("/api/reviews", summary="Leave a review", refusals=(AlreadyReviewed, NotFound, OnlyCustomers, TooOften))
async def post_review(me: Person, data: NewReview) -> Reply[Review]:
    """A customer says what they think of a designer or tailor; 409 for the second time."""
    await rate_limits.hit("reviews", me.id)
    review = await in_transaction(lambda db: leave_review(db, me, data), row=data.designer_id or data.tailor_id)
    return created(review)


@post(
    "/api/reviews/{review_id:str}/reply",
    status_code=200,
    summary="Reply to a review",
    refusals=(AlreadyReplied, OnlyProviders),
)
async def post_reply(me: Person, review_id: str, data: NewReply) -> Reply[Review]:
    """The designer or tailor answers what was said about them; 409 for the second time."""
    review = await in_transaction(lambda db: reply_to_review(db, me, review_id, data), row=review_id)
    return ok(review)


handlers = [get_reviews, post_review, post_reply]
