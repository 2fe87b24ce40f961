"""Remove background between two legs, or between a sleeve and the body, which the network takes for garment."""

import cv2
import numpy as np
from numpy.typing import NDArray

from neural_threads.platform.colour.dominant import oklab_array

from .arrays import Floats, Image, box_mean, resized, scaled_shape

SIDE = 384
REACH = 40  # pixels at that size: how far the ground's colour is carried into the mask
PLAIN = 0.035  # OKLab: a ground that differs more from its own surroundings is not plain, and nothing is judged by its colour
SURE = 0.985  # where the network is surer than this, it is believed
LARGEST = 0.2  # of the garment: a larger spot of the ground's colour is cloth of that colour
SMALLEST = 25  # pixels


def without_gaps(rgb: Image, mask: Floats) -> Floats:
    """Return `mask` (h×w, 0-1) without spots inside that have the colour of a plain ground, in shadow too."""
    shape = scaled_shape(rgb.shape, SIDE)
    small = resized(mask, shape)
    ground = cv2.erode((small < 0.1).astype(np.float32), np.ones((5, 5))) > 0
    if not ground.any():
        return mask
    labs = oklab_array(cv2.GaussianBlur(resized(rgb, shape), (0, 0), 1)).astype(np.float32)
    difference = labs - _carried(labs, ground)
    spread = float(np.sqrt((difference[ground] ** 2).sum(axis=1).mean()))
    if spread > PLAIN:
        return mask
    hue = float(np.sqrt((difference[ground][:, 1:] ** 2).sum(axis=1).mean()))
    is_ground = np.hypot(difference[..., 1], difference[..., 2]) < 3 * hue + 0.008
    is_ground &= (difference[..., 0] < 2.5 * spread) & (difference[..., 0] > -0.22)  # a shadow is darker, never lighter
    is_ground &= (small < SURE) & (small > 0.1)
    spots = _spots(is_ground, most=LARGEST * float((small > 0.5).sum()))
    return np.minimum(mask, resized(np.where(spots, 0, small).astype(np.float32), mask.shape))


def _carried(labs: Floats, ground: NDArray[np.bool_]) -> Floats:
    """The colour that the ground would have at each pixel: a mean of what is ground around it."""
    weight = ground.astype(np.float32)
    total = np.maximum(box_mean(box_mean(weight, REACH), REACH), 1e-4)
    return box_mean(box_mean(labs * weight[..., None], REACH), REACH) / total[..., None]


def _spots(is_ground: NDArray[np.bool_], most: float) -> NDArray[np.bool_]:
    solid = cv2.morphologyEx(is_ground.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(solid)
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = (areas >= SMALLEST) & (areas < most)
    kept[0] = False  # the first is everything else
    spots: NDArray[np.bool_] = kept[labels]
    return spots
