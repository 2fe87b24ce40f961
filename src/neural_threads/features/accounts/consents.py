"""Consents: the purpose for which a person lets data leave this server, the version of the notice, and the time."""

from enum import StrEnum

from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.types import Incoming, Moment, Shape

from .shapes import Person

STYLIST_NOTICE = 1
TRY_ON_NOTICE, TRY_ON_NOTICE_OWN_SERVER = 1, 2
"""Of the notices that are shown (`web/accounts/*consent_notice.html`). When one changes in substance, it gets a new number and
consent is asked again; so it is when photos go to another place than the one that was agreed to."""


class ConsentPurpose(StrEnum):
    """The purpose for which data is sent out."""

    STYLIST = "STYLIST"
    TRY_ON = "TRY_ON"


class Consent(Shape, frozen=True, kw_only=True):
    """The state of one purpose. Without times it was never answered; without `givenAt` it was declined."""

    purpose: ConsentPurpose
    is_given: bool
    notice_version: int | None
    given_at: Moment | None
    withdrawn_at: Moment | None


class ConsentChange(Incoming, frozen=True, kw_only=True):
    """Agree to a purpose, or withdraw."""

    purpose: ConsentPurpose
    is_given: bool


def notice_version(purpose: ConsentPurpose) -> int:
    """Return the number of the notice that is shown today."""
    if purpose is ConsentPurpose.STYLIST:
        return STYLIST_NOTICE
    return TRY_ON_NOTICE_OWN_SERVER if get_settings().tryon_url else TRY_ON_NOTICE


async def has_consented(db: Db, user_id: str, purpose: ConsentPurpose) -> bool:
    """Return True when the notice of today was agreed to, and this was not withdrawn."""
    return bool(
        await db.value(
            """
            select 1 from consents
             where user_id = %(user)s and purpose = %(purpose)s and withdrawn_at is null and notice_version = %(version)s
            """,
            user=user_id,
            purpose=purpose,
            version=notice_version(purpose),
        )
    )


async def consents_of(db: Db, me: Person) -> list[Consent]:
    """Return the newest answer of mine for every purpose."""
    rows = await db.all(
        Consent,
        """
        select distinct on (purpose)
               purpose, withdrawn_at is null
                 and notice_version = case purpose when 'STYLIST' then %(stylist)s else %(try_on)s end as is_given,
               notice_version, given_at, withdrawn_at
          from consents
         where user_id = %(me)s
         order by purpose, created_at desc, id desc
        """,
        me=me.id,
        stylist=notice_version(ConsentPurpose.STYLIST),
        try_on=notice_version(ConsentPurpose.TRY_ON),
    )
    answered = {row.purpose: row for row in rows}
    return [answered.get(purpose, _unanswered(purpose)) for purpose in ConsentPurpose]


async def change_consent(db: Db, me: Person, change: ConsentChange) -> list[Consent]:
    """Agree or withdraw; the same again changes nothing. Earlier answers stay on record."""
    keys = {"me": me.id, "purpose": change.purpose, "version": notice_version(change.purpose)}
    await db.execute(
        """
        update consents set withdrawn_at = clock_timestamp()
         where user_id = %(me)s and purpose = %(purpose)s and withdrawn_at is null
           and not (%(is_given)s and notice_version = %(version)s)
        """,
        is_given=change.is_given,
        **keys,
    )
    if change.is_given:
        await db.execute(_GIVE, id=new_id(), **keys)
    else:
        await db.execute(_DECLINE, id=new_id(), **keys)
    return await consents_of(db, me)


_GIVE = """
insert into consents (id, user_id, purpose, notice_version, given_at, created_at)
values (%(id)s, %(me)s, %(purpose)s, %(version)s, clock_timestamp(), clock_timestamp())
on conflict (user_id, purpose) where withdrawn_at is null do nothing
"""

# Only where there is nothing to withdraw: whoever never agreed is not asked again.
_DECLINE = """
insert into consents (id, user_id, purpose, notice_version, withdrawn_at, created_at)
select %(id)s, %(me)s, %(purpose)s, %(version)s, clock_timestamp(), clock_timestamp()
 where not exists (select from consents where user_id = %(me)s and purpose = %(purpose)s and notice_version = %(version)s)
"""


def _unanswered(purpose: ConsentPurpose) -> Consent:
    return Consent(purpose=purpose, is_given=False, notice_version=None, given_at=None, withdrawn_at=None)
