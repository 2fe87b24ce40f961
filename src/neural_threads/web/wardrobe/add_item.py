"""Add a wardrobe item: with a file, with an uploaded image, or as a saved design."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.actions import check_quota, remove_image
from neural_threads.features.media.queries import own_image
from neural_threads.features.wardrobe.actions import add_item, save_design
from neural_threads.features.wardrobe.colours import examine_image
from neural_threads.features.wardrobe.jobs import read_colour
from neural_threads.features.wardrobe.queries import item_for, similar_items_of
from neural_threads.features.wardrobe.shapes import AddedItem, NewFacts, NewItem, SavedDesign, WardrobeItem
from neural_threads.platform.config import get_settings
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Malformed, TooLarge, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.folder import Folder
from neural_threads.platform.images.upload import Upload, receiving
from neural_threads.platform.security.rate_limits import hit
from neural_threads.platform.serialization.decode import decode_form, decode_json
from neural_threads.web.media.multipart import file_and_fields
from neural_threads.web.media.upload import keep_upload, refuse_early

HttpRequest = Request[Any, Any, Any]
MOST_TEXT = 65_536
FIELDS = len(NewFacts.__struct_fields__) + 1
Added = tuple[AddedItem, bool]


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


async def add(me: Person, new: NewItem) -> Added:
    """An item with an image of mine, and whether it is new. A colour that is not told is read from the image first; no
    connection is held meanwhile."""
    async with reading() as db:
        image_id = await own_image(db, me, new.image_url)
    color, image_hash = await examine_image(image_id)
    details = new.facts
    if details.columns["color"] is None:
        details = msgspec.structs.replace(details, color=color)
    async with transaction() as db:
        item, is_new = await add_item(db, me, image_id, details, client_id=new.client_id, image_hash=image_hash)
        return with_similar(item, await similar_items_of(db, me, image_hash, but=item.id)), is_new


def with_similar(item: WardrobeItem, similar: list[str]) -> AddedItem:
    """The item as a POST answers it."""
    known = {name: getattr(item, name) for name in WardrobeItem.__struct_fields__}
    return AddedItem(**known, similar_items=tuple(similar))


async def keep_design(me: Person, target: SavedDesign) -> Added:
    """A designer's item among mine, and whether it is new there."""
    async with transaction() as db:
        item, is_new = await save_design(db, me, target.portfolio_item_id, target)
    if item.color is None:
        await read_colour(item_id=item.id)
        async with reading() as db:
            item = await item_for(db, me, item.id)
    return with_similar(item, []), is_new


async def add_upload(me: Person, upload: Upload, details: NewFacts) -> Added:
    """An item with what was just received; no image stays behind when the item cannot be kept."""
    kept = await keep_upload(me, upload)
    try:
        payload = {name: getattr(details, name) for name in NewFacts.__struct_fields__}
        return await add(me, NewItem(image_url=kept.public_id, **payload))
    except BaseException:
        async with transaction() as db:
            await remove_image(db, me, kept.public_id)
        raise


async def _with_file(request: HttpRequest, me: Person) -> Added:
    settings = get_settings()
    await hit("uploads", me.id)
    refuse_early(request, settings.upload_bytes)
    async with reading() as db:
        await check_quota(db, me)
    async with receiving(Folder(settings.media_dir), settings.upload_bytes) as upload:
        form = await file_and_fields(request, upload, most_fields=FIELDS)
        return await add_upload(me, upload, decode_form(form, NewFacts))


async def _with_json(body: bytes, me: Person) -> Added:
    if b'"portfolioItemId"' in body:
        return await keep_design(me, decode_json(body, SavedDesign))
    return await add(me, decode_json(body, NewItem))


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
