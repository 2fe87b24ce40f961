"""Try-ons: request bodies and answers."""

from collections.abc import Mapping
from enum import StrEnum
from math import hypot
from typing import Annotated

import msgspec
from msgspec import Meta

from neural_threads.features.accounts.enums import BodyShape
from neural_threads.platform.db.keyset_paging import Limit
from neural_threads.platform.i18n import LazyText, lazy_gettext
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.images.signed_url import PrivateImage
from neural_threads.platform.serialization.types import NO_NUL, Incoming, Moment, Shape, Text
from neural_threads.platform.vision.garment_templates import POINT_NAMES, GarmentKind

from .figures import SkinTone

ImageUrl = Annotated[str, Meta(pattern=NO_NUL, min_length=1, max_length=1000)]
Share = Annotated[float, Meta(ge=0, le=1)]
LEAST_APART = 0.02  # of the image: shoulders, or shoulders and hips, that are closer are no body's
MOST_LAYERS = 6
SURE = 0.5  # a suggested body shape is half as far away as the next one


class Problem(StrEnum):
    """The reason why a look may be wrong. The page has a sentence for each."""

    NO_PERSON = "NO_PERSON"
    SEVERAL_PEOPLE = "SEVERAL_PEOPLE"
    CUT_OFF = "CUT_OFF"
    SITTING = "SITTING"


class PhotoRealProblem(StrEnum):
    """The reason why a photo-real look stayed the laid-over one. The page has a sentence for each."""

    REFUSED = "REFUSED"
    UNAVAILABLE = "UNAVAILABLE"
    NO_PERSON = "NO_PERSON"
    NO_CONSENT = "NO_CONSENT"


class Point(Incoming, frozen=True, kw_only=True):
    """A place in a picture: 0-1 of its width and height."""

    x: Share
    y: Share


class Joint(Shape, frozen=True, kw_only=True):
    """A joint as it was found: 0-1 of the picture, less or more where it lies outside."""

    x: float
    y: float


