"""Check that shoulders and hips could be a body's: by their own proportions, and beside the person's outline."""

from math import hypot

import numpy as np

from .arrays import Mask
from .body_frame import BodyFrame, Joints

LEAST_SHOULDERS, LEAST_TRUNK = 0.03, 0.05  # of the picture's width and height
NARROWEST, BROADEST = 0.2, 2.5  # shoulders, of the trunk
BESIDE = 0.12  # trunks: how far beside the outline a joint may lie
SHARE_OF_OUTLINE = 0.25, 1.4  # the distance between two joints, of the outline's width there
LEAST_OUTLINE = 0.01  # of the picture: a smaller one says nothing


def is_body(joints: Joints, shape: tuple[int, ...]) -> bool:
    """Return True if shoulders and hips could be a body's: not a dot, and not broader than long by far."""
    shoulders = hypot(*(joints["leftShoulder"][i] - joints["rightShoulder"][i] for i in (0, 1)))
    trunk = sum(joints[side + "Hip"][1] - joints[side + "Shoulder"][1] for side in ("left", "right")) / 2
    is_large = shoulders > LEAST_SHOULDERS * shape[1] and trunk > LEAST_TRUNK * shape[0]
    return is_large and NARROWEST < shoulders / trunk < BROADEST


def agrees_with(mask: Mask, joints: Joints) -> bool:
    """Return True if shoulders and hips lie on the person's outline and are in proportion to its width.

    Joints outside the picture are not judged. True as well where the outline is too small to say anything.
    """
    if (mask > 127).mean() < LEAST_OUTLINE:
        return True
    body = BodyFrame(dict(joints))
    reach = max(1, round(BESIDE * body.trunk))
    for part, level in (("Shoulder", 0.0), ("Hip", 1.0)):
        pair = [joints[side + part] for side in ("left", "right")]
        inside = [(round(x), round(y)) for x, y in pair if 0 <= x < mask.shape[1] - 1 and 0 <= y < mask.shape[0] - 1]
        if not all(_is_near(mask, x, y, reach) for x, y in inside):
            return False
        if len(inside) == 2 and not _is_in_proportion(
            mask, body, level, hypot(pair[0][0] - pair[1][0], pair[0][1] - pair[1][1])
        ):
            return False
    return True


def _is_near(mask: Mask, x: int, y: int, reach: int) -> bool:
    part = mask[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    return bool((part > 127).any())


def _is_in_proportion(mask: Mask, body: BodyFrame, level: float, apart: float) -> bool:
    reach = np.arange(-2.5 * body.trunk, 2.5 * body.trunk)
    xs, ys = np.round(body.at(0, level) + body.across * reach[:, None]).astype(int).T
    inside = (xs >= 0) & (ys >= 0) & (xs < mask.shape[1]) & (ys < mask.shape[0])
    wide = float((mask[ys[inside], xs[inside]] > 127).sum())
    return wide == 0 or SHARE_OF_OUTLINE[0] < apart / wide < SHARE_OF_OUTLINE[1]
