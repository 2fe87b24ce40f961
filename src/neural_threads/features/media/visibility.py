"""Make an image public while a provider shows it."""

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import public_id_in

from .actions import forget_file, forgetting_images
from .references import IS_SHOWN, IS_USED


async def show_to_all(db: Db, me: Person, url: str, *, field: str = "imageUrl") -> str:
    """The name of an image of mine, public from now on; Invalid, at `field`, for any that is not mine."""
    public_id = public_id_in(url)
    mine = await db.execute(
        "update media set visibility = 'public' where public_id = %(id)s and owner_id = %(me)s",
        id=public_id,
        me=me.id,
    )
    if not mine:
        raise Invalid(fields={field: _("Choose a picture that you uploaded yourself.")})
    return public_id


async def stop_showing(db: Db, me: Person, public_id: str) -> None:
    """A place where everybody saw it let go of an image of mine.

    Used nowhere else, it goes. Used in a chat or a wardrobe only, it is private again. Shown elsewhere, it stays.
    """
    mine = await db.value(
        "select public_id from media where public_id = %(id)s and owner_id = %(me)s for update", id=public_id, me=me.id
    )
    if mine is None:
        return
    if await db.execute(
        sql("delete from media m where m.public_id = %(id)s and not {is_used}", is_used=IS_USED), id=public_id
    ):
        db.after_commit(lambda: forget_file(public_id))
        return
    db.after_commit(forgetting_images([public_id]))
    await db.execute(
        sql(
            "update media m set visibility = 'private' where m.public_id = %(id)s and not {is_shown}", is_shown=IS_SHOWN
        ),
        id=public_id,
    )
