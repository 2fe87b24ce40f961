"""The region that both kinds of profile show: all reviews in figures, one's own, the newest, and the form for one more.

A profile page gives it to its template, which includes it: `reviews=await reviews_region(visit, DESIGN, designer.id)` and
`{% include "reviews/region.html" %}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.reviews.queries import (
    ReviewedProvider,
    find_reviews,
    own_review,
    provider_for_review,
    summary_of,
)
from neural_threads.features.reviews.shapes import RatingSummary, Review, ReviewSearch
from neural_threads.platform.cache import public_cache
from neural_threads.platform.db import reading
from neural_threads.platform.errors import ThreadsError
from neural_threads.web.http.request_context import RequestContext

PLACES = {DESIGN: "/customer/designers", ALTERATION: "/customer/tailors"}
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Region:
    """The reviews on a profile."""

    maker: ReviewedProvider
    place: str
    """The address of the profile."""
    summary: RatingSummary
    own: Review | None
    reviews: list[Review]
    """Without one's own."""
    cursor: str | None
    is_continued: bool = False
    """Not the first page."""
    may_write: bool
    is_just_written: bool = False
    trouble: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def older(self) -> str | None:
        """The address of the reviews after these."""
        return f"{self.place}/reviews?cursor={quote(self.cursor)}" if self.cursor else None

    def refused(self, error: ThreadsError, form: Mapping[str, str]) -> "Region":
        """The same with what was typed, and what was wrong with it."""
        return replace(self, trouble=error.message, wrong=error.fields, typed=form)


async def reviews_region(visit: RequestContext, kind: Kind, provider_id: str, cursor: str | None = None) -> Region:
    """The region as this visit sees it. Visitors share one until the catalogue changes. NotFound for an unknown provider."""

    async def find() -> Region:
        return await _region(visit, kind, provider_id, cursor)

    if visit.me or cursor:
        return await find()
    key = ("reviews", kind.maker, provider_id)
    result: Region = await public_cache.remember(key, find, lambda _: 30_000, lambda _: (provider_id,))
    return result


async def _region(visit: RequestContext, kind: Kind, provider_id: str, cursor: str | None) -> Region:
    me = visit.me
    async with reading() as db:
        provider = await provider_for_review(db, kind, provider_id)
        own = await own_review(db, me, kind, provider_id)
        target = ReviewSearch(**provider.ids, limit=SHOWN, cursor=cursor)
        result, after = await find_reviews(db, target, but=me.customer_id if me else None)
        summary = await summary_of(db, **provider.ids)
    return Region(
        maker=provider,
        place=f"{PLACES[kind]}/{provider.id}",
        summary=summary,
        own=own,
        reviews=result,
        cursor=after,
        is_continued=cursor is not None,
        may_write=own is None and me is not None and me.customer_id is not None,
    )
