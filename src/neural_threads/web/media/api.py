"""GET /media/…: an image as stored, or at a width, in the best format that the browser accepts."""

from typing import Any

import structlog
from litestar import Request, Response, route

from neural_threads.features.media.queries import visible_image
from neural_threads.features.media.shapes import Image, Visibility
from neural_threads.platform import logs
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading
from neural_threads.platform.errors import Invalid, NotFound
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.derivatives import Derivatives, derivatives_in
from neural_threads.platform.images.image_cache import image_cache
from neural_threads.platform.images.ingest import TYPES, kind_of
from neural_threads.platform.images.resize import WIDTHS
from neural_threads.platform.images.stores import current_store
from neural_threads.web.http.accept import kind_for
from neural_threads.web.http.conditional import is_known
from neural_threads.web.http.image_cache import key_of
from neural_threads.web.http.query import InQuery, PageQuery
from neural_threads.web.http.ranges import Unsatisfiable, part_of

log = structlog.get_logger(__name__)

HttpRequest = Request[Any, Any, Any]
READS: list[Any] = ["GET", "HEAD"]
HEADERS = {
    # A name is given to one image for ever, so a browser need never ask again.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}
# An address that was given to somebody; for as long as it is good at least.
FOR_ONE = {"Cache-Control": "private, max-age=3600", "Referrer-Policy": "no-referrer"}


class ImageLink(PageQuery, frozen=True, kw_only=True):
    """The width, and the signature of a private image. The handler refuses a width that we do not make."""

    w: str = ""
    sig: str = ""


@route("/media/{public_id:path}", http_method=READS, include_in_schema=False, exclude_from_auth=True)
async def get_picture(request: HttpRequest, public_id: str, which: InQuery[ImageLink]) -> Response[bytes]:
    """A picture; `w` is 200, 400, 800 or 1600. Unknown, misspelt, and private ones without their signature are not there."""
    width = _width(which.w)
    async with reading() as db:
        image = await visible_image(db, public_id.removeprefix("/"), which.sig)
    kind = None
    headers = dict(HEADERS if image.visibility is Visibility.PUBLIC else HEADERS | FOR_ONE)
    if width is not None:
        kind = kind_for(request.headers.get("accept", ""))
        headers["Vary"] = "Accept"
    headers["ETag"] = f'"{image.tag}-{width}-{kind}"' if kind else f'"{image.tag}"'
    if is_known(headers["ETag"], request.headers.get("if-none-match")):
        return Response(b"", status_code=304, headers=headers)
    content = await _bytes_of(derivatives_in(get_settings().media_dir), image, width, kind)
    key = key_of(request.scope)
    if key and image.visibility is Visibility.PUBLIC:
        image_cache.keep(key, content, headers["ETag"], headers | {"Content-Type": type_of(content)})
    return _answer(request, content, type_of(content) if kind else image.content_type, headers)


def type_of(content: bytes) -> str:
    """The content type of a smaller version: animations stay WebP, and a store that makes them has its own mind."""
    kind = kind_of(content[:12])
    return TYPES[kind] if kind else "image/avif"


def _width(text: str) -> int | None:
    if not text:
        return None
    if text not in map(str, WIDTHS):
        widths = ", ".join(map(str, WIDTHS))
        raise Invalid(fields={"w": _("Must be one of %(values)s.") % {"values": widths}})
    return int(text)


async def _bytes_of(derivatives: Derivatives, image: Image, width: int | None, kind: str | None) -> bytes:
    try:
        if width is None or kind is None:
            return await current_store().read(image.public_id)
        return await derivatives.read(image.public_id, width, kind, current_store())
    except FileNotFoundError:
        if (more := logs.bounded("picture_missing")) is not None:
            log.warning("picture_missing", public_id=image.public_id, **more)
        raise NotFound from None


def _answer(request: HttpRequest, content: bytes, content_type: str, headers: dict[str, str]) -> Response[bytes]:
    try:
        part = part_of(len(content), _range_of(request, headers["ETag"]))
    except Unsatisfiable:
        return Response(b"", status_code=416, headers=headers | {"Content-Range": f"bytes */{len(content)}"})
    if part is None:
        return Response(content, media_type=content_type, headers=headers)
    first, last = part
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], status_code=206, media_type=content_type, headers=headers)


def _range_of(request: HttpRequest, etag: str) -> str | None:
    """The Range header where it counts: only for the version that `If-Range` names (RFC 9110, 13.1.5)."""
    condition = request.headers.get("if-range")
    return request.headers.get("range") if condition in (None, etag) else None


handlers = [get_picture]
