"""Find the region of a face in a photo by the joints of its body."""

from math import atan2, degrees

import cv2
import numpy as np

from .arrays import Mask
from .body_frame import NECK_PIT, BodyFrame, Joints, Place

# Half the width of a face in trunks: what is usual, and the bounds of what is believed. Figure drawing's proportions.
HALF_WIDTH, NARROWEST, WIDEST = 0.15, 0.10, 0.20
OF_EARS = 0.6  # half the width of a face, of the distance of its ears
TALL, ABOVE_NOSE = 1.4, 0.35  # half height, and where the middle is above the nose, in half widths
FEATHER = 0.1  # in half widths
NOSE_ABOVE_NECK = 0.36  # in trunks, where the nose is not known
LOOSE = 0.05  # in trunks: how far the outline of the person may be off


def face_mask(shape: tuple[int, ...], body: BodyFrame, outline: Mask | None = None) -> Mask:
    """Return how much of each pixel is face (h×w, 0-255): an ellipse from chin to hairline with a soft edge.

    `outline`: of the person, where it is known. All 0 when the face is outside the image.
    """
    mask = np.zeros(shape[:2], np.uint8)
    nose = _nose(body)
    if not (0 <= nose[0] < shape[1] and 0 <= nose[1] < shape[0]):
        return mask
    half, angle, aside = _head(body.joints, body, nose)
    across, down = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    middle = nose + across * aside - down * ABOVE_NOSE * half
    axes = (max(1, round(half)), max(1, round(half * TALL)))
    centre = (round(float(middle[0])), round(float(middle[1])))
    cv2.ellipse(mask, centre, axes, degrees(angle), 0, 360, 255, -1, cv2.LINE_AA)
    if outline is not None:
        side = max(3, 2 * round(LOOSE * body.trunk) + 1)
        mask = np.minimum(mask, cv2.dilate(outline, np.ones((side, side), np.uint8)))
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, FEATHER * half)), np.uint8)


def _nose(body: BodyFrame) -> Place:
    if "nose" in body.joints:
        return np.array(body.joints["nose"], np.float64)
    neck = body.joint("neck") if "neck" in body.joints else body.at(0, NECK_PIT)
    return np.asarray(neck - body.down * NOSE_ABOVE_NECK * body.trunk)


def _head(joints: Joints, body: BodyFrame, nose: Place) -> tuple[float, float, float]:
    """Return half the width of the face, its tilt in radians, and how far its middle is to the image's right of the nose.

    A head in profile, or one whose ears are not known, has the usual width.
    """
    usual = HALF_WIDTH * body.trunk, atan2(body.across[1], body.across[0]), 0.0
    if "leftEar" not in joints or "rightEar" not in joints:
        return usual
    left, right = np.array(joints["leftEar"]), np.array(joints["rightEar"])
    apart = float(np.linalg.norm(left - right))
    if apart < NARROWEST * body.trunk:
        return usual
    half = float(np.clip(OF_EARS * apart, NARROWEST * body.trunk, WIDEST * body.trunk))
    aside = float(((left + right) / 2 - nose) @ (left - right)) / apart / 2
    return half, atan2(left[1] - right[1], left[0] - right[0]), aside
