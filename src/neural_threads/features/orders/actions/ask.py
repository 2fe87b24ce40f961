"""Create an order."""

import hashlib

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.chat.actions import send_message
from neural_threads.features.chat.shapes import NewMessage
from neural_threads.features.media.queries import usable_images
from neural_threads.features.orders.errors import IdempotencyConflict, TooManyOpen, WrongChat
from neural_threads.features.orders.kinds import ALTERATION, DESIGN, Kind
from neural_threads.features.orders.lifecycle import EventType, OrderStatus
from neural_threads.features.orders.pickers import provider_for_order
from neural_threads.features.orders.queries import order_for
from neural_threads.features.orders.shapes import NewAlteration, NewDesign, Order
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import Sql, sql
from neural_threads.platform.errors import Forbidden, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.encode import encode

from .record import record

MOST_OPEN = 50
HOUR = 3600


class OnlyCustomers(Forbidden):
    """Makers answer; they do not ask."""

    def sentence(self) -> str:
        return _("Only customers can send a request.")


def rows_of(draft: NewAlteration | NewDesign) -> tuple[str | None, ...]:
    """Return the ids of the rows that others lock, too, when this is asked for: the chat's and the provider's."""
    if isinstance(draft, NewAlteration):
        return (draft.tailor_id,)
    return draft.chat_id, draft.designer_id


async def ask(db: Db, me: Person, draft: NewAlteration | NewDesign, *, key: str | None = None) -> tuple[Order, bool]:
    """The request, and whether it is new: the same `key` and draft again give the first one.

    Unknown providers, chats and items are NotFound; another draft under the same key is OtherRequest; the 51st open
    request is TooManyOpen; a chat with another provider is WrongChat. A design that is asked for in a chat is said there.
    """
    kind = ALTERATION if isinstance(draft, NewAlteration) else DESIGN
    if me.customer_id is None:
        raise OnlyCustomers
    # One at a time per customer, so that neither the limit nor the key can be overtaken.
    await db.value("select 1 from customers where id = %(me)s for no key update", me=me.customer_id)
    fingerprint = hashlib.sha256(encode(draft)).digest()
    if key and (first := await _asked_before(db, me, kind, key, fingerprint)):
        return await order_for(db, me, kind, first), False
    await _refuse_too_many(db, me)
    id = await _store(db, me, kind, draft, key, fingerprint)
    order = await order_for(db, me, kind, id)
    await record(db, me, order, EventType.ASKED, came_from=None, to=OrderStatus.PENDING)
    if isinstance(draft, NewDesign) and draft.chat_id is not None:
        result = NewMessage(chat_id=draft.chat_id, content=draft.description)
        await send_message(db, me, result, request_id=order.id)
    return order, True


class Asked(msgspec.Struct, frozen=True):
    """The order that was created under a key."""

    id: str
    fingerprint: bytes


async def _asked_before(db: Db, me: Person, kind: Kind, key: str, fingerprint: bytes) -> str | None:
    target = await db.maybe(
        Asked,
        sql(
            "select id, fingerprint from {kind.table} where customer_id = %(me)s and idempotency_key = %(key)s",
            kind=kind,
        ),
        me=me.customer_id,
        key=key,
    )
    if target and target.fingerprint != fingerprint:
        raise IdempotencyConflict
    return target.id if target else None


async def _refuse_too_many(db: Db, me: Person) -> None:
    is_open = Sql("customer_id = %(me)s and status in ('PENDING', 'ACCEPTED', 'IN_PROGRESS')")
    many = await db.value(
        sql(
            "select (select count(*) from alteration_requests where {is_open})"
            " + (select count(*) from design_requests where {is_open})",
            is_open=is_open,
        ),
        me=me.customer_id,
    )
    if many >= MOST_OPEN:
        raise TooManyOpen(retry_after=HOUR)


async def _store(
    db: Db, me: Person, kind: Kind, draft: NewAlteration | NewDesign, key: str | None, fingerprint: bytes
) -> str:
    provider_id = draft.tailor_id if isinstance(draft, NewAlteration) else draft.designer_id
    provider = await provider_for_order(db, kind, provider_id)
    images = await usable_images(db, me, draft.pictures, field="imageUrls" if draft.image_url is None else "imageUrl")
    item_image = await _image_of_item(db, me, draft.wardrobe_item_id)
    if item_image and not images:
        images = [item_image]
    own = await _own_of_design(db, me, draft) if isinstance(draft, NewDesign) else {}
    id = new_id()
    columns = Sql("".join(f", {name}" for name in own))
    values = Sql("".join(f", %({name})s" for name in own))
    await db.execute(
        sql(
            """
        insert into {kind.table} (id, customer_id, {kind.provider_id}, description, image_id, wardrobe_item_id, pins,
                                  idempotency_key, fingerprint, created_at, updated_at{columns})
        values (%(id)s, %(me)s, %(maker)s, %(description)s, %(image)s, %(piece)s, %(pins)s::text::jsonb, %(key)s,
                %(fingerprint)s, clock_timestamp(), clock_timestamp(){values})
        """,
            kind=kind,
            columns=columns,
            values=values,
        ),
        id=id,
        me=me.customer_id,
        maker=provider.id,
        description=draft.description,
        image=images[0] if images else None,
        piece=draft.wardrobe_item_id,
        pins=encode(draft.pins).decode(),
        key=key,
        fingerprint=fingerprint,
        **own,
    )
    await _store_images(db, kind, id, images)
    return id


async def _store_images(db: Db, kind: Kind, id: str, images: list[str]) -> None:
    if not images:
        return
    await db.execute(
        sql(
            """
        insert into request_images (id, {kind.event_key}, image_id, position)
        select ids.id, %(request)s, ids.image, ids.place - 1
          from unnest(%(ids)s::text[], %(images)s::text[]) with ordinality as ids (id, image, place)
        """,
            kind=kind,
        ),
        request=id,
        ids=[new_id() for _ in images],
        images=images,
    )


async def _image_of_item(db: Db, me: Person, item_id: str | None) -> str | None:
    if item_id is None:
        return None
    row = await db.value(
        "select image_id from wardrobe_items where id = %(id)s and customer_id = %(me)s",
        id=item_id,
        me=me.customer_id,
    )
    if row is None:
        raise NotFound
    return str(row)


async def _own_of_design(db: Db, me: Person, draft: NewDesign) -> dict[str, str | None]:
    """The columns that only design requests have."""
    reference = [draft.reference_image_url] if draft.reference_image_url else []
    names = await usable_images(db, me, reference, field="referenceImageUrl")
    if draft.chat_id is not None:
        designer_id = await db.all(
            str,
            "select coalesce(designer_id, '') from chats where id = %(id)s and customer_id = %(me)s",
            id=draft.chat_id,
            me=me.customer_id,
        )
        if not designer_id:
            raise NotFound
        if designer_id != [draft.designer_id]:
            raise WrongChat
    return {"reference_image_id": names[0] if names else None, "chat_id": draft.chat_id}
