"""One try-on from files to a file: garments are cut out, a body is found or drawn, and the look is composed."""

from math import hypot, log

import numpy as np
import pyvips

from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.resize import prepare as prepare_vips

from . import masks, pose
from .arrays import Image, Mask
from .body_frame import HIP, WAIST, BodyFrame, Joints
from .composing import compose
from .fitting import lowest_point
from .garment_kind import guessed_category
from .garment_points import Garment, read_garment_points
from .garment_templates import GarmentKind
from .image_files import opened, written
from .in_front import person_in_photo
from .person import Person
from .plausible import agrees_with, is_body
from .trying_on import FigureTask, GarmentFound, GarmentTask, Shares, TryOnOutcome, TryOnTask

WIDEST, TALLEST = 1024, 1365  # pixels of a look
GARMENT_SIDE = 1024
LEAST_VISIBILITY = 0.5
NEEDED = ("leftShoulder", "rightShoulder", "leftHip", "rightHip")
DOUBTFUL = 0.4  # how sure we say to be at most when there is a problem
GIVEN = 0.95  # how sure we are of points that somebody gave
HANGS_OUT = 0.2  # how far below the picture a hem may belong, in trunks
SITS = 0.55  # knees less far below the hips than this, in trunks
QUALITY = 88


def prepare() -> None:
    """Start of the process: libvips with one thread and trusted loaders only, OpenCV, the networks' files checked."""
    prepare_vips()
    masks.prepare()


def make_look(task: TryOnTask) -> TryOnOutcome:
    """Make the look and write it (WebP) to the target. ValueError when an image has more pixels than we decode."""
    garments = [_garment(each, task.use_model) for each in task.garments]
    if task.figure is not None:
        person, result = _figure(task.figure, task.joints), Found(task.joints, 1.0)
    else:
        person, result = _photographed(task)
    look = compose(person, garments)
    shape, sure = nearest_shape(person.body, task.shapes) if result.problem in (None, "SITTING") else (None, None)
    if result.problem is None and not task.joints and hangs_out(person, [garment for _, garment in garments]):
        result = Found(result.joints, result.confidence, "CUT_OFF")
    return TryOnOutcome(
        taken=_written(look.rgb, task.target),
        joints=result.joints,
        confidence=round(result.confidence, 3),
        problem=result.problem,
        shape=shape,
        shape_confidence=sure,
        garments=[GarmentFound(garment.kind, _in_shares(garment.points, rgb)) for rgb, garment in garments],
    )


def hangs_out(person: Person, garments: list[Garment]) -> bool:
    """Return True if a hem belongs clearly below the picture: who wears it is cut off above it."""
    ends = [lowest_point(garment, person.body) for garment in garments]
    return bool(max(ends, default=0.0) > person.rgb.shape[0] + HANGS_OUT * person.body.trunk)


class Found:
    """Joints in 0-1 of the picture, how sure we are, and what is wrong."""

    def __init__(self, joints: Shares, confidence: float, problem: str | None = None) -> None:
        self.joints = joints
        self.confidence = min(confidence, DOUBTFUL) if problem else confidence
        self.problem = problem


def _garment(task: GarmentTask, use_model: bool) -> tuple[Image, Garment]:
    rgb, own = opened(task.path, GARMENT_SIDE, GARMENT_SIDE)
    mask = masks.garment_mask(rgb, alpha=own, use_model=use_model, second_opinion=False)
    alpha = mask.alpha if 0.01 <= mask.share <= 0.97 else np.full_like(mask.alpha, 255)
    kind = task.kind or _guessed(alpha)
    height, width = rgb.shape[:2]
    given = {name: (x * width, y * height) for name, (x, y) in task.points.items()}
    try:
        return rgb, read_garment_points(rgb, alpha, kind, given)
    except (ValueError, IndexError):
        return rgb, read_garment_points(rgb, np.full_like(alpha, 255), GarmentKind.DUPATTA, {})


