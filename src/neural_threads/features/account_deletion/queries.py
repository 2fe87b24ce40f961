"""Count what a person would lose and what would stay, and check for a recent sign-in."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db

from .shapes import Belongings

FRESH_MINUTES = 10
"""A sign-in younger than this is as good as the password."""


async def has_just_signed_in(db: Db, me: Person, session_id: str | None) -> bool:
    """Return True if this session began a moment ago. Renewing it does not make it younger."""
    sql = """
        select exists (select from sessions
                        where id = %(id)s and user_id = %(me)s
                          and created_at > now() - make_interval(mins => %(minutes)s))
    """
    return bool(await db.value(sql, id=session_id, me=me.id, minutes=FRESH_MINUTES))


async def belongings_of(db: Db, me: Person) -> Belongings:
    """Return what there is of mine."""
    return await db.one(
        Belongings,
        """
        select (select count(*) from media where owner_id = %(me)s) as pictures,
               (select count(*) from wardrobe_items where customer_id = %(customer)s) as pieces,
               (select count(*) from portfolio_items where designer_id = %(designer)s)
                 + (select count(*) from sample_works where tailor_id = %(tailor)s) as works,
               (select count(*) from saved_designers where customer_id = %(customer)s) as saved,
               (select count(*) from chats where customer_id = %(customer)s or designer_id = %(designer)s
                                              or tailor_id = %(tailor)s) as chats,
               (select count(*) from reviews where customer_id = %(customer)s or designer_id = %(designer)s
                                                or tailor_id = %(tailor)s) as reviews,
               sum(many)::int as requests, sum(open)::int as open_requests
          from (select count(*) as many, count(*) filter (where status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS')) as open
                  from alteration_requests where customer_id = %(customer)s or tailor_id = %(tailor)s
                union all
                select count(*), count(*) filter (where status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS'))
                  from design_requests where customer_id = %(customer)s or designer_id = %(designer)s) requests
        """,
        me=me.id,
        customer=me.customer_id,
        designer=me.designer_id,
        tailor=me.tailor_id,
    )
