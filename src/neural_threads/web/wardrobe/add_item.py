"""Read the three ways in which a request adds a wardrobe item: a file, an uploaded image, or a saved design."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.flows import room_for_upload
from neural_threads.features.wardrobe.adding_flows import Added, add, add_upload, keep_design
from neural_threads.features.wardrobe.shapes import NewFacts, NewItem, SavedDesign
from neural_threads.platform.errors import Malformed, TooLarge, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.decode import decode_form, decode_json
from neural_threads.web.media.multipart import file_and_fields
from neural_threads.web.media.upload import refuse_early

HttpRequest = Request[Any, Any, Any]
MOST_TEXT = 65_536
FIELDS = len(NewFacts.__struct_fields__) + 1


async def added_by(request: HttpRequest, me: Person) -> Added:
    """Return what the body of this request adds, in whichever of the three ways, and whether it is new."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _with_file(request, me)
    if kind == "application/json":
        return await _with_json(await _text_of(request), me)
    if kind == "application/x-www-form-urlencoded":
        return await add(me, decode_form(_pairs(await _text_of(request)), NewItem))
    raise WrongType(_("Please send this as multipart/form-data or application/json."))


async def _with_file(request: HttpRequest, me: Person) -> Added:
    await hit("uploads", me.id)
    refuse_early(request)
    async with room_for_upload(me) as upload:
        form = await file_and_fields(request, upload, most_fields=FIELDS)
        return await add_upload(me, upload, decode_form(form, NewFacts))


async def _with_json(body: bytes, me: Person) -> Added:
    if "portfolioItemId" in _keys_of(body):
        return await keep_design(me, decode_json(body, SavedDesign))
    return await add(me, decode_json(body, NewItem))


def _keys_of(body: bytes) -> Iterable[str]:
    """Return the keys of a JSON object; none when it is no object, which decoding will say."""
    try:
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()


async def _text_of(request: HttpRequest) -> bytes:
    """The body, which is short: it brings no file."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_TEXT:
            raise TooLarge
    return bytes(body)


def _pairs(body: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Malformed from None
