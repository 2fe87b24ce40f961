"""A provider's day: waiting customers, due orders, new reviews, profile views."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import kind_for_provider
from neural_threads.features.orders.lifecycle import OrderStatus
from neural_threads.features.orders.queries import open_orders_of
from neural_threads.features.orders.shapes import Order
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import HOME_ZONE, today
from neural_threads.platform.serialization.types import Moment, Shape

REVIEWS = 4
WEEK = 7


class Figures(Shape, frozen=True, kw_only=True):
    """The counts of a provider's home."""

    unread_chats: int
    views: int
    views_before: int
    rating: float
    review_count: int
    works: int


class RecentReview(Shape, frozen=True, kw_only=True):
    """A review of my work."""

    id: str
    author: str
    author_id: str
    rating: int
    comment: str | None
    reply: str | None
    created_at: Moment


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Open requests, sorted by what they ask of me now. Each stands in one list only."""

    late: list[Order]
    due_today: list[Order]
    due_this_week: list[Order]
    waiting: list[Order]
    to_begin: list[Order]
    open: int


async def day_of(db: Db, me: Person) -> Day:
    """Return what is due and who waits."""
    result = await open_orders_of(db, me, kind_for_provider(me.role))
    now = today()
    due = [one for one in result if one.is_promised]
    waiting = [one for one in result if one.status is OrderStatus.PENDING and not one.waits_for_acceptance]
    to_begin = [one for one in result if one.status is OrderStatus.ACCEPTED and not one.waits_for_acceptance]
    soon = now + timedelta(days=WEEK)
    return Day(
        late=[one for one in due if one.is_late],
        due_today=[one for one in due if one.promised_date == now],
        due_this_week=[one for one in due if one.promised_date and now < one.promised_date <= soon],
        waiting=waiting,
        to_begin=[one for one in to_begin if not _is_due(one, soon)],
        open=len(result),
    )


def _is_due(request: Order, until: date) -> bool:
    return request.is_promised and request.promised_date is not None and request.promised_date <= until


async def figures_of(db: Db, me: Person) -> Figures:
    """Counted in one statement. Views are people and days, this month and in the one before."""
    table, works = {Role.DESIGNER: ("designers", "portfolio_items"), Role.TAILOR: ("tailors", "sample_works")}[me.role]
    column = f"{table[:-1]}_id"
    month = today().replace(day=1)
    return await db.one(
        Figures,
        sql(
            """
        select (select count(*) from chats c
                 where c.{column} = p.id
                   and exists (select from messages m where m.chat_id = c.id and m.seq > c.provider_read_seq
                                                        and m.sender_id <> p.user_id)) as unread_chats,
               (select count(*) from profile_views v where v.user_id = p.user_id and v.day >= %(month)s) as views,
               (select count(*) from profile_views v
                 where v.user_id = p.user_id and v.day >= %(before)s and v.day < %(month)s) as views_before,
               p.rating, p.review_count, (select count(*) from {works} w where w.{column} = p.id) as works
          from {table} p
         where p.id = %(me)s
        """,
            column=column,
            works=works,
            table=table,
        ),
        me=me.role_id,
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
    )


async def new_reviews_of(db: Db, me: Person) -> Sequence[RecentReview]:
    """The newest of my reviews."""
    column = "designer_id" if me.role is Role.DESIGNER else "tailor_id"
    return await db.all(
        RecentReview,
        sql(
            """
        select r.id, u.name as author, u.id as author_id, r.rating, r.comment, r.reply, r.created_at
          from reviews r join customers c on c.id = r.customer_id join users u on u.id = c.user_id
         where r.{column} = %(me)s
         order by r.created_at desc, r.id desc
         limit {reviews}
        """,
            column=column,
            reviews=REVIEWS,
        ),
        me=me.role_id,
    )


def is_new(word: RecentReview) -> bool:
    """Return True if a review came within a week and has no answer yet."""
    return word.reply is None and word.created_at.astimezone(HOME_ZONE).date() > today() - timedelta(days=WEEK)
