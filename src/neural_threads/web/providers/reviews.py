"""The page on which a provider reads reviews and replies."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect
from msgspec import Meta

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import mark_link_read
from neural_threads.features.reviews.actions import AlreadyReplied, reply_to_review
from neural_threads.features.reviews.queries import review_for, reviews_of, summary_of
from neural_threads.features.reviews.shapes import NewReply
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict, Invalid
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.text import with_line_feeds
from neural_threads.platform.serialization.types import Incoming, Text
from neural_threads.web.http.query import InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .area import REVIEWS, ProviderArea, provider_area_of

HttpRequest = Request[Any, Any, Any]
A_PAGE = 20


class Wanted(Incoming, frozen=True, kw_only=True):
    """The filter and position of the page of my reviews."""

    waiting: bool = False
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class ReplyForm(NewReply, frozen=True, kw_only=True):
    """The form of a reply to a review."""

    csrf_token: str = msgspec.field(default="", name="csrf_token")


@get(REVIEWS, include_in_schema=False)
async def reviews_page(
    request: HttpRequest, visit: RequestContext, me: Person, search: InQuery[Wanted]
) -> Response[str]:
    """Show my reviews, the newest first; `waiting=true` for those that I have not answered."""
    return await _reviews(visit, me, provider_area_of(request, me), search)


@post([f"{place}/{{review_id:str}}/reply" for place in REVIEWS], include_in_schema=False, status_code=200)
async def post_own_reply(request: HttpRequest, visit: RequestContext, me: Person, review_id: str) -> Response[Any]:
    """Answer one of them, once."""
    side = provider_area_of(request, me)
    form = await request.form()
    try:
        reply = decode_form(form, ReplyForm)
        async with transaction() as db:
            await reply_to_review(db, me, review_id, NewReply(comment=reply.comment))
    except (Invalid, Conflict) as error:
        words = str(form.get("comment", ""))
        if not (isinstance(error, AlreadyReplied) and await _is_my_reply(me, review_id, words)):
            return await _reviews(visit, me, side, Wanted(), error, {"id": review_id, "comment": words})
    return Redirect(f"{side.home}/reviews#review-{review_id}", status_code=303)


async def _is_my_reply(me: Person, review_id: str, words: str) -> bool:
    """Return True when these words are my reply already: the form was sent twice."""
    async with reading() as db:
        review = await review_for(db, me, review_id)
    return review.reply == with_line_feeds(words)


async def _reviews(
    visit: RequestContext,
    me: Person,
    side: ProviderArea,
    query: Wanted,
    error: Invalid | Conflict | None = None,
    form: dict[str, str] | None = None,
) -> Response[str]:
    async with transaction() as db:
        await mark_link_read(db, me, f"{side.home}/reviews")
        reviews, cursor = await reviews_of(db, me, unanswered=query.waiting, limit=A_PAGE, cursor=query.cursor)
        summary = await summary_of(db, designer_id=me.designer_id, tailor_id=me.tailor_id)
    return page(
        visit,
        "providers/reviews.html",
        200 if error is None else 422 if isinstance(error, Invalid) else 409,
        side=side,
        here=f"{side.home}/reviews",
        reviews=reviews,
        summary=summary,
        wanted=query,
        cursor=cursor,
        typed=form or {"id": "", "comment": ""},
        trouble=(next(iter(error.fields.values()), error.message)) if error else "",
    )


handlers = [reviews_page, post_own_reply]
