"""Delete an account: end open orders, erase personal data."""

from contextlib import suppress

import structlog

from neural_threads.features.accounts.enums import Role
from neural_threads.features.accounts.session_cache import forgetting_person
from neural_threads.features.accounts.sessions import end_sessions_of
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.queries import lock_chats_of
from neural_threads.features.media.actions import forgetting_images
from neural_threads.features.orders.actions import abandon_order, change_order
from neural_threads.features.orders.actions.record import tell
from neural_threads.features.orders.errors import InvalidTransition
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, KINDS, Kind
from neural_threads.features.orders.lifecycle import OrderStatus, Side
from neural_threads.features.orders.queries import order_for
from neural_threads.features.orders.shapes import OrderChange
from neural_threads.platform import realtime
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.i18n import lazy_gettext

from .erasure import erase
from .file_cleanup import drop_emails_after_commit
from .jobs import queue_images

log = structlog.get_logger(__name__)

LEFT = lazy_gettext("The other person’s account was deleted. What you agreed on stays here.")


async def delete_account_of(db: Db, me: Person) -> list[str]:
    """Delete my account, in the caller's transaction. Answers the names of the images that are gone."""
    # Everybody who writes in a chat locks the chat first and refers to its people afterwards, so we do, too. A weaker lock
    # on the person is enough, since the id stays: rows that refer to it may be inserted meanwhile.
    await db.value("select 1 from users where id = %(me)s for no key update", me=me.id)
    await lock_chats_of(db, me)
    await _cancel_open_orders(db, me)
    await end_sessions_of(db, me.id)
    db.after_commit(realtime.end_sessions_of(me.id))
    email, images = await erase(db, me.id)
    await queue_images(db, images)
    db.after_commit(forgetting_images(images))
    drop_emails_after_commit(db, email)
    forgetting_person(db, me.id)
    log.info("account_deleted", user_id=me.id, pictures=len(images))
    return images


# Nobody shall wait for what cannot come: a customer takes back what has not begun, a provider declines what was not accepted
# and abandons the rest. What a customer leaves behind in progress stays: cloth has changed hands, and its provider ends it.
_WAYS_OUT = {
    Side.CUSTOMER: (OrderStatus.CANCELLED, {OrderStatus.PENDING, OrderStatus.ACCEPTED}),
    Side.PROVIDER: (OrderStatus.REJECTED, {OrderStatus.PENDING}),
}


async def _cancel_open_orders(db: Db, me: Person) -> None:
    kinds = {Role.CUSTOMER: KINDS, Role.DESIGNER: (DESIGN,), Role.TAILOR: (ALTERATION,)}[me.role]
    side = Side.CUSTOMER if me.role is Role.CUSTOMER else Side.PROVIDER
    for kind in kinds:
        mine = "customer_id" if side is Side.CUSTOMER else kind.provider_id
        open_ones = await db.all(
            str,
            sql(
                "select id from {kind.table} where {mine} = %(me)s"
                " and status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS') order by id",
                kind=kind,
                mine=mine,
            ),
            me=me.role_id,
        )
        for id in open_ones:
            await _answer(db, me, kind, side, id)


async def _answer(db: Db, me: Person, kind: Kind, side: Side, id: str) -> None:
    way_out, possible_from = _WAYS_OUT[side]
    request = await order_for(db, me, kind, id)
    if request.status in possible_from:
        with suppress(InvalidTransition):  # The other side was faster, and has heard of it.
            await change_order(db, me, kind, id, OrderChange(status=way_out))
    elif side is Side.PROVIDER:
        await abandon_order(db, me, kind, id)
    else:
        await tell(db, request, Side.PROVIDER, LEFT, actor_id=me.id)
