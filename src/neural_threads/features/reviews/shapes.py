"""Reviews: request bodies and answers."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.text import is_blank
from neural_threads.platform.serialization.types import Id, Incoming, Moment, Shape, Text


class Review(Shape, frozen=True, kw_only=True):
    """A customer's review of a provider; verified when the provider completed an order of theirs."""

    id: str
    customer_id: str
    customer_name: str
    designer_id: str | None = None
    tailor_id: str | None = None
    rating: int
    comment: str | None
    verified: bool
    reply: str | None
    replied_at: Moment | None
    created_at: Moment
    updated_at: Moment | None = None


__all__ = ["NewReply", "NewReview", "RatingSummary", "Review", "ReviewSearch"]

LONGEST = 2_000
STARS = ("1", "2", "3", "4", "5")

Rating = Annotated[int, Meta(ge=1, le=5)]
Comment = Annotated[Text, Meta(max_length=LONGEST)]


class NewReview(Incoming, frozen=True, kw_only=True):
    """A new review of exactly one provider: 1 to 5 stars, and a text if wanted."""

    designer_id: Id | None = None
    tailor_id: Id | None = None
    rating: Rating
    comment: Comment | None = None

    def problems(self) -> Mapping[str, str]:
        """One provider, neither both nor none."""
        if (self.designer_id is None) is not (self.tailor_id is None):
            return {}
        sentence = _("Choose either a designer or a tailor.")
        return {"designerId": sentence, "tailorId": sentence}

    @property
    def kind(self) -> Kind:
        """The kind of order that this provider is asked for."""
        return DESIGN if self.designer_id is not None else ALTERATION

    @property
    def provider_id(self) -> str:
        """Return the id of the provider that it is about."""
        return self.designer_id or self.tailor_id or ""


class NewReply(Incoming, frozen=True, kw_only=True):
    """A provider's reply to a review, once."""

    comment: Annotated[Comment, Meta(min_length=1)]

    def problems(self) -> Mapping[str, str]:
        """Blanks are no answer."""
        return {"comment": _("Please fill this in.")} if is_blank(self.comment) else {}


class ReviewSearch(Incoming, frozen=True, kw_only=True):
    """The provider whose reviews are asked for; of neither: the newest of all."""

    designer_id: Id | None = None
    tailor_id: Id | None = None
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None

    def problems(self) -> Mapping[str, str]:
        """Not both at once."""
        if self.designer_id is None or self.tailor_id is None:
            return {}
        sentence = _("Choose either a designer or a tailor.")
        return {"designerId": sentence, "tailorId": sentence}


class RatingSummary(Shape, frozen=True, kw_only=True):
    """All reviews in figures: their mean (0 without any), how many, and how many of each number of stars."""

    average: float
    count: int
    histogram: dict[str, int]