def _guessed(alpha: Mask) -> GarmentKind:
    guesses = {"UPPERWEAR": GarmentKind.SHIRT, "BOTTOMWEAR": GarmentKind.TROUSERS}
    return guesses.get(guessed_category(alpha) or "", GarmentKind.DRESS)


def _figure(figure: FigureTask, joints: Shares) -> Person:
    layers = {name: _drawn(getattr(figure, name)) for name in ("all", "person", "arms", "head")}
    rgb = np.ascontiguousarray(layers["all"][..., :3])
    alphas = {name: np.ascontiguousarray(layer[..., 3]) for name, layer in layers.items()}
    body = BodyFrame(_in_pixels(joints, rgb), alphas["person"])
    return Person(rgb, body, alphas["head"], alphas["arms"], is_drawn=True)


def _drawn(svg: str) -> Image:
    """A drawing of ours at the size of a look. The loader is open for it alone: people's images never reach it."""
    pyvips.operation_block_set("VipsForeignLoadSvg", False)
    try:
        image = pyvips.Image.svgload_buffer(svg.encode())
        scale = min(WIDEST / image.width, TALLEST / image.height)
        return np.ascontiguousarray(pyvips.Image.svgload_buffer(svg.encode(), scale=scale).numpy())
    finally:
        pyvips.operation_block_set("VipsForeignLoadSvg", True)


def _photographed(task: TryOnTask) -> tuple[Person, Found]:
    rgb, _ = opened(str(task.photo), WIDEST, TALLEST)
    people = pose.detect_people(rgb)
    best = pose.pose_of(rgb, people[0]) if people else None
    if best is not None and best.presence < 0.5:
        best = None
    return placed(rgb, task, best, best is not None and (len(people) > 1 or pose.somebody_beside(rgb, people[0], best)))


def placed(rgb: Image, task: TryOnTask, best: pose.Pose | None, is_crowd: bool) -> tuple[Person, Found]:
    """Return the person with the joints that are believed. `best`: what the network found; `is_crowd`: others, too.

    Given joints are used as they are; that they lie beside the person's outline makes us doubt. Found ones that are no
    body's are not used: then the figure's proportions are placed in the picture.
    """
    if task.joints:
        is_doubtful = best is not None and not is_crowd and not agrees_with(best.mask, _in_pixels(task.joints, rgb))
        result = Found(task.joints, DOUBTFUL if is_doubtful else GIVEN)
    elif best is None or (judged := _judged(rgb, best, is_crowd)) is None:
        return _guessed_person(rgb, task)
    else:
        result = judged
    is_own = best is not None and _fits(best, result, rgb)
    body = BodyFrame(_in_pixels(result.joints, rgb), best.mask if best is not None and is_own else None)
    return person_in_photo(rgb, body), result


def _judged(rgb: Image, best: pose.Pose, is_crowd: bool) -> Found | None:
    """Return which of the network's points are believed: inside the image, visible, and where a body could have them.

    None when shoulders and hips could not be a body's, or are not on the outline that was found with them.
    """
    height, width = rgb.shape[:2]
    inside = {
        name: (x / width, y / height)
        for name, (x, y, seen) in best.points.items()
        if seen >= LEAST_VISIBILITY and 0 <= x < width and 0 <= y < height
    }
    # The trunk is drawn on beyond the edge: a look that ends there is better than none.
    points = {name: (best.points[name][0] / width, best.points[name][1] / height) for name in NEEDED}
    joints = {**inside, **points}
    sure = best.presence * min(best.points[name][2] for name in NEEDED)
    in_pixels = _in_pixels(points, rgb)
    if not is_body(in_pixels, rgb.shape) or not agrees_with(best.mask, in_pixels):
        return None
    if is_crowd:
        return Found(joints, sure, "SEVERAL_PEOPLE")
    if any(name not in inside for name in NEEDED):
        return Found(joints, sure, "CUT_OFF")
    return Found(joints, sure, "SITTING" if _sits(best) else None)


