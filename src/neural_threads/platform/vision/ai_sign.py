"""A small sign in the corner of an image that a model drew: a star and "AI", so that it says so wherever it goes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image

SIZE = 0.034  # height of the sign, of the image's
LEAST = 20  # pixels
FINE = 4  # bits of a pixel's fraction, for OpenCV's drawing
GROUND, INK = (28, 24, 36), (255, 255, 255)
OPACITY = 0.66


def sign(rgb: Image) -> None:
    """Draw the sign into the image's lower left corner."""
    height = max(LEAST, round(SIZE * rgb.shape[0]))
    width, margin = round(height * 2.3), round(height * 0.45)
    top, left = rgb.shape[0] - height - margin, margin
    if top < 0 or left + width > rgb.shape[1]:
        return
    part = rgb[top : top + height, left : left + width]
    ground = np.zeros((height, width), np.uint8)
    radius = height // 2
    cv2.line(ground, (radius, radius), (width - 1 - radius, radius), 255, height - 1, cv2.LINE_AA)
    share = ground[..., None].astype(np.float32) / 255 * OPACITY
    part[:] = (part * (1 - share) + np.array(GROUND, np.float32) * share).astype(np.uint8)
    _star(part, height)
    _letters(part, height)


def _star(part: Image, height: int) -> None:
    corners = [
        (height * (0.62 + far * np.sin(turn)), height * (0.5 - far * np.cos(turn)))
        for turn, far in zip(np.arange(8) * np.pi / 4, (0.32, 0.1) * 4, strict=True)
    ]
    cv2.fillPoly(part, [_fine(corners)], INK, cv2.LINE_AA, FINE)


def _letters(part: Image, height: int) -> None:
    left, top, tall = height * 1.12, height * 0.27, height * 0.46
    thick = max(1, round(height * 0.085))
    strokes = [
        [(left, top + tall), (left + 0.21 * height, top), (left + 0.42 * height, top + tall)],
        [(left + 0.08 * height, top + 0.66 * tall), (left + 0.34 * height, top + 0.66 * tall)],
        [(left + 0.62 * height, top), (left + 0.62 * height, top + tall)],
    ]
    for stroke in strokes:
        cv2.polylines(part, [_fine(stroke)], False, INK, thick, cv2.LINE_AA, FINE)


def _fine(points: list[tuple[float, float]]) -> NDArray[np.int32]:
    return np.asarray(np.round(np.array(points) * 2**FINE), np.int32)
