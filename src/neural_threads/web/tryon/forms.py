"""The form of the try-on page: what is worn, on whom, and what was typed when something was wrong."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Meta

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.tryon.figures import SkinTone
from neural_threads.features.tryon.shapes import MOST_LAYERS, ImageUrl, NewTryOn
from neural_threads.features.wardrobe.queries import item_for
from neural_threads.features.wardrobe.shapes import WardrobeCategory, WardrobeItem
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_form, decode_json
from neural_threads.platform.serialization.types import Id, Incoming, Text
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.web.media.upload import uploaded_files

FIGURE, PHOTO = "figure", "photo"
LOWEST_FIRST = (
    WardrobeCategory.BOTTOMWEAR,
    WardrobeCategory.DRESS,
    WardrobeCategory.UPPERWEAR,
    WardrobeCategory.JACKET,
    WardrobeCategory.OUTERWEAR,
    WardrobeCategory.ACCESSORIES,
)


class TryOnForm(Incoming, frozen=True, kw_only=True):
    """What the form sends. `item`: pieces of the wardrobe; `chosen_image_url`: a picture that was chosen before,
    `outfit_image_url`: one that was just sent. `person`: a figure or a photo; `sent_photo_url` and `person_image_url`: the
    same for the photo. `landmarks`: dragged points as JSON.
    """

    item: Annotated[list[Id], Meta(max_length=MOST_LAYERS)] = msgspec.field(default_factory=list)
    chosen_image_url: ImageUrl | None = None
    outfit_image_url: ImageUrl | None = None
    layers: Annotated[list[ImageUrl], Meta(max_length=MOST_LAYERS)] = msgspec.field(default_factory=list)
    garment_kind: GarmentKind | None = None
    person: str = FIGURE
    sent_photo_url: ImageUrl | None = None
    person_image_url: ImageUrl | None = None
    body_shape: BodyShape | None = None
    skin_tone: SkinTone | None = None
    landmarks: Annotated[Text, Meta(max_length=5_000)] | None = None
    csrf_token: str = msgspec.field(default="", name="csrf_token")


async def read_form(pairs: Iterable[tuple[str, Any]], me: Person) -> TryOnForm:
    """Return what was sent, its files kept as images of mine. Invalid at the field that is wrong."""
    every = list(pairs)
    form = decode_form([(name, value) for name, value in every if isinstance(value, str)], TryOnForm)
    outfit = await _uploaded(every, "outfitImageUrl", me) or form.outfit_image_url
    image = await _uploaded(every, "personImageUrl", me) or form.person_image_url
    return msgspec.structs.replace(
        form,
        outfit_image_url=None,
        chosen_image_url=outfit or form.chosen_image_url,
        person_image_url=None,
        sent_photo_url=image or form.sent_photo_url,
        person=PHOTO if image else form.person,
    )


async def _uploaded(pairs: list[tuple[str, Any]], name: str, me: Person) -> str | None:
    files = [value for each, value in pairs if each == name and isinstance(value, UploadFile)]
    try:
        kept = await uploaded_files(me, files[:1])
    except Invalid as error:
        raise Invalid(fields={name: next(iter(error.fields.values()), error.message)}) from None
    return kept[0].url if kept else None


async def try_on_from(db: Db, me: Person, form: TryOnForm) -> NewTryOn:
    """Return what the form asks for. Invalid when it names nothing to wear, or a photo that is not there."""
    items = [await item_for(db, me, id) for id in form.item]
    images = [str(item.image_url) for item in sorted(items, key=_height)]
    if form.chosen_image_url:
        images = [url for url in images if url != form.chosen_image_url] + [form.chosen_image_url]
    if not images:
        raise Invalid(fields={"item": _("Choose a piece, or a picture of one.")})
    if form.person == PHOTO and not form.sent_photo_url:
        raise Invalid(fields={"personImageUrl": _("Choose a photo of yourself, or a drawn figure.")})
    layers = form.layers or (images if len(images) > 1 else [])
    payload: dict[str, Any] = {
        "outfitImageUrl": images[-1],
        "layers": layers[:MOST_LAYERS],
        "garmentKind": form.garment_kind,
    }
    if form.person == PHOTO:
        payload |= {"personImageUrl": form.sent_photo_url}
        if form.landmarks:
            payload["landmarks"] = msgspec.json.decode(form.landmarks) if _is_json(form.landmarks) else None
    else:
        payload |= {"bodyShape": form.body_shape, "skinTone": form.skin_tone}
    return decode_json(msgspec.json.encode(payload), NewTryOn)


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True


def _height(item: WardrobeItem) -> int:
    return LOWEST_FIRST.index(item.category) if item.category in LOWEST_FIRST else len(LOWEST_FIRST)
