"""Read a multipart form with one file as a stream; memory holds one chunk."""

import re
from typing import Any

from litestar import Request
from litestar.exceptions import ClientException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from neural_threads.platform.errors import Invalid, Malformed, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.upload import Upload, too_large

HEADERS = 16_384  # bytes that the form may have besides the file
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)


async def one_file(request: Request[Any, Any, Any], upload: Upload) -> None:
    """Write the file in the field `file` into `upload`. Anything else in the form is Malformed, no file Invalid."""
    if await file_and_fields(request, upload, most_fields=0):
        raise _one_please()


async def file_and_fields(
    request: Request[Any, Any, Any], upload: Upload, *, most_fields: int
) -> list[tuple[str, str]]:
    """Write the file in the field `file` into `upload`; answers the other fields, in any order.

    Malformed for a form that cannot be read and for a second file; Invalid where the form is whole and has no file.
    """
    parser = PushMultipartParser(_boundary(request), max_header_size=8192, max_segment_count=most_fields + 2)
    received, files = 0, 0
    fields: list[tuple[str, bytearray]] = []
    is_file = False
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > upload.most + HEADERS:
                raise too_large(upload.most)
            for event in parser.parse(chunk) if chunk else ():
                if isinstance(event, MultipartSegment):
                    is_file = event.filename is not None
                    files += is_file
                    _check(event, files, is_file or len(fields) < most_fields)
                    if not is_file:
                        fields.append((event.name, bytearray()))
                elif event is not None and is_file:
                    await upload.add(bytes(event))
                elif event is not None:
                    fields[-1][1].extend(event)
        parser.close()
        texts = [(name, value.decode()) for name, value in fields]
    except (MultipartError, ClientException, UnicodeDecodeError):
        raise Malformed from None
    if files == 0:
        raise Invalid(fields={"file": _("Please fill this in.")})
    await upload.finish()
    return texts


def _check(segment: Any, files: int, fits: bool) -> None:
    is_the_file = segment.filename is not None and segment.name == "file"
    if (segment.filename is not None and not is_the_file) or files > 1 or not fits:
        raise _one_please()


def _one_please() -> Malformed:
    return Malformed(_("Send one picture, in the field named file."))


def _boundary(request: Request[Any, Any, Any]) -> str:
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "multipart/form-data":
        raise WrongType(_("Please send this as multipart/form-data."))
    result = _BOUNDARY.search(kind)
    if result is None:
        raise Malformed
    return result[1] or result[2]
