"""Devices that receive push messages: subscribed by their owner, until sign-out."""

from neural_threads.features.accounts.queries import ALIVE, lifetimes
from neural_threads.features.accounts.shapes import Person
from neural_threads.platform import web_push
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.errors import Conflict, Invalid, NotFound, NotSignedIn
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id

from .shapes import NewPushDevice, PushDevice

FIELDS = Sql("p.id, s.user_agent, s.id = %(session)s as is_current, p.created_at")


class AnothersBrowser(Conflict):
    """This address belongs to a browser of which the caller does not know the keys."""


async def devices_of(db: Db, me: Person, session_id: str | None) -> list[PushDevice]:
    """Return my push devices, the newest first."""
    statement = sql(
        """
        select {fields}
          from push_subscriptions p join sessions s on s.id = p.session_id
         where p.user_id = %(me)s and {alive}
         order by p.created_at desc, p.id desc
    """,
        fields=FIELDS,
        alive=ALIVE,
    )
    return await db.all(PushDevice, statement, me=me.id, session=session_id, **lifetimes())


async def tell_this_device(
    db: Db, me: Person, session_id: str | None, browser: NewPushDevice
) -> tuple[PushDevice, bool]:
    """Switch on the device of this session; again is once. Answers it, and whether it was off before."""
    _check(browser)
    if session_id is None:
        raise NotSignedIn
    details = {"me": me.id, "session": session_id, "endpoint": browser.endpoint}
    keys = {"p256dh": browser.keys.p256dh, "auth": browser.keys.auth}
    was_on = await db.value(
        "select 1 from push_subscriptions where session_id = %(session)s and endpoint = %(endpoint)s", **details
    )
    await db.execute(
        "delete from push_subscriptions where session_id = %(session)s and endpoint <> %(endpoint)s", **details
    )
    # A browser keeps its address when somebody else signs in there. Who knows its keys is that browser.
    stored = await db.value(
        """
        insert into push_subscriptions as p (id, user_id, session_id, endpoint, p256dh, auth)
        values (%(id)s, %(me)s, %(session)s, %(endpoint)s, %(p256dh)s, %(auth)s)
        on conflict (endpoint) do update
           set user_id = excluded.user_id, session_id = excluded.session_id
         where (p.p256dh, p.auth) = (excluded.p256dh, excluded.auth)
        returning id
        """,
        id=new_id(),
        **details,
        **keys,
    )
    if stored is None:
        raise AnothersBrowser
    [device] = [one for one in await devices_of(db, me, session_id) if one.id == stored]
    return device, not was_on


def _check(browser: NewPushDevice) -> None:
    wrong = {}
    if not web_push.is_served(browser.endpoint):
        wrong["endpoint"] = _("This push service is not supported.")
    if not web_push.is_point(browser.keys.p256dh):
        wrong["keys.p256dh"] = _("This is not a valid key from a browser.")
    if not web_push.is_shared_secret(browser.keys.auth):
        wrong["keys.auth"] = _("This is not a valid key from a browser.")
    if wrong:
        raise Invalid(fields=wrong)


async def silence_device(db: Db, me: Person, id: str) -> None:
    """Switch off one of my devices. NotFound when it is nobody's or another's."""
    if not await db.execute("delete from push_subscriptions where id = %(id)s and user_id = %(me)s", id=id, me=me.id):
        raise NotFound


async def silence_this_device(db: Db, session_id: str | None) -> None:
    """Switch off the device of this session; twice is once."""
    await db.execute("delete from push_subscriptions where session_id = %(session)s", session=session_id)
