"""The form of the try-on page: its garments, its person, and its values after a mistake."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Meta

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.tryon.figures import SkinTone
from neural_threads.features.tryon.queries import chosen_for, kind_of, try_on_for
from neural_threads.features.tryon.shapes import MOST_LAYERS, ImageUrl, NewTryOn
from neural_threads.features.wardrobe.queries import item_for
from neural_threads.features.wardrobe.shapes import WardrobeCategory, WardrobeItem
from neural_threads.platform.db import Db
from neural_threads.platform.errors import Invalid
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_form, decode_json
from neural_threads.platform.serialization.encode import encode
from neural_threads.platform.serialization.types import Id, Incoming, Text
from neural_threads.platform.vision.garment_templates import GarmentKind
from neural_threads.web.http.form_key import KEY, key_of

FIGURE, PHOTO = "figure", "photo"
LOWEST_FIRST = (
    WardrobeCategory.BOTTOMWEAR,
    WardrobeCategory.DRESS,
    WardrobeCategory.UPPERWEAR,
    WardrobeCategory.JACKET,
    WardrobeCategory.OUTERWEAR,
    WardrobeCategory.ACCESSORIES,
)
NOT_CLOTH = (WardrobeCategory.SHOES, WardrobeCategory.BAG)


class TryOnLink(Incoming, frozen=True, kw_only=True):
    """The choices that an address makes already. `item`, repeated, and `items`, with commas: pieces of the wardrobe; `design`: of the
    catalogue; `again`: a look of mine, with everything that it was made with. `person`: on whom, where that is not as it was.
    """

    item: list[Id] = msgspec.field(default_factory=list)
    items: list[Id] = msgspec.field(default_factory=list)
    design: Id | None = None
    again: Id | None = None
    person: Annotated[Text, Meta(max_length=20)] | None = None


class TryOnForm(Incoming, frozen=True, kw_only=True):
    """The fields of the form. `item`: pieces of the wardrobe; `chosen_image_url`: a picture that was chosen before,
    `outfit_image_url`: one that was just sent. `person`: a figure or a photo; `sent_photo_url` and `person_image_url`: the
    same for the photo. `layers`: pictures that lie under or over it, the lowest first. `landmarks` and `garment_points`:
    dragged points as JSON. `is_photo_real`: for a photo only; `is_agreed`: that it is sent to be drawn.
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
    is_photo_real: bool = False
    is_agreed: bool = False
    landmarks: Annotated[Text, Meta(max_length=5_000)] | None = None
    garment_points: Annotated[Text, Meta(max_length=5_000)] | None = None
    csrf_token: str = msgspec.field(default="", name="csrf_token")


async def read_form(pairs: Iterable[tuple[str, Any]], me: Person) -> TryOnForm:
    """Return what was sent, its files kept as images of mine. Invalid at the field that is wrong."""
    given = list(pairs)
    key, every = key_of(given), [(name, value) for name, value in given if name != KEY]
    form = decode_form([(name, value) for name, value in every if isinstance(value, str)], TryOnForm)
    outfit = await _uploaded(every, "outfitImageUrl", me, key) or form.outfit_image_url
    image = await _uploaded(every, "personImageUrl", me, key) or form.person_image_url
    return msgspec.structs.replace(
        form,
        outfit_image_url=None,
        chosen_image_url=outfit or form.chosen_image_url,
        person_image_url=None,
        sent_photo_url=image or form.sent_photo_url,
        person=PHOTO if image else form.person,
        # Points belong to their picture, and go with it.
        landmarks=None if image else form.landmarks,
        garment_points=None if outfit else form.garment_points,
    )


async def form_of_look(db: Db, me: Person, id: str) -> TryOnForm:
    """Return the form as it was for a look of mine: pieces, kind, person and the points that were dragged."""
    look, chosen = await try_on_for(db, me, id), await chosen_for(db, me, id)
    return TryOnForm(
        chosen_image_url=look.outfit_image_url.signed,
        layers=[url.signed for url in look.layers],
        garment_kind=chosen.garment_kind,
        person=PHOTO if look.person_image_url else FIGURE,
        sent_photo_url=look.person_image_url.signed if look.person_image_url else None,
        body_shape=look.body_shape,
        skin_tone=look.skin_tone,
        is_photo_real=look.is_photo_real,
        landmarks=encode(chosen.landmarks).decode() if chosen.landmarks else None,
        garment_points=encode(chosen.garment_points).decode() if chosen.garment_points else None,
    )


def is_cloth(item: WardrobeItem) -> bool:
    """Return True for what can be tried on: no shoes, no bag, and of accessories only those whose name is a garment's."""
    if item.category is WardrobeCategory.ACCESSORIES:
        return kind_of(None, item.name or "") is not None
    return item.category not in NOT_CLOTH


async def _uploaded(pairs: list[tuple[str, Any]], name: str, me: Person, key: str) -> str | None:
    files = [value for each, value in pairs if each == name and isinstance(value, UploadFile)]
    try:
        kept = await uploaded_files(me, files[:1], key=f"{key} {name}" if key else None)
    except Invalid as error:
        raise Invalid(fields={name: next(iter(error.fields.values()), error.message)}) from None
    return kept[0].url if kept else None


async def try_on_from(db: Db, me: Person, form: TryOnForm) -> NewTryOn:
    """Return what the form asks for. Invalid when it names nothing to wear, or a photo that is not there."""
    items = [await item_for(db, me, id) for id in form.item]
    worn = [item for item in items if is_cloth(item)]
    if items and not worn:
        raise Invalid(fields={"item": _("Shoes, bags and jewellery cannot be tried on. Choose a piece of clothing.")})
    images = _lowest_first(form, [str(item.image_url) for item in sorted(worn, key=_height)])
    if not images:
        raise Invalid(fields={"item": _("Choose an item, or a picture of one.")})
    if len(images) > MOST_LAYERS:
        raise Invalid(fields={"item": _("At most %(most)s items at once.") % {"most": MOST_LAYERS}})
    outfit = next((url for url in images if _same(url, form.chosen_image_url)), images[-1])
    if form.person == PHOTO and not form.sent_photo_url:
        raise Invalid(fields={"personImageUrl": _("Choose a photo of yourself, or a drawn figure.")})
    payload: dict[str, Any] = {
        "outfitImageUrl": outfit,
        "layers": images if len(images) > 1 else [],
        "garmentKind": form.garment_kind,
    }
    if _same(outfit, form.chosen_image_url):
        payload |= {"garmentPoints": _read(form.garment_points)}
    if form.person == PHOTO:
        payload |= {"personImageUrl": form.sent_photo_url, "landmarks": _read(form.landmarks)}
        payload["isPhotoReal"] = form.is_photo_real
    else:
        payload |= {"bodyShape": form.body_shape, "skinTone": form.skin_tone}
    return decode_json(msgspec.json.encode(payload), NewTryOn)


def _lowest_first(form: TryOnForm, items: list[str]) -> list[str]:
    """Return every picture once. Layers that were there keep their order, and what is new lies over them."""
    chosen = [form.chosen_image_url] if form.chosen_image_url else []
    images: list[str] = []
    for url in [*form.layers, *chosen, *items] if form.layers else [*items, *chosen]:
        if not any(_same(url, other) for other in images):
            images.append(url)
    return images


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.partition("?")[0] == other.partition("?")[0]


def _read(text: str | None) -> Any:
    """Return what a field holds as JSON; None when it is empty, or no JSON."""
    try:
        return msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return None


def _height(item: WardrobeItem) -> int:
    return LOWEST_FIRST.index(item.category) if item.category in LOWEST_FIRST else len(LOWEST_FIRST)
