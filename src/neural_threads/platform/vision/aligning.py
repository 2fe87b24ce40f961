"""Align an image that a model drew with the photo that it was given."""

import cmath

import cv2
import numpy as np

from .arrays import Image, resized
from .body_frame import Joints
from .drawn_look import UnusableDrawing

LEAST_SIDE = 256  # pixels
MOST_OFF = 1.13  # ratio of both shapes: models draw in a few shapes only
ALIGNED_BY = ("nose", "leftShoulder", "rightShoulder", "leftHip", "rightHip")
MOST_SCALED, MOST_TURNED = 1.25, 0.15  # radians
MOST_APART = 0.12  # mean distance of joints in the end, in trunks
NEAR = 0.025  # the same before: the network itself is not surer


def fitted(drawing: Image, photo: Image) -> Image:
    """Return the drawing at the photo's size, what sticks out cut off evenly. UnusableDrawing when its shape is another one."""
    height, width = drawing.shape[:2]
    if min(height, width) < min(LEAST_SIDE, *photo.shape[:2]):
        raise UnusableDrawing(f"too small: {width} x {height}")
    wanted = photo.shape[1] / photo.shape[0]
    off = width / height / wanted
    if max(off, 1 / off) > MOST_OFF:
        raise UnusableDrawing(f"another shape: {width} x {height} for {photo.shape[1]} x {photo.shape[0]}")
    across, down = min(width, round(height * wanted)), min(height, round(width / wanted))
    left, top = (width - across) // 2, (height - down) // 2
    return resized(np.ascontiguousarray(drawing[top : top + down, left : left + across]), photo.shape)


def aligned(drawing: Image, there: Joints, here: Joints, trunk: float) -> Image:
    """Return the drawing moved, turned and scaled so that joints found `there` lie where the photo has them.

    `trunk`: length in pixels. UnusableDrawing when that takes too much, or does not bring them together.
    """
    source = np.array([complex(*there[name]) for name in ALIGNED_BY])
    target = np.array([complex(*here[name]) for name in ALIGNED_BY])
    if float(np.abs(source - target).mean()) < NEAR * trunk:
        return drawing
    from_middle = source - source.mean()
    turn = complex((np.conj(from_middle) * (target - target.mean())).sum() / (np.abs(from_middle) ** 2).sum())
    scale, angle = abs(turn), cmath.phase(turn)
    if not 1 / MOST_SCALED < scale < MOST_SCALED or abs(angle) > MOST_TURNED:
        raise UnusableDrawing(f"somebody stands otherwise: scale {scale:.2f}, turn {angle:.2f}")
    shift = target.mean() - turn * source.mean()
    apart = float(np.abs(turn * source + shift - target).mean())
    if apart > MOST_APART * trunk:
        raise UnusableDrawing(f"somebody stands otherwise: {apart / trunk:.2f} trunks apart")
    matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    size = drawing.shape[1], drawing.shape[0]
    return np.asarray(cv2.warpAffine(drawing, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
