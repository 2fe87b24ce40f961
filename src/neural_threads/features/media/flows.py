"""Receive an upload: its bytes become an image between two transactions, on no connection."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from neural_threads.features.accounts.shapes import Person
from neural_threads.platform import counters
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.signed_url import public_id_in
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.images.upload import Upload, image_of, keep_files, receiving
from neural_threads.platform.security.rate_limits import hit

from .actions import FormFile, check_quota, forget_file, keep_image, new_public_id
from .shapes import StoredImage

CHUNK = 65_536


class SentFile(Protocol):
    """A file of a form, as web frameworks give it; one without a name was left empty."""

    filename: str

    async def read(self, size: int = -1) -> bytes:
        """Return the next bytes; none at the end."""


@asynccontextmanager
async def room_for_upload(me: Person) -> AsyncIterator[Upload]:
    """Receive an image within my quota; what was received is gone afterwards. QuotaReached before a byte is read."""
    settings = get_settings()
    async with reading() as db:
        await check_quota(db, me)
    async with receiving(Folder(settings.media_dir), settings.upload_bytes) as upload:
        yield upload


async def uploaded_files(
    me: Person, files: Sequence[SentFile], *, key: str | None = None, beside: Iterable[str] = ()
) -> list[StoredImage]:
    """The files of a form that was sent without scripts, kept as mine. A file input left empty sends one without a name.

    `key`: that of the form, for which the same file again is the same image, so that a form that is sent twice says the
    same twice. `beside`: the images that the form names already.
    """
    settings = get_settings()
    kept: list[StoredImage] = []
    for file in files:
        if not file.filename:
            continue
        await hit("uploads", me.id)
        async with receiving(Folder(settings.media_dir), settings.upload_bytes) as upload:
            while chunk := await file.read(CHUNK):
                await upload.add(chunk)
            await upload.finish()
            others = [*map(public_id_in, beside), *(image.public_id for image in kept)]
            kept.append(await keep_upload(me, upload, FormFile(key, others) if key else None))
    return kept


async def keep_upload(me: Person, upload: Upload, form: FormFile | None = None) -> StoredImage:
    """Return what was received, as an image of mine; nothing is left of it when it is refused.

    `form`: that of which it is a file; sent with it before, it is the image that is there. When the database is lost on
    the way, nobody knows whether the row was committed, so the file stays: an image must not lose it, and without a row
    the nightly sweep removes it.
    """
    taken = await image_of(upload)
    public_id = new_public_id()
    is_in_doubt = False
    try:
        await keep_files(current_store(), Folder(get_settings().media_dir), public_id, taken)
        async with transaction() as db:
            kept = await keep_image(db, me, public_id, taken, form=form)
            is_in_doubt = True
    except BaseException:
        if is_in_doubt:
            raise
        await forget_file(public_id)
        raise
    if kept.public_id != public_id:
        await forget_file(public_id)
    counters.uploads.labels("stored").inc()
    counters.upload_bytes.inc(taken.size)
    return kept