class Joints(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """The joints of a body, in shares of the image. Left and right are the wearer's own."""

    left_shoulder: Joint
    right_shoulder: Joint
    left_hip: Joint
    right_hip: Joint
    neck: Joint | None = None
    nose: Joint | None = None
    left_ear: Joint | None = None
    right_ear: Joint | None = None
    left_elbow: Joint | None = None
    right_elbow: Joint | None = None
    left_wrist: Joint | None = None
    right_wrist: Joint | None = None
    left_waist: Joint | None = None
    right_waist: Joint | None = None
    left_knee: Joint | None = None
    right_knee: Joint | None = None
    left_ankle: Joint | None = None
    right_ankle: Joint | None = None


class Landmarks(Incoming, frozen=True, kw_only=True, omit_defaults=True):
    """The same as somebody gives them: inside the picture."""

    left_shoulder: Point
    right_shoulder: Point
    left_hip: Point
    right_hip: Point
    neck: Point | None = None
    nose: Point | None = None
    left_ear: Point | None = None
    right_ear: Point | None = None
    left_elbow: Point | None = None
    right_elbow: Point | None = None
    left_wrist: Point | None = None
    right_wrist: Point | None = None
    left_waist: Point | None = None
    right_waist: Point | None = None
    left_knee: Point | None = None
    right_knee: Point | None = None
    left_ankle: Point | None = None
    right_ankle: Point | None = None

    def fault(self) -> str | None:
        """Return what makes these points no body's; None when they could be one."""
        shoulders = self.left_shoulder.x - self.right_shoulder.x
        trunk = (self.left_hip.y + self.right_hip.y - self.left_shoulder.y - self.right_shoulder.y) / 2
        if trunk < LEAST_APART:
            return _("Hips must be below the shoulders: move leftHip and rightHip down.")
        if hypot(shoulders, self.left_shoulder.y - self.right_shoulder.y) < LEAST_APART:
            return _("The shoulders are too close together: move leftShoulder and rightShoulder apart.")
        if shoulders * (self.left_hip.x - self.right_hip.x) < 0:
            return _("Left and right are exchanged between shoulders and hips.")
        if abs(shoulders) < 0.12 * trunk or abs(shoulders) > 6 * trunk:
            return _("These shoulders and hips do not belong to one body: check leftShoulder and rightShoulder.")
        return None


class VirtualTryOn(Shape, frozen=True, kw_only=True):
    """A look: a garment over a photo or a drawn figure. It shows a look, not a fit.

    `confidence`: how sure we are of the joints, 0-1; below 0.5 there is a `problem`, or the joints are uncertain.
    `bodyShapeConfidence`: how sure `suggestedBodyShape` is, 0-1. `garmentKind` and `garmentPoints`: as they were given or
    found, in 0-1 of the picture at `outfitImageUrl`. While `isProcessed` is false the result is still being made; processed
    without a result, it could not be made.

    `isPhotoReal`: a picture by a model was asked for; until it is there the result is the piece laid over the photo.
    `isGenerated`: the result is the model's, with the photo's own face; the file says so, too, and shows a sign.
    `photoRealProblem`: why it is the laid-over one after all.
    """

    id: str
    customer_id: str
    body_shape: BodyShape | None
    outfit_image_url: PrivateImage
    result_image_url: PrivateImage | None
    is_processed: bool
    created_at: Moment
    person_image_url: PrivateImage | None
    landmarks: Joints | None
    confidence: float | None
    problem: Problem | None
    is_kept: bool
    suggested_body_shape: BodyShape | None
    body_shape_confidence: float | None
    garment_kind: GarmentKind | None
    garment_points: dict[str, Joint] | None
    skin_tone: SkinTone | None
    layers: list[PrivateImage]
    is_photo_real: bool
    is_generated: bool
    photo_real_problem: PhotoRealProblem | None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's choices for a try-on, without what was found. Points are in shares (0-1) of their image."""

    garment_kind: GarmentKind | None
    garment_points: dict[str, Joint] | None
    landmarks: Joints | None


class NewTryOn(Incoming, frozen=True, kw_only=True):
    """A new try-on. Without `personImageUrl` the garment is fitted to the drawn figure of the body shape."""

    outfit_image_url: ImageUrl
    body_shape: BodyShape | None = None
    person_image_url: ImageUrl | None = None
    landmarks: Landmarks | None = None
    layers: Annotated[list[ImageUrl], Meta(max_length=MOST_LAYERS)] | None = None
    garment_kind: GarmentKind | None = None
    garment_points: dict[str, Point] | None = None
    skin_tone: SkinTone | None = None
    is_photo_real: bool = False

    def problems(self) -> Mapping[str, str]:
        wrong: dict[str, str] = {}
        if self.landmarks is not None and (fault := self.landmarks.fault()):
            wrong["landmarks"] = fault
        if self.landmarks is not None and self.person_image_url is None:
            wrong["landmarks"] = _("Landmarks belong to a photo: give personImageUrl, too.")
        if self.is_photo_real and self.person_image_url is None:
            wrong["isPhotoReal"] = _("A photo-real look needs a photo: give personImageUrl, too.")
        strange = sorted(set(self.garment_points or ()) - set(POINT_NAMES))
        if strange:
            wrong["garmentPoints"] = _("We do not know the point %(name)s.") % {"name": strange[0][:40]}
        return wrong


class TryOnChange(Incoming, frozen=True, kw_only=True):
    """A change of a try-on: whether it is kept for longer than thirty days."""

    is_kept: bool


class TryOnSearch(Incoming, frozen=True, kw_only=True):
    """The try-ons to return: all, those that are kept, or those that are not."""

    is_kept: bool | None = None
    limit: Limit | None = None
    cursor: Annotated[Text, Meta(max_length=500)] | None = None


class Forgotten(Shape, frozen=True, kw_only=True):
    """The number of photos and looks that were removed."""

    photos: int
    results: int


_KINDS: dict[GarmentKind, LazyText] = {
    GarmentKind.KURTA: lazy_gettext("Kurta"),
    GarmentKind.SHIRT: lazy_gettext("Shirt or top"),
    GarmentKind.BLOUSE: lazy_gettext("Blouse"),
    GarmentKind.DRESS: lazy_gettext("Dress"),
    GarmentKind.GOWN: lazy_gettext("Gown"),
    GarmentKind.ANARKALI: lazy_gettext("Anarkali"),
    GarmentKind.LEHENGA: lazy_gettext("Lehenga set"),
    GarmentKind.SAREE: lazy_gettext("Saree, draped"),
    GarmentKind.TROUSERS: lazy_gettext("Trousers"),
    GarmentKind.SALWAR: lazy_gettext("Salwar"),
    GarmentKind.SKIRT: lazy_gettext("Skirt"),
    GarmentKind.JACKET: lazy_gettext("Jacket"),
    GarmentKind.SHERWANI: lazy_gettext("Sherwani"),
    GarmentKind.DUPATTA: lazy_gettext("Dupatta"),
}
_TONES: dict[SkinTone, LazyText] = {
    SkinTone.FAIR: lazy_gettext("Fair"),
    SkinTone.WHEATISH: lazy_gettext("Wheatish"),
    SkinTone.HONEY: lazy_gettext("Honey"),
    SkinTone.BRONZE: lazy_gettext("Bronze"),
    SkinTone.BROWN: lazy_gettext("Brown"),
    SkinTone.DEEP: lazy_gettext("Deep"),
}
_PROBLEMS: dict[Problem, LazyText] = {
    Problem.NO_PERSON: lazy_gettext(
        "We could not find anybody in this photo, so the garment was placed by guess. Move the points, or try a drawn figure."
    ),
    Problem.SEVERAL_PEOPLE: lazy_gettext(
        "There are several people in this photo; we chose one. Take one with you alone, or move the points."
    ),
    Problem.CUT_OFF: lazy_gettext(
        "Part of you is outside the photo. Step back until it shows you as far down as the item reaches, or move the points."
    ),
    Problem.SITTING: lazy_gettext(
        "You seem to be sitting. Long garments look right only when you stand, facing the camera."
    ),
}


_NOT_DRAWN: dict[PhotoRealProblem, LazyText] = {
    PhotoRealProblem.REFUSED: lazy_gettext(
        "The model did not want to draw this. Here is the item laid over your photo; another photo or another item may work."
    ),
    PhotoRealProblem.UNAVAILABLE: lazy_gettext(
        "The photo-real picture could not be made just now. Here is the item laid over your photo; try again later."
    ),
    PhotoRealProblem.NO_PERSON: lazy_gettext(
        "A photo-real picture needs you alone in the photo, with shoulders and hips in it. Nothing was sent; here is the item laid over your photo."
    ),
    PhotoRealProblem.NO_CONSENT: lazy_gettext(
        "You withdrew your consent, so nothing was sent. Here is the item laid over your photo."
    ),
}


_POINTS: dict[str, LazyText] = {
    "neck": lazy_gettext("Neck"),
    "leftShoulder": lazy_gettext("Left shoulder"),
    "rightShoulder": lazy_gettext("Right shoulder"),
    "leftElbow": lazy_gettext("Left elbow"),
    "rightElbow": lazy_gettext("Right elbow"),
    "leftWrist": lazy_gettext("Left wrist"),
    "rightWrist": lazy_gettext("Right wrist"),
    "leftHip": lazy_gettext("Left hip"),
    "rightHip": lazy_gettext("Right hip"),
    "leftKnee": lazy_gettext("Left knee"),
    "rightKnee": lazy_gettext("Right knee"),
    "leftAnkle": lazy_gettext("Left ankle"),
    "rightAnkle": lazy_gettext("Right ankle"),
}


_GARMENT_POINTS: dict[str, LazyText] = {
    "neckFront": lazy_gettext("Neckline, in front"),
    "leftNeck": lazy_gettext("Neckline, left"),
    "rightNeck": lazy_gettext("Neckline, right"),
    "leftShoulder": lazy_gettext("Left shoulder"),
    "rightShoulder": lazy_gettext("Right shoulder"),
    "leftArmpit": lazy_gettext("Left armpit"),
    "rightArmpit": lazy_gettext("Right armpit"),
    "leftCuffOuter": lazy_gettext("Left sleeve end, outside"),
    "leftCuffInner": lazy_gettext("Left sleeve end, inside"),
    "rightCuffOuter": lazy_gettext("Right sleeve end, outside"),
    "rightCuffInner": lazy_gettext("Right sleeve end, inside"),
    "leftWaist": lazy_gettext("Left waist"),
    "rightWaist": lazy_gettext("Right waist"),
    "leftHip": lazy_gettext("Left hip"),
    "rightHip": lazy_gettext("Right hip"),
    "crotch": lazy_gettext("Where the legs begin"),
    "leftHem": lazy_gettext("Left hem"),
    "rightHem": lazy_gettext("Right hem"),
    "leftHemInner": lazy_gettext("Left hem, inside"),
    "rightHemInner": lazy_gettext("Right hem, inside"),
}


def sure_label(confidence: float | None) -> str:
    """Return how sure a suggested body shape is, in the reader's language."""
    if confidence is None:
        return ""
    if confidence >= SURE:
        return _("We are fairly sure: the outline is clear.")
    return _("We are not sure: another shape is nearly as close, and clothes change the outline.")


def garment_point_labels() -> dict[str, str]:
    """Return the points that can be moved on a garment's picture, in the reader's language."""
    return {name: str(words) for name, words in _GARMENT_POINTS.items()}


def point_labels() -> dict[str, str]:
    """Return the points that can be moved on a photo, in the reader's language."""
    return {name: str(words) for name, words in _POINTS.items()}


def not_drawn_label(problem: PhotoRealProblem) -> str:
    """Return why there is no photo-real picture, in the reader's language."""
    return str(_NOT_DRAWN[problem])


def option_label(value: GarmentKind | SkinTone | Problem) -> str:
    """Return a kind, a tone or a problem in the reader's language."""
    words: dict[StrEnum, LazyText] = {}
    for some in (_KINDS, _TONES, _PROBLEMS):
        words |= some  # type: ignore[arg-type]  # dict is invariant in its keys
    return str(words[value])


class TryOnJob(msgspec.Struct, frozen=True, kw_only=True):
    """The input of the job that makes a look."""

    id: str
    user_id: str
    outfit_image_id: str
    person_image_id: str | None
    body_shape: BodyShape | None
    landmarks: dict[str, dict[str, float]] | None
    garment_kind: GarmentKind | None
    garment_points: dict[str, dict[str, float]] | None
    skin_tone: SkinTone | None
    attempts: int
    layers: list[str]
    is_photo_real: bool
