"""Reading a multipart form that brings one file, as it comes: never more of it in memory than one chunk."""

import re
from typing import Any

from litestar import Request
from litestar.exceptions import ClientException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from neural_threads.platform.errors import Malformed, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.media_upload import Upload, too_large

HEADERS = 16_384  # bytes that the form may have besides the file
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)


async def one_file(request: Request[Any, Any, Any], upload: Upload) -> None:
    """Write the file in the field `file` into `upload`. Anything else in the form, or no file, is Malformed."""
    parser = PushMultipartParser(_boundary(request), max_header_size=8192, max_segment_count=2)
    received, found = 0, 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > upload.most + HEADERS:
                raise too_large(upload.most)
            for event in parser.parse(chunk) if chunk else ():
                if isinstance(event, MultipartSegment):
                    found += 1
                    _check(event, found)
                elif event is not None:
                    await upload.add(bytes(event))
        parser.close()
    except (MultipartError, ClientException):
        raise Malformed from None
    if found == 0:
        raise _one_please()
    await upload.finish()


def _check(segment: Any, found: int) -> None:
    if segment.name != "file" or segment.filename is None or found > 1:
        raise _one_please()


def _one_please() -> Malformed:
    return Malformed(_("Send one picture, in the field named file."))


def _boundary(request: Request[Any, Any, Any]) -> str:
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "multipart/form-data":
        raise WrongType(_("Please send this as multipart/form-data."))
    found = _BOUNDARY.search(kind)
    if found is None:
        raise Malformed
    return found[1] or found[2]
