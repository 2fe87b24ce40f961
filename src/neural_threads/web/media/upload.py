"""POST /api/upload and DELETE /api/upload/…: upload images as a stream, and delete unused ones."""

from typing import Any

from litestar import Request, delete, post

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import (
    InUse,
    QuotaReached,
    remove_image,
)
from neural_threads.features.media.flows import keep_upload, room_for_upload
from neural_threads.features.media.shapes import StoredImage
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import transaction
from neural_threads.platform.errors import DiskFull, TooOften, Upstream
from neural_threads.platform.images.upload import too_large
from neural_threads.platform.security.rate_limits import hit
from neural_threads.web.http.declared import Takes
from neural_threads.web.http.responses import Reply, created, ok

from .multipart import HEADERS, one_file

HttpRequest = Request[Any, Any, Any]


@post(
    "/api/upload",
    summary="Upload a picture",
    request_max_body_size=None,  # counted while it streams, see one_file
    opt={"body_is_streamed": True},
    takes=Takes(beside_file=()),
    refusals=(DiskFull, QuotaReached, TooOften, Upstream),
)
async def post_upload(request: HttpRequest, me: Person) -> Reply[StoredImage]:
    """A picture (JPEG, PNG, GIF or WebP) in the field `file` of a multipart form; private until a portfolio shows it."""
    await hit("uploads", me.id)
    refuse_early(request)
    async with room_for_upload(me) as upload:
        await one_file(request, upload)
        kept = await keep_upload(me, upload)
    return created(kept)


def refuse_early(request: HttpRequest) -> None:
    """A length that says by itself that it is too large needs no reading; any other is not believed."""
    most = get_settings().upload_bytes
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:15]) > most + HEADERS:
        raise too_large(most)


@delete("/api/upload/{public_id:path}", summary="Remove a picture", status_code=200, refusals=(InUse, Upstream))
async def delete_upload(me: Person, public_id: str) -> Reply[None]:
    """Remove a picture of one's own that nothing shows; 409 IN_USE while a message, request, piece or profile does."""
    async with transaction() as db:
        await remove_image(db, me, public_id.removeprefix("/"))
    return ok()


handlers = [post_upload, delete_upload]
