"""Read reviews."""

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.orders.kinds import DESIGN, Kind
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.db.keyset_paging import Keyset, page_size

from .shapes import STARS, RatingSummary, Review, ReviewSearch

NEWEST = Keyset("r.created_at", "r.id")

COLUMNS = """
select r.id, r.customer_id, u.name as customer_name, r.designer_id, r.tailor_id, r.rating, r.comment, r.reply,
       r.replied_at, r.created_at, r.updated_at,
       case when r.designer_id is not null
         then exists (select from design_requests q
                       where q.customer_id = r.customer_id and q.designer_id = r.designer_id and q.status = 'COMPLETED')
         else exists (select from alteration_requests q
                       where q.customer_id = r.customer_id and q.tailor_id = r.tailor_id and q.status = 'COMPLETED')
       end as verified
"""

SELECT = f"{COLUMNS}, {NEWEST.column} from reviews r join customers c on c.id = r.customer_id join users u on u.id = c.user_id"

OF = Sql("""
       (%(designer)s::text is null or r.designer_id = %(designer)s::text)
   and (%(tailor)s::text is null or r.tailor_id = %(tailor)s::text)
""")

PAGE = f"""
{SELECT}
 where {OF}
   and (%(but)s::text is null or r.customer_id <> %(but)s::text)
   and (not %(unanswered)s or r.reply is null)
   and {NEWEST.after}
 {NEWEST.order}
"""

SUMMARY = sql(
    """
select array[count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
             count(*) filter (where rating = 4), count(*) filter (where rating = 5)]
  from reviews r where {of}
""",
    of=OF,
)


async def find_reviews(
    db: Db, search: ReviewSearch, *, but: str | None = None, unanswered: bool = False
) -> tuple[list[Review], str | None]:
    """A page of reviews, the newest first, and the cursor of the page after it. `but`: without this customer's own."""
    scope = f"reviews {search.designer_id} {search.tailor_id} {but} {unanswered}"
    return await db.page(
        Review,
        PAGE,
        scope=scope,
        cursor=search.cursor,
        limit=page_size(search.limit),
        is_search=True,
        designer=search.designer_id,
        tailor=search.tailor_id,
        but=but,
        unanswered=unanswered,
    )


async def reviews_of(
    db: Db, me: Person, *, unanswered: bool = False, limit: int | None = None, cursor: str | None = None
) -> tuple[list[Review], str | None]:
    """Return what customers say about me, a provider: a page, the newest first, and the cursor of the page after it."""
    mine = ReviewSearch(designer_id=me.designer_id, tailor_id=me.tailor_id, limit=limit, cursor=cursor)
    return await find_reviews(db, mine, unanswered=unanswered) if me.is_provider else ([], None)


async def summary_of(db: Db, *, designer_id: str | None = None, tailor_id: str | None = None) -> RatingSummary:
    """The reviews of one provider in figures; of neither: of all reviews there are."""
    many: list[int] = (await db.search(list, SUMMARY, designer=designer_id, tailor=tailor_id))[0]
    count = sum(many)
    stars = sum(n * each for n, each in enumerate(many, 1))
    return RatingSummary(
        average=stars / count if count else 0.0, count=count, histogram=dict(zip(STARS, many, strict=True))
    )


async def review_for(db: Db, me: Person, id: str) -> Review:
    """A review of me, the provider. NotFound when it is nobody's or somebody else's."""
    return await db.found(
        Review,
        f"{SELECT} where r.id = %(id)s and (r.designer_id = %(designer)s::text or r.tailor_id = %(tailor)s::text)",
        id=id,
        designer=me.designer_id,
        tailor=me.tailor_id,
    )


async def own_review(db: Db, me: Person | None, kind: Kind, provider_id: str) -> Review | None:
    """Return my review, as a customer, of this provider; None without one."""
    if me is None or me.customer_id is None:
        return None
    return await db.maybe(
        Review,
        f"{SELECT} where r.customer_id = %(me)s and r.{kind.provider_id} = %(maker)s",
        me=me.customer_id,
        maker=provider_id,
    )


class ReviewedProvider(msgspec.Struct, frozen=True, kw_only=True):
    """The provider who is reviewed."""

    id: str
    user_id: str
    name: str
    photo: str | None
    is_designer: bool

    @property
    def ids(self) -> dict[str, str]:
        """Their id under the name of their kind, as queries want it."""
        return {"designer_id" if self.is_designer else "tailor_id": self.id}


async def provider_for_review(db: Db, kind: Kind, provider_id: str, *, lock: bool = False) -> ReviewedProvider:
    """Return a provider who can be reviewed. NotFound when there is none, or the account is deleted.

    `lock`: their reviews wait for one another until the transaction ends, so that each recount sees all before it.
    """
    return await db.found(
        ReviewedProvider,
        sql(
            """
        select p.id, u.id as user_id, u.name, '/media/' || p.photo_id as photo, %(is_designer)s as is_designer
          from {kind.maker}s p join users u on u.id = p.user_id
         where p.id = %(maker)s and u.deleted_at is null
         {lock}
        """,
            kind=kind,
            lock=Sql("for no key update of p" if lock else ""),
        ),
        maker=provider_id,
        is_designer=kind is DESIGN,
    )
