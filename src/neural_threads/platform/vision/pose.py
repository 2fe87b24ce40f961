"""Find a person's joints in a still image: BlazePose's detector and landmark network, run by LiteRT.

Anchors, crops and activations follow MediaPipe's pose_detection and pose_landmark graphs (github.com/google-ai-edge/
mediapipe, mediapipe/modules, Apache-2.0); the paper is V. Bazarevsky et al., "BlazePose: On-device Real-time Body Pose
Tracking", 2020.
"""

from dataclasses import dataclass
from functools import cache
from math import atan2, cos, hypot, pi, sin
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image, Mask
from .model_files import load_model

DETECTOR = "pose_detection.tflite"
LANDMARKS = "pose_landmark_full.tflite"
DETECTOR_SIDE = 224  # pixels
LANDMARK_SIDE = 256  # pixels
LEAST_SCORE = 0.5
SAME_PERSON = 0.3  # intersection over union of two boxes
MARGIN = 1.25  # how much larger than the circle around the body the crop is
PASSES = 2  # the second crop is cut after the points of the first

Numbers: TypeAlias = NDArray[np.float32]

# Index in BlazePose's list of 33 points; 33 and 34 are the centre of the body and a point on the circle around it.
INDEX = {
    "nose": 0,
    "leftEar": 7,
    "rightEar": 8,
    "leftShoulder": 11,
    "rightShoulder": 12,
    "leftElbow": 13,
    "rightElbow": 14,
    "leftWrist": 15,
    "rightWrist": 16,
    "leftHip": 23,
    "rightHip": 24,
    "leftKnee": 25,
    "rightKnee": 26,
    "leftAnkle": 27,
    "rightAnkle": 28,
}
CENTRE, RIM = 33, 34


@dataclass(frozen=True)
class Circle:
    """The circle around a body, in pixels: `rim` lies above the head's end of the body."""

    centre: tuple[float, float]
    rim: tuple[float, float]


@dataclass(frozen=True)
class Detection:
    """One person as the detector sees them: a box around head and torso (left, top, right, bottom) and their circle."""

    score: float
    box: tuple[float, float, float, float]
    circle: Circle


@dataclass(frozen=True)
class Pose:
    """One person: points by name as (x, y, visibility 0-1) in pixels, and their outline (h×w, 0-255).

    `presence`: how sure the network is that there is a person, 0-1. A point may lie outside the picture, and a hidden
    one may claim to be visible: see features/tryon for what is believed.
    """

    points: dict[str, tuple[float, float, float]]
    presence: float
    mask: Mask


def detect_people(rgb: Image) -> list[Detection]:
    """Return everybody that the detector finds, the surest first, one detection for each person."""
    height, width = rgb.shape[:2]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = cv2.copyMakeBorder(rgb, top, side - height - top, left, side - width - left, cv2.BORDER_CONSTANT)
    small = cv2.resize(square, (DETECTOR_SIDE, DETECTOR_SIDE), interpolation=cv2.INTER_AREA)
    pixels: Numbers = np.asarray(small[None], np.float32) / 127.5 - 1
    boxes, logits = _run(DETECTOR, np.asarray(pixels, np.float32))
    scores = _sigmoid(logits[0, :, 0])
    chosen = np.flatnonzero(scores >= LEAST_SCORE)
    rows = boxes[0, chosen] / DETECTOR_SIDE
    rows[:, 0:2] += _anchors()[chosen]
    rows[:, 4:] += np.tile(_anchors()[chosen], 4)
    rows = rows * side
    result = [_detection(float(score), row, left, top) for score, row in zip(scores[chosen], rows, strict=True)]
    return _distinct(result)