def _sits(best: pose.Pose) -> bool:
    seen = all(best.points[side + "Knee"][2] >= LEAST_VISIBILITY for side in ("left", "right"))
    return seen and _below(best, "Knee", "Hip") < SITS * _below(best, "Hip", "Shoulder")


def _below(best: pose.Pose, lower: str, upper: str) -> float:
    """Return how far one pair of joints is below another, in pixels."""
    return sum(best.points[side + lower][1] - best.points[side + upper][1] for side in ("left", "right")) / 2


def _fits(best: pose.Pose, result: Found, rgb: Image) -> bool:
    """Return True if the outline that was found is that of the person whose joints these are."""
    height, width = rgb.shape[:2]
    spots = [result.joints[name] for name in NEEDED]
    x, y = sum(spot[0] for spot in spots) / 4 * width, sum(spot[1] for spot in spots) / 4 * height
    return bool(best.mask[int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))] > 127)


def _guessed_person(rgb: Image, task: TryOnTask) -> tuple[Person, Found]:
    """Nobody is found: the figure's proportions, in the box of what stands out of the image, else in the image."""
    height, width = rgb.shape[:2]
    solid = masks.garment_mask(rgb, use_model=False).alpha > 127
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    has_box = len(rows) > 0.4 * height and 0.03 < solid.mean() < 0.8
    top, foot = (float(rows[0]), float(rows[-1])) if has_box else (0.03 * height, 0.97 * height)
    middle = float(columns[0] + columns[-1]) / 2 if has_box else width / 2
    scale = (foot - top) / (0.9 * 1200)  # the figure is drawn 1,200 units high and stands from 0.05 to 0.95 of them
    joints = {
        name: ((middle + (x - 0.5) * 900 * scale) / width, (top + (y - 0.05) * 1200 * scale) / height)
        for name, (x, y) in task.fallback.items()
    }
    body = BodyFrame(_in_pixels(joints, rgb))
    nobody = np.zeros((height, width), np.uint8)
    return Person(rgb, body, nobody, nobody), Found(joints, 0.1, "NO_PERSON")


def nearest_shape(body: BodyFrame, shapes: dict[str, tuple[float, float]]) -> tuple[str | None, float | None]:
    """Return the body shape whose waist and hip, in shoulder widths, come nearest to this body's, and how sure that is.

    Sure (0-1): 0 when a second shape is as near, 1 when the widths are exactly the shape's. It says how clearly the
    outline tells the shapes apart, and cannot know what the clothes under it hide.
    """
    if body.mask is None or len(shapes) < 2:
        return None, None
    waist, hip = widths_in_shoulders(body)
    far = {name: hypot(log(waist / each[0]), log(hip / each[1])) for name, each in shapes.items()}
    first, second = sorted(far, key=far.__getitem__)[:2]
    return first, round(1 - far[first] / max(far[second], 1e-6), 3)


def widths_in_shoulders(body: BodyFrame) -> tuple[float, float]:
    """Return the widths of waist and hip, of the outline's width at the shoulders."""
    return body.half_width(WAIST) / body.edge, body.half_width(HIP) / body.edge


def _in_shares(points: Joints, rgb: Image) -> Shares:
    height, width = rgb.shape[:2]
    return {name: (x / width, y / height) for name, (x, y) in points.items()}


def _in_pixels(joints: Shares, rgb: Image) -> Joints:
    return {name: (x * rgb.shape[1], y * rgb.shape[0]) for name, (x, y) in joints.items()}


def _written(rgb: Image, target: str) -> IngestedImage:
    image = pyvips.Image.new_from_array(rgb).copy(interpretation="srgb")
    data: bytes = image.webpsave_buffer(Q=QUALITY, effort=2, keep="none")
    return written(image, data, target)
