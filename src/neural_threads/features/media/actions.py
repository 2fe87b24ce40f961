"""Store an image, delete an image, check the quota."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
import structlog

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import Db, Effect
from neural_threads.platform.db.composition import sql
from neural_threads.platform.errors import Conflict, NotFound, Upstream
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.folder import Folder, is_public_id
from neural_threads.platform.images.image_cache import image_cache
from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.signed_url import image_url_for
from neural_threads.platform.images.stores import current_store

from .references import IS_USED
from .shapes import StoredImage, Visibility

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FormFile:
    """A file of a form that was sent without scripts: the form's key, and the images that it has besides."""

    key: str
    others: Sequence[str] = ()

    @property
    def id(self) -> UUID:
        """The stored form of the key."""
        return uuid5(NAMESPACE_OID, self.key)


class QuotaReached(Conflict):
    """This account keeps as many pictures as it may."""

    code = "QUOTA"

    def sentence(self) -> str:
        return _("You have reached the limit of stored pictures. Delete some that you no longer need.")


class InUse(Conflict):
    """A message, a request, a piece or a profile shows this picture."""

    code = "IN_USE"

    def sentence(self) -> str:
        return _("This picture is in use, so it cannot be deleted.")


def new_public_id() -> str:
    """A name that nobody can guess, never used twice; no folder gets too full."""
    token = secrets.token_hex(13)
    return f"u/{token[:2]}/{token[2:]}"


async def check_quota(db: Db, me: Person, more: int = 0) -> None:
    """QuotaReached when I keep as many images, or bytes of them, as I may."""
    settings = get_settings()
    is_full = await db.value(
        """
        select count(*) >= %(files)s or coalesce(sum(bytes), 0) + %(more)s > %(bytes)s
          from media
         where owner_id = %(me)s
        """,
        me=me.id,
        more=more,
        files=settings.quota_files,
        bytes=settings.quota_bytes,
    )
    if is_full:
        raise QuotaReached


async def keep_image(
    db: Db,
    me: Person,
    public_id: str,
    taken: IngestedImage,
    visibility: Visibility = Visibility.PRIVATE,
    *,
    form: FormFile | None = None,
) -> StoredImage:
    """Write down that this image is mine. Its file is there already: a file without a row is swept, never the reverse.

    One that was sent with the same form before is returned instead.
    """
    # One after the other per person, so that a hundred uploads at once cannot pass the quota together.
    await db.execute("select pg_advisory_xact_lock(hashtextextended('quota ' || %(me)s, 0))", me=me.id)
    if form and (known := await _sent_before(db, me, taken, form)):
        return known
    await check_quota(db, me, taken.size)
    await _insert(db, me.id, public_id, taken, visibility, form_id=form.id if form else None)
    return StoredImage(
        url=image_url_for(public_id, visibility), public_id=public_id, width=taken.width, height=taken.height
    )


class _Known(msgspec.Struct, frozen=True):
    public_id: str
    visibility: Visibility


async def _sent_before(db: Db, me: Person, taken: IngestedImage, form: FormFile) -> StoredImage | None:
    known = await db.maybe(
        _Known,
        """
        select public_id, visibility from media
         where owner_id = %(me)s and form_id = %(form)s and sha256 = %(sha256)s and public_id <> all(%(others)s::text[])
         order by created_at limit 1
        """,
        me=me.id,
        form=form.id,
        sha256=taken.sha256,
        others=list(form.others),
    )
    if known is None:
        return None
    url = image_url_for(known.public_id, known.visibility)
    return StoredImage(url=url, public_id=known.public_id, width=taken.width, height=taken.height)


async def keep_generated_image(db: Db, owner_id: str, public_id: str, taken: IngestedImage) -> None:
    """Write down an image that we made of one of somebody's own. Their quota counts it, but does not hinder it."""
    await _insert(db, owner_id, public_id, taken, Visibility.PRIVATE)


async def _insert(
    db: Db, owner_id: str, public_id: str, taken: IngestedImage, visibility: Visibility, *, form_id: UUID | None = None
) -> None:
    await db.execute(
        """
        insert into media (public_id, owner_id, visibility, content_type, width, height, bytes, sha256, form_id)
        values (%(public_id)s, %(owner)s, %(visibility)s, %(content_type)s, %(width)s, %(height)s, %(size)s, %(sha256)s,
                %(form_id)s)
        """,
        public_id=public_id,
        owner=owner_id,
        visibility=visibility,
        content_type=taken.content_type,
        width=taken.width,
        height=taken.height,
        size=taken.size,
        sha256=taken.sha256,
        form_id=form_id,
    )


async def remove_image(db: Db, me: Person, public_id: str) -> None:
    """Remove an image of mine that nothing shows: NotFound if it is not mine, InUse while something shows it."""
    if not is_public_id(public_id):
        raise NotFound
    # Waits for whoever is just using it; the next statement sees what they did.
    mine = await db.value(
        "select public_id from media where public_id = %(id)s and owner_id = %(me)s for update", id=public_id, me=me.id
    )
    if mine is None:
        raise NotFound
    if not await db.execute(
        sql("delete from media m where m.public_id = %(id)s and not {is_used}", is_used=IS_USED), id=public_id
    ):
        raise InUse
    db.after_commit(lambda: forget_file(public_id))


async def remove_if_unused(db: Db, me: Person, public_id: str) -> None:
    """Remove an image of mine when nothing shows it any more; one of somebody else's stays."""
    gone = await db.execute(
        sql(
            "delete from media m where m.public_id = %(id)s and m.owner_id = %(me)s and not {is_used}", is_used=IS_USED
        ),
        id=public_id,
        me=me.id,
    )
    if gone:
        db.after_commit(lambda: forget_file(public_id))


async def remove_all_unused(db: Db, public_ids: Sequence[str]) -> list[str]:
    """Remove those of these images that nothing shows any more, whoever's they are; answers which."""
    gone = await db.all(
        str,
        sql(
            "delete from media m where m.public_id = any(%(ids)s::text[]) and not {is_used} returning m.public_id",
            is_used=IS_USED,
        ),
        ids=list(public_ids),
    )
    for public_id in gone:
        db.after_commit(partial(forget_file, public_id))
    return gone


def forgetting_images(public_ids: Sequence[str]) -> Effect:
    """Return an effect for `after_commit` that removes these images from memory."""

    async def forget() -> None:
        for public_id in public_ids:
            image_cache.forget(public_id)

    return forget


async def forget_file(public_id: str) -> None:
    """Remove the image itself, once its row is gone; what cannot be reached now is logged, and stays unreachable for others."""
    image_cache.forget(public_id)
    await asyncio.to_thread(Folder(get_settings().media_dir).drop_smaller, public_id)
    try:
        await current_store().drop(public_id)
    except Upstream:
        log.warning("picture_not_dropped", public_id=public_id)
