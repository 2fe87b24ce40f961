"""Leave a review; reply to it once."""

import msgspec

from neural_threads.features.accounts.actions import set_rating
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.notifications.inbox import notify_of_review
from neural_threads.features.orders.kinds import Kind
from neural_threads.platform.cache import public_data_changed
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import Conflict, Forbidden
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.text import is_blank

from .queries import own_review, provider_for_review, review_for
from .shapes import NewReply, NewReview, Review


class OnlyCustomers(Forbidden):
    """Makers are reviewed; they do not review one another."""

    def sentence(self) -> str:
        return _("Only customers can leave a review.")


class OnlyProviders(Forbidden):
    """Customers review; they do not answer."""

    def sentence(self) -> str:
        return _("Only the designer or tailor can reply.")


class AlreadyReviewed(Conflict):
    """One review per customer and maker."""

    code = "ALREADY_REVIEWED"

    def sentence(self) -> str:
        return _("You have already reviewed them.")


class AlreadyReplied(Conflict):
    """One reply per review."""

    code = "ALREADY_REPLIED"

    def sentence(self) -> str:
        return _("You have already replied to this review.")


async def leave_review(db: Db, me: Person, draft: NewReview) -> Review:
    """Say what one thinks of a provider, who is told. NotFound for an unknown provider, AlreadyReviewed for the second time."""
    if me.customer_id is None:
        raise OnlyCustomers
    provider = await provider_for_review(db, draft.kind, draft.provider_id, lock=True)
    is_first = await db.execute(
        sql(
            """
        insert into reviews (id, customer_id, {kind.provider_id}, rating, comment, created_at, updated_at)
        values (%(id)s, %(me)s, %(maker)s, %(rating)s, %(comment)s, clock_timestamp(), clock_timestamp())
        on conflict do nothing
        """,
            kind=draft.kind,
        ),
        id=new_id(),
        me=me.customer_id,
        maker=provider.id,
        rating=draft.rating,
        comment=draft.comment if draft.comment and not is_blank(draft.comment) else None,
    )
    if not is_first:
        raise AlreadyReviewed
    await refresh_rating(db, draft.kind, provider.id)
    await notify_of_review(db, reader_id=provider.user_id, actor_id=me.id, rating=draft.rating, link="~/reviews")
    public_data_changed(db)
    review = await own_review(db, me, draft.kind, provider.id)
    assert review is not None  # We have just written it.
    return review


async def reply_to_review(db: Db, me: Person, id: str, reply: NewReply) -> Review:
    """Answer what a customer said about me. NotFound when it is not about me, AlreadyReplied for the second time."""
    if not me.is_provider:
        raise OnlyProviders
    await review_for(db, me, id)
    is_first = await db.execute(
        """
        update reviews set reply = %(reply)s, replied_at = clock_timestamp(), updated_at = clock_timestamp()
         where id = %(id)s and reply is null
        """,
        id=id,
        reply=reply.comment,
    )
    if not is_first:
        raise AlreadyReplied
    public_data_changed(db)
    return await review_for(db, me, id)


async def refresh_rating(db: Db, kind: Kind, provider_id: str) -> None:
    """Count a provider's reviews anew. Whoever calls it holds the lock of `provider_for_review`, so nothing is missed."""
    counted = await db.one(
        _Counted,
        sql(
            "select coalesce(sum(rating), 0) as stars, count(*) as many from reviews where {kind.provider_id} = %(provider)s",
            kind=kind,
        ),
        provider=provider_id,
    )
    await set_rating(db, kind.maker_role, provider_id, stars=counted.stars, count=counted.many)


class _Counted(msgspec.Struct, frozen=True):
    stars: int
    many: int
