"""Create, keep and delete try-ons."""

from datetime import timedelta
from uuid import UUID

import msgspec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import remove_all_unused, remove_if_unused
from neural_threads.features.media.queries import own_image, usable_images
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Forbidden, TooOften
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.ids import new_id
from neural_threads.platform.serialization.encode import encode

from .queries import try_on_for
from .shapes import Forgotten, NewTryOn, VirtualTryOn

MOST_WAITING = 20
MOST_WAITING_OF_ONE = 6
RETRY_AFTER = 10  # seconds
KEPT_FOR = timedelta(days=30)
AT_ONCE = 200


class TooManyWaiting(TooOften):
    """As many try-ons are waiting as may, of this customer or of all."""

    def sentence(self) -> str:
        return _("Other looks are still being made. Please try again in a moment.")


async def ask_for_try_on(db: Db, me: Person, new: NewTryOn, *, client_id: UUID | None = None) -> tuple[str, bool]:
    """Write down what is to be made, and return its id, and whether it is new: the same `client_id` again is the first one.

    Invalid, at its field, for an image that I may not use.
    """
    outfit = (await usable_images(db, me, [new.outfit_image_url], field="outfitImageUrl"))[0]
    layers = await usable_images(db, me, new.layers or [], field="layers")
    image = await own_image(db, me, new.person_image_url, field="personImageUrl") if new.person_image_url else None
    # One after the other, so that twenty requests at once cannot pass the bound together.
    await db.execute("select pg_advisory_xact_lock(hashtextextended('try-ons', 0))")
    sql = "select id from virtual_try_ons where customer_id = %(me)s and client_id = %(client_id)s"
    if client_id and (first := await db.value(sql, me=me.customer_id, client_id=client_id)):
        for sent_again in {outfit, *layers, image or outfit}:
            await remove_if_unused(db, me, sent_again)
        return str(first), False
    await _check_room(db, me)
    id = new_id()
    await db.execute(
        """
        insert into virtual_try_ons (id, customer_id, body_shape, outfit_image_id, person_image_id, landmarks, garment_kind,
                                     garment_points, skin_tone, has_own_landmarks, client_id, is_photo_real)
        select %(id)s, c.id, coalesce(%(shape)s, case when %(photo)s::text is null then c.body_shape end), %(outfit)s, %(photo)s,
               %(landmarks)s::text::jsonb, %(kind)s, %(points)s::text::jsonb, %(tone)s, %(landmarks)s::text is not null,
               %(client_id)s, %(real)s
          from customers c where c.id = %(me)s
        """,
        id=id,
        me=owner(me),
        shape=new.body_shape,
        outfit=outfit,
        photo=image,
        landmarks=_json(new.landmarks),
        kind=new.garment_kind,
        points=_json(new.garment_points),
        tone=new.skin_tone,
        client_id=client_id,
        real=new.is_photo_real,
    )
    if layers:
        await db.execute(
            """
            insert into try_on_layers (try_on_id, position, image_id)
            select %(id)s, place, image from unnest(%(images)s::text[]) with ordinality as each (image, place)
            """,
            id=id,
            images=layers if outfit in layers else [*layers, outfit],
        )
    return id, True


async def _check_room(db: Db, me: Person) -> None:
    waiting = await db.one(
        _Waiting,
        """
        select count(*) as everybody, count(*) filter (where customer_id = %(me)s) as mine
          from virtual_try_ons where not is_processed
        """,
        me=me.customer_id,
    )
    if waiting.everybody >= MOST_WAITING or waiting.mine >= MOST_WAITING_OF_ONE:
        raise TooManyWaiting(retry_after=RETRY_AFTER)


class _Waiting(msgspec.Struct, frozen=True):
    everybody: int
    mine: int


async def announce_later(db: Db, me: Person, id: str) -> bool:
    """Have the owner told when it is finished. False when it is finished already, and nobody need be told."""
    sql = (
        "update virtual_try_ons set is_announced = true where id = %(id)s and customer_id = %(me)s and not is_processed"
    )
    return bool(await db.execute(sql, id=id, me=me.customer_id))


async def keep_try_on(db: Db, me: Person, id: str, is_kept: bool) -> VirtualTryOn:
    """Keep a look of mine for longer than thirty days, or no longer."""
    await db.execute(
        "update virtual_try_ons set is_kept = %(kept)s where id = %(id)s and customer_id = %(me)s",
        id=id,
        me=owner(me),
        kept=is_kept,
    )
    return await try_on_for(db, me, id)


async def delete_try_on(db: Db, me: Person, id: str) -> list[str]:
    """Delete a look of mine with its result, and its photo unless another look shows it. Return the images that went."""
    gone = await db.found(
        _Gone,
        "delete from virtual_try_ons where id = %(id)s and customer_id = %(me)s returning person_image_id, result_image_id",
        id=id,
        me=owner(me),
    )
    return await remove_all_unused(db, gone.images)


async def forget_photos(db: Db, me: Person) -> tuple[Forgotten, list[str]]:
    """Delete every look that was made from a photo of mine, kept ones too, with photo and result.

    What I have sent into a chat is part of that chat and stays there.
    """
    rows = await db.all(
        _Gone,
        """
        delete from virtual_try_ons where customer_id = %(me)s and person_image_id is not null
        returning person_image_id, result_image_id
        """,
        me=owner(me),
    )
    images = list({image for row in rows for image in row.images})
    result = Forgotten(
        photos=len({row.person_image_id for row in rows}), results=sum(1 for row in rows if row.result_image_id)
    )
    return result, await remove_all_unused(db, images)


async def delete_expired(db: Db) -> list[str] | None:
    """Delete some looks that nobody kept for thirty days. Return the images that went; None when there were no looks."""
    rows = await db.all(
        _Gone,
        """
        with old as (
          select id from virtual_try_ons
           where not is_kept and created_at < now() - %(age)s::interval
           limit %(limit)s for update skip locked
        )
        delete from virtual_try_ons t using old where t.id = old.id returning t.person_image_id, t.result_image_id
        """,
        age=f"{KEPT_FOR.days} days",
        limit=AT_ONCE,
    )
    return await remove_all_unused(db, [image for row in rows for image in row.images]) if rows else None


class _Gone(msgspec.Struct, frozen=True, kw_only=True):
    person_image_id: str | None
    result_image_id: str | None

    @property
    def images(self) -> list[str]:
        """Photo and result, as far as there are any."""
        return [image for image in (self.person_image_id, self.result_image_id) if image]


def owner(me: Person) -> str:
    """Return the customer that I am. Forbidden to providers, who try nothing on."""
    if me.customer_id is None:
        raise Forbidden
    return me.customer_id


def _json(value: object) -> str | None:
    return None if value is None else encode(value).decode()
