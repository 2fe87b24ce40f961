"""A look that a model drew: checked, laid exactly over the photo, with the photo's own face, and marked as generated."""

from math import hypot

import numpy as np
import pyvips

from neural_threads.platform.images.generated_mark import mark_generated
from neural_threads.platform.images.ingest import IngestedImage, NotAnImage, Unreadable, decoded

from . import pose
from .ai_sign import sign
from .aligning import aligned, fitted
from .arrays import Image, Mask
from .body_frame import BodyFrame, Joints
from .drawn_look import DrawnLookTask, UnusableDrawing
from .face_region import face_mask
from .image_files import pixels, written

WIDEST, TALLEST = 1024, 1365  # pixels of a look
SAME_BODY = 0.3  # in trunks: shoulders that are farther apart are not the same person's
HEAD = ("nose", "leftEar", "rightEar")
QUALITY = 88


def taken_over(task: DrawnLookTask) -> IngestedImage:
    """Write the look (WebP) to the target. UnusableDrawing when what the model drew cannot be shown."""
    photo = _opened(task.photo)
    joints = {name: (x * photo.shape[1], y * photo.shape[0]) for name, (x, y) in task.joints.items()}
    look = look_with_face(photo, fitted(_decoded(task.drawing), photo), joints)
    return _written(look, task.target)


def look_with_face(photo: Image, drawing: Image, joints: Joints) -> Image:
    """Return the drawing, of the photo's size, with the photo's face in its place and the sign in a corner.

    `joints`: of the photo, in pixels. UnusableDrawing when the person stands elsewhere or is not found in the drawing.
    """
    body, outline = BodyFrame(joints), None
    found = _pose(photo)
    if found is not None and _is_same(found, body):
        here, there = _joints(found), _pose(drawing)
        if there is None:
            raise UnusableDrawing("nobody is found in it")
        drawing = aligned(drawing, _joints(there), here, body.trunk)
        body = BodyFrame({name: here[name] for name in HEAD} | body.joints)
        outline = found.mask
    look = blended(drawing, photo, face_mask(photo.shape, body, outline))
    sign(look)
    return look


def blended(under: Image, over: Image, mask: Mask) -> Image:
    """Return one image with another over it: exactly that where the mask is 255, exactly the first where it is 0."""
    result = under.copy()
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return result
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    share = mask[box][..., None].astype(np.uint16)
    result[box] = ((over[box] * share + under[box] * (255 - share) + 127) // 255).astype(np.uint8)
    return result


def _pose(rgb: Image) -> pose.Pose | None:
    people = pose.detect_people(rgb)
    best = pose.pose_of(rgb, people[0]) if people else None
    return best if best is not None and best.presence >= 0.5 else None


def _joints(found: pose.Pose) -> Joints:
    return {name: (x, y) for name, (x, y, _) in found.points.items()}


def _is_same(found: pose.Pose, body: BodyFrame) -> bool:
    """Return True if the pose that was found is that of the body whose joints are known: either way round."""
    there = BodyFrame(_joints(found)).joints
    apart = [hypot(*np.subtract(there[name], body.joints[name])) for name in ("leftShoulder", "rightShoulder")]
    return max(apart) < SAME_BODY * body.trunk


def _opened(path: str) -> Image:
    image = pyvips.Image.thumbnail(path, WIDEST, height=TALLEST, size="down").colourspace("srgb").cast("uchar")
    return _flattened(image)


def _decoded(path: str) -> Image:
    try:
        image = decoded(path)
    except (NotAnImage, Unreadable) as error:
        raise UnusableDrawing(f"{type(error).__name__}: {error}") from None
    # Larger than that it is only in the way: reducing first spares memory.
    return _flattened(image.thumbnail_image(2 * WIDEST, height=2 * TALLEST, size="down"))


def _flattened(image: pyvips.Image) -> Image:
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    return pixels(image)[0]


def _written(rgb: Image, target: str) -> IngestedImage:
    image = mark_generated(pyvips.Image.new_from_array(rgb).copy(interpretation="srgb"))
    data: bytes = image.webpsave_buffer(Q=QUALITY, effort=2, keep="xmp")
    return written(image, data, target)
