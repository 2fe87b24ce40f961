"""POST /api/upload and DELETE /api/upload/…: upload images as a stream, and delete unused ones."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, delete, post
from litestar.datastructures import UploadFile
from litestar.openapi import ResponseSpec

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import (
    InUse,
    QuotaReached,
    check_quota,
    forget_file,
    keep_image,
    new_public_id,
    remove_image,
)
from neural_threads.features.media.shapes import StoredImage
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import DiskFull, TooOften, Upstream
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.stores import current_store
from neural_threads.platform.images.upload import Upload, image_of, keep_files, receiving, too_large
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.types import Shape
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.image_cache import image_cache
from neural_threads.web.http.responses import Reply, created, ok

from .multipart import HEADERS, one_file

HttpRequest = Request[Any, Any, Any]


class Uploaded(Shape, frozen=True, kw_only=True):
    """What a successful upload answers."""

    success: bool
    data: StoredImage


@post(
    "/api/upload",
    summary="Upload a picture",
    request_max_body_size=None,  # counted while it streams, see one_file
    opt={"body_is_streamed": True},
    responses={201: ResponseSpec(Uploaded)},
    takes=Takes(beside_file=()),
    refusals=(DiskFull, QuotaReached, TooOften, Upstream),
)
async def post_upload(request: HttpRequest, me: Person) -> Reply[StoredImage]:
    """A picture (JPEG, PNG, GIF or WebP) in the field `file` of a multipart form; private until a portfolio shows it."""
    settings = get_settings()
    await hit("uploads", me.id)
    refuse_early(request, settings.upload_bytes)
    async with reading() as db:
        await check_quota(db, me)
    async with receiving(Folder(settings.media_dir), settings.upload_bytes) as upload:
        await one_file(request, upload)
        kept = await keep_upload(me, upload)
    return created(kept)


async def uploaded_files(me: Person, files: Sequence[UploadFile]) -> list[StoredImage]:
    """The files of a form that was sent without scripts, kept as mine. A file input left empty sends one without a name.

    The same file again is the same image, so that a form that is sent twice says the same twice.
    """
    settings = get_settings()
    kept = []
    for file in files:
        if not file.filename:
            continue
        await hit("uploads", me.id)
        async with receiving(Folder(settings.media_dir), settings.upload_bytes) as upload:
            while chunk := await file.read(65_536):
                await upload.add(chunk)
            await upload.finish()
            kept.append(await keep_upload(me, upload, may_be_known=True))
    return kept


async def keep_upload(me: Person, upload: Upload, *, may_be_known: bool = False) -> StoredImage:
    """Return what was received, as an image of mine; nothing is left of it when that fails.

    `may_be_known`: one that I sent within the last hour is that image.
    """
    taken = await image_of(upload)
    public_id = new_public_id()
    try:
        await keep_files(current_store(), Folder(get_settings().media_dir), public_id, taken)
        async with transaction() as db:
            kept = await keep_image(db, me, public_id, taken, may_be_known=may_be_known)
    except BaseException:
        await forget_file(public_id)
        raise
    if kept.public_id != public_id:
        await forget_file(public_id)
    return kept


def refuse_early(request: HttpRequest, most: int) -> None:
    """A length that says by itself that it is too large needs no reading; any other is not believed."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:15]) > most + HEADERS:
        raise too_large(most)


@delete("/api/upload/{public_id:path}", summary="Remove a picture", status_code=200, refusals=(InUse, Upstream))
async def delete_upload(me: Person, public_id: str) -> Reply[None]:
    """Remove a picture of one's own that nothing shows; 409 IN_USE while a message, request, piece or profile does."""
    async with transaction() as db:
        await remove_image(db, me, public_id.removeprefix("/"))
    image_cache.forget(public_id.removeprefix("/"))
    return ok()


handlers = [post_upload, delete_upload]