def pose_of(rgb: Image, detection: Detection) -> Pose:
    """Return the points of one detected person."""
    circle = detection.circle
    for _ in range(PASSES):
        to_image = _crop_matrix(circle)
        crop = cv2.warpAffine(
            rgb, to_image, (LANDMARK_SIDE, LANDMARK_SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        raw, presence, outline = _run(LANDMARKS, crop.astype(np.float32)[None] / np.float32(255))[:3]
        rows = raw.reshape(-1, 5)
        places = rows[:, :2] @ to_image[:, :2].T + to_image[:, 2]
        circle = Circle(_pair(places[CENTRE]), _pair(places[RIM]))
    seen = _sigmoid(rows[:, 3])
    points = {name: (*_pair(places[i]), float(seen[i])) for name, i in INDEX.items()}
    return Pose(points, float(presence.ravel()[0]), _outline(outline[0, :, :, 0], to_image, rgb.shape))


def somebody_beside(rgb: Image, first: Detection, pose: Pose) -> bool:
    """Return True when there is a second person, at least half as large as the first.

    The detector was made for one person close by and names only the most prominent; so the first is painted over, and
    it is asked again.
    """
    box = cv2.dilate(pose.mask, np.ones((31, 31), np.uint8)) > 64
    left, top, right, bottom = (max(0, round(value)) for value in first.box)
    box[top:bottom, left:right] = True
    rest = rgb.copy()
    rest[box] = rgb[~box].mean(axis=0) if not box.all() else 0
    size = first.box[2] - first.box[0]
    return any(other.box[2] - other.box[0] >= size / 2 for other in detect_people(rest))


def _detection(score: float, row: Numbers, left: int, top: int) -> Detection:
    x, y, wide, high = (float(value) for value in row[:4])
    x, y = x - left, y - top
    centre, rim = (row[4] - left, row[5] - top), (row[6] - left, row[7] - top)
    box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    return Detection(score, box, Circle(_pair(centre), _pair(rim)))


def _distinct(result: list[Detection]) -> list[Detection]:
    """Drop the weaker of two detections of one person."""
    kept: list[Detection] = []
    for one in sorted(result, key=lambda each: -each.score):
        if all(_overlap(one.box, other.box) < SAME_PERSON for other in kept):
            kept.append(one)
    return kept


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared
    return shared / max(both, 1e-6)


def _crop_matrix(circle: Circle) -> NDArray[np.float64]:
    """Return the 2×3 matrix from the crop's pixels to the image's: the body upright, its circle filling the crop."""
    (x, y), (rim_x, rim_y) = circle.centre, circle.rim
    scale = 2 * MARGIN * hypot(rim_x - x, rim_y - y) / LANDMARK_SIDE
    angle = atan2(rim_y - y, rim_x - x) + pi / 2
    c, s = cos(angle) * scale, sin(angle) * scale
    half = LANDMARK_SIDE / 2
    return np.array([[c, -s, x - half * (c - s)], [s, c, y - half * (s + c)]])


def _outline(logits: Numbers, to_image: NDArray[np.float64], shape: tuple[int, ...]) -> Mask:
    shares = (_sigmoid(logits) * 255).astype(np.uint8)
    mask: Mask = np.asarray(cv2.warpAffine(shares, to_image, (shape[1], shape[0]), flags=cv2.INTER_LINEAR), np.uint8)
    return mask


def _sigmoid(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)


def _pair(values: Any) -> tuple[float, float]:
    return float(values[0]), float(values[1])


@cache
def _anchors() -> Numbers:
    """Return the centres of the 2,254 anchors (0-1): two a cell at strides 8 and 16, six at stride 32."""
    grids = []
    for stride, many in ((8, 2), (16, 2), (32, 6)):
        cells = DETECTOR_SIDE // stride
        middles = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
        grids.append(np.repeat(grid, many, axis=0))
    return np.concatenate(grids)


def _run(name: str, pixels: Numbers) -> list[Numbers]:
    """Return the network's outputs in the order of their declaration."""
    network = _network(name)
    network.set_tensor(network.get_input_details()[0]["index"], pixels)
    network.invoke()
    return [network.get_tensor(each["index"]) for each in network.get_output_details()]


def _network(name: str) -> Any:
    """The network, for one image: kept, both would leave too little memory for the one that finds garments."""
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(model_content=load_model(name), num_threads=1)
    network.allocate_tensors()
    return network
