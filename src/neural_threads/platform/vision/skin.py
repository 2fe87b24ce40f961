"""Find the pixels of skin by the colour of the face."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image
from .body_frame import BodyFrame
from .warp import Places

TOLERANCE = 16.0  # in Cr and Cb (0-255): how far from the face's colour still is skin
DARKEST, LIGHTEST = 0.35, 1.5  # brightness of skin, of the face's

Flags: TypeAlias = NDArray[np.bool_]


def skin_of(rgb: Image, body: BodyFrame) -> Places | None:
    """Return the colour (RGB) beside the nose; None when no face is seen."""
    if "nose" not in body.joints:
        return None
    nose, found = np.array(body.joints["nose"]), []
    radius = max(1, round(0.025 * body.trunk))
    for sign in (-1, 1):
        x, y = np.round(nose + body.across * sign * 0.07 * body.trunk + body.down * 0.02 * body.trunk).astype(int)
        patch = rgb[max(0, y - radius) : max(0, y + radius + 1), max(0, x - radius) : max(0, x + radius + 1)]
        found += [patch.reshape(-1, 3)] if patch.size else []
    return np.median(np.vstack(found), axis=0).astype(np.float32) if found else None


def is_skin(part: Image, skin: Places) -> Flags:
    """Return which pixels (h×w×3) have the face's hue and about its brightness."""
    own = cv2.cvtColor(part, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    wanted = cv2.cvtColor(skin[None, None].astype(np.uint8), cv2.COLOR_RGB2YCrCb).astype(np.float32)[0, 0]
    near = np.hypot(own[..., 1] - wanted[1], own[..., 2] - wanted[2]) < TOLERANCE
    bright = (own[..., 0] > DARKEST * wanted[0]) & (own[..., 0] < LIGHTEST * wanted[0])
    return np.asarray(near & bright)
