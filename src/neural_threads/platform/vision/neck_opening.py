"""Skin where a garment's neck is open and the photo shows the collar of the old clothes."""

import cv2
import numpy as np

from .arrays import Image, Mask
from .body_frame import NECK_SIDE, BodyFrame, Place
from .person import Person
from .skin import is_skin, skin_of
from .warp import Places

LEAST_DEPTH = 0.05  # of the trunk: a neckline higher than this shows no skin below the neck
STEPS = 24


def bare_neck(rgb: Image, covered: Mask, person: Person, neckline: Places) -> None:
    """Paint the face's colour over what is not skin between the neck and the neckline; note it as covered."""
    body = person.body
    depth = float((neckline[1] - (neckline[0] + neckline[2]) / 2) @ body.down) / body.trunk
    skin = skin_of(person.rgb, body)
    if skin is None or depth < LEAST_DEPTH or body.mask is None:
        return
    opening = np.zeros(covered.shape, np.uint8)
    cv2.fillPoly(opening, [np.round(_opening(body, neckline) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    opening = np.minimum(opening, body.mask)
    columns, rows = np.flatnonzero(opening.any(axis=0)), np.flatnonzero(opening.any(axis=1))
    if not len(columns):
        return
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    part = rgb[box]
    strange: Mask = np.where(is_skin(part, skin), 0, opening[box]).astype(np.uint8)
    strange = np.asarray(cv2.morphologyEx(strange, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    share = cv2.GaussianBlur(strange, (0, 0), max(0.8, 0.006 * body.trunk)).astype(np.float32)[..., None] / 255
    share = np.minimum(share, opening[box][..., None] / 255)
    # Darker towards the sides of the throat, as a neck is.
    across = np.linspace(-1, 1, part.shape[1], dtype=np.float32)[None, :, None]
    painted = skin * (1 - 0.16 * across**2)
    part[:] = (part * (1 - share) + painted * share + 0.5).astype(np.uint8)
    np.maximum(covered[box], (share[..., 0] > 0).astype(np.uint8), out=covered[box])


def _opening(body: BodyFrame, neckline: Places) -> Places:
    """The outline of the opening: down along the neckline, and back over the shoulders' line."""
    right, front, left = neckline
    turns = np.linspace(0, np.pi, STEPS)[:, None]
    middle = (right + left) / 2
    down = front - middle
    curve = middle - np.cos(turns) * (left - right) / 2 + np.sin(turns) ** 0.8 * down
    top: Place = body.at(0, NECK_SIDE)
    return np.vstack([curve, top[None]])
