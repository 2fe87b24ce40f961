"""Types of the arrays that this package uses, and OpenCV's resizing and blurring with their types."""

from typing import Any, TypeAlias, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""Height × width × 3, sRGB 0-255, in the order red, green, blue."""
Mask: TypeAlias = NDArray[np.uint8]
"""Height × width: how much of a pixel is garment, 0-255."""
Floats: TypeAlias = NDArray[np.floating[Any]]

Array = TypeVar("Array", bound=NDArray[Any])


def resized(array: Array, shape: tuple[int, ...]) -> Array:
    """Return the array at a height and width: averaged when it shrinks, interpolated when it grows."""
    if array.shape[:2] == shape[:2]:
        return array
    is_smaller = shape[0] * shape[1] < array.shape[0] * array.shape[1]
    how = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return cast(Array, cv2.resize(array, (shape[1], shape[0]), interpolation=how))


def scaled_shape(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return the height and width whose longer edge is `side` at most."""
    scale = min(1.0, side / max(shape[:2]))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def box_mean(array: Array, radius: int) -> Array:
    """Return the mean over a square of 2 × radius + 1 pixels around each pixel."""
    side = 2 * radius + 1
    return cast(Array, cv2.blur(array, (side, side), borderType=cv2.BORDER_REFLECT))
