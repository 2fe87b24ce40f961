"""Read users, profiles and sessions."""

from collections.abc import Sequence

import msgspec

from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql

from .enums import Role
from .shapes import Account, Person, Session, email_key, tidy_email

_FIELDS = """
       u.id, u.email, u.name, u.role, u.age, u.is_email_verified, u.created_at,
       coalesce(c.language_preference, d.language_preference, t.language_preference) as language,
       coalesce(c.location, d.location, t.location) as location,
       c.id as customer_id, d.id as designer_id, t.id as tailor_id
"""

_PEOPLE = """
  from users u
  left join customers c on c.user_id = u.id
  left join designers d on d.user_id = u.id
  left join tailors t on t.user_id = u.id
"""

PERSON = f"select {_FIELDS} {_PEOPLE}"

CUSTOMER = Sql("""
jsonb_build_object(
  'id', p.id, 'gender', p.gender, 'location', p.location, 'stylePreferences', p.style_preferences,
  'bodyShape', p.body_shape, 'languagePreference', p.language_preference,
  'budgetMin', p.budget_min, 'budgetMax', p.budget_max,
  'sharesStyle', p.shares_style, 'sharesBodyShape', p.shares_body_shape, 'sharesBudget', p.shares_budget,
  'createdAt', p.created_at, 'updatedAt', p.updated_at)
""")

_PROVIDER = """
  'id', p.id, 'bio', p.bio, 'location', p.location, 'yearsOfExperience', p.years_of_experience,
  'languages', p.languages, 'languagePreference', p.language_preference, 'phone', p.phone,
  'profilePhoto', '/media/' || p.photo_id, 'rating', p.rating, 'reviewCount', p.review_count,
  'createdAt', p.created_at, 'updatedAt', p.updated_at
"""

DESIGNER = Sql(f"jsonb_build_object({_PROVIDER}, 'designNiches', p.design_niches)")

TAILOR = Sql(f"""
jsonb_build_object({_PROVIDER}, 'skills', p.skills, 'address', p.address,
  'latitude', st_y(p.position::geometry), 'longitude', st_x(p.position::geometry))
""")

PROFILE = {
    Role.CUSTOMER: ("customers", "customer", CUSTOMER),
    Role.DESIGNER: ("designers", "designer", DESIGNER),
    Role.TAILOR: ("tailors", "tailor", TAILOR),
}


SAME_MAILBOX = Sql("""
 where (email_key = %(key)s or shared_mailbox = %(key)s or lower(email) = lower(%(email)s)) and deleted_at is null
 order by lower(email) = lower(%(email)s) desc, created_at, id limit 3
""")
"""Accounts from before `email_key` may share a mailbox; the one with this very address is first. More than three would
cost too many password hashes."""


class LoginRecord(msgspec.Struct, frozen=True):
    """The stored data that a sign-in is compared with."""

    id: str
    password_hash: str


async def login_records_of(db: Db, email: str) -> list[LoginRecord]:
    """Return who may sign in with this e-mail address, however it is typed: hardly ever more than one."""
    statement = sql("select id, password_hash from users {same_mailbox}", same_mailbox=SAME_MAILBOX)
    return await db.all(LoginRecord, statement, email=tidy_email(email), key=email_key(email))


async def password_hash_of(db: Db, me: Person) -> str:
    """The hash of one's own password."""
    return str(await db.value("select password_hash from users where id = %(id)s", id=me.id))


async def person_of(db: Db, user_id: str) -> Person | None:
    """Return the user of this id; None when there is none, or the account is deleted."""
    return await db.maybe(Person, f"{PERSON} where u.id = %(id)s and u.deleted_at is null", id=user_id)


async def role_of(db: Db, user_id: str) -> Role:
    """Return the role of a user who is there."""
    return Role(await db.value("select role from users where id = %(id)s", id=user_id))


async def account_of(db: Db, user_id: str, role: Role) -> Account:
    """Return one's own account, with the profile of one's role."""
    table, field, profile = PROFILE[role]
    statement = sql(
        """
        select u.id, u.email, u.name, u.role, u.age, u.is_email_verified, u.created_at, {profile} as {field}
          from users u join {table} p on p.user_id = u.id
         where u.id = %(id)s
    """,
        profile=profile,
        field=field,
        table=table,
    )
    return await db.one(Account, statement, id=user_id)


class _Held(Person, frozen=True, kw_only=True):
    session_id: str


async def users_by_session(db: Db, session_ids: Sequence[str]) -> dict[str, Person]:
    """Return whose sessions these are, by session, of those that live."""
    if len(session_ids) == 1:
        held = await db.all(_Held, _SESSION, id=session_ids[0], **lifetimes())
    else:
        held = await db.all(_Held, _SESSIONS, ids=list(session_ids), **lifetimes())
    return {one.session_id: Person(**{name: getattr(one, name) for name in Person.__struct_fields__}) for one in held}


async def sessions_of(db: Db, me: Person, current_id: str) -> list[Session]:
    """Everywhere I am signed in, the latest use first."""
    statement = sql(
        """
        select s.id, s.user_agent, s.address, s.created_at, s.last_used_at, s.id = %(current)s as is_current
          from sessions s
         where s.user_id = %(me)s and {alive}
         order by is_current desc, s.last_used_at desc, s.id desc
    """,
        alive=ALIVE,
    )
    return await db.all(Session, statement, me=me.id, current=current_id, **lifetimes())


# Not ended, used within the last days, and not too old in any case.
ALIVE = Sql("""
s.ended_at is null
and s.last_used_at > now() - make_interval(days => %(idle_days)s)
and s.created_at > now() - make_interval(days => %(days)s)
""")


def lifetimes() -> dict[str, int]:
    """The parameters of ALIVE."""
    return {"idle_days": get_settings().refresh_idle_days, "days": get_settings().refresh_days}


_HELD = f"select s.id as session_id, {_FIELDS} {_PEOPLE} join sessions s on s.user_id = u.id where u.deleted_at is null and {ALIVE}"
# For an equality PostgreSQL keeps a generic plan after five executions; for an array of unknown length it plans anew each time.
_SESSION = f"{_HELD} and s.id = %(id)s"
_SESSIONS = f"{_HELD} and s.id = any(%(ids)s::text[])"
