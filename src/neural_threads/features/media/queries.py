"""Read images. An image that the reader may not see is not found."""

from collections.abc import Sequence

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.folder import is_public_id
from neural_threads.platform.images.signed_url import is_signed, public_id_in

from .shapes import Image


async def visible_image(db: Db, public_id: str, signature: str = "") -> Image:
    """An image that anybody may see, or whose address we signed lately. Any other is, to the world, not there."""
    if not is_public_id(public_id):
        raise NotFound
    return await db.found(
        Image,
        """
        select public_id, owner_id, visibility, content_type, width, height, bytes as size, sha256
          from media
         where public_id = %(public_id)s and (visibility = 'public' or %(is_signed)s)
        """,
        public_id=public_id,
        is_signed=is_signed(public_id, signature),
    )


async def usable_images(db: Db, me: Person, urls: Sequence[str], *, field: str) -> list[str]:
    """The names of these images, if I may show every one of them: my own, and what providers show to everybody.

    Each is one of our addresses or a public id; nothing elsewhere is ever fetched. Invalid, at `field`, for any other.
    """
    if not urls:
        return []
    target = [public_id_in(url) for url in urls]
    rows = await db.all(
        str,
        """
        select m.public_id
          from media m
         where m.public_id = any(%(wanted)s::text[])
           and (m.owner_id = %(me)s
                or m.visibility = 'public'
                   and (exists (select from portfolio_items p where p.image_id = m.public_id)
                        or exists (select from sample_works w where w.image_id = m.public_id)))
        """,
        wanted=target,
        me=me.id,
    )
    if set(target) - set(rows):
        raise Invalid(
            fields={field: _("Choose one of your own pictures, or one from a designer’s or tailor’s portfolio.")}
        )
    return target


async def usable_image(db: Db, me: Person, url: str, *, field: str = "imageUrl") -> str:
    """The name of one image that I may show, see `usable_images`."""
    return (await usable_images(db, me, [url], field=field))[0]


async def own_image(db: Db, me: Person, url: str, *, field: str = "imageUrl") -> str:
    """The name of an image that I uploaded; Invalid, at `field`, for any other."""
    name = public_id_in(url)
    mine = await db.value(
        "select public_id from media where public_id = %(name)s and owner_id = %(me)s", name=name, me=me.id
    )
    if mine is None:
        raise Invalid(fields={field: _("Choose a picture that you uploaded yourself.")})
    return name
