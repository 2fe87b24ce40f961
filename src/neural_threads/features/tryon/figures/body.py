"""The measures of the drawn figures, and where their joints are."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import hypot

from neural_threads.features.accounts.enums import BodyShape

from .outlines import Point

WIDTH, HEIGHT = 900, 1200  # of the drawing, in its own units
MIDDLE = 450.0
CROWN, CHIN, NECK, SHOULDER, ARMPIT, BUST, WAIST, HIP_JOINT, HIP, CROTCH, KNEE, ANKLE, SOLE = (
    58.0, 190.0, 236.0, 258.0, 326.0, 348.0, 452.0, 556.0, 580.0, 628.0, 856.0, 1082.0, 1140.0,
)  # fmt: skip


class FigurePose(StrEnum):
    """The pose of a figure."""

    RELAXED = "RELAXED"
    HAND_ON_HIP = "HAND_ON_HIP"


@dataclass(frozen=True)
class Measures:
    """Half widths of a body seen from the front, in units of the drawing."""

    shoulder: float  # of the joints; the outline is SHOULDER_EDGE wider
    bust: float
    waist: float
    hip: float
    thigh: float


SHOULDER_EDGE = 15.0
MEASURES = {
    BodyShape.RECTANGLE: Measures(90, 91, 80, 98, 49),
    BodyShape.PEAR: Measures(82, 84, 74, 120, 60),
    BodyShape.HOURGLASS: Measures(94, 99, 67, 112, 55),
    BodyShape.APPLE: Measures(95, 110, 112, 113, 54),
    BodyShape.INVERTED_TRIANGLE: Measures(114, 106, 79, 92, 46),
}


@dataclass(frozen=True)
class Arm:
    """Shoulder, elbow and wrist, and the way the hand points."""

    shoulder: Point
    elbow: Point
    wrist: Point
    fingertips: Point


@dataclass(frozen=True)
class Figure:
    """A body in a pose. `arms` and `feet`: that on the picture's left side first; the figure faces us."""

    shape: BodyShape
    pose: FigurePose
    measures: Measures
    arms: tuple[Arm, Arm]
    lean: float  # how far the foot on the image's right stands out

    @property
    def points(self) -> dict[str, tuple[float, float]]:
        """The joints by name, in 0-1 of the drawing. Left is the figure's own left, at the image's right."""
        m, (right, left) = self.measures, self.arms
        places = {
            "neck": (MIDDLE, NECK),
            "leftShoulder": left.shoulder, "rightShoulder": right.shoulder,
            "leftElbow": left.elbow, "rightElbow": right.elbow,
            "leftWrist": left.wrist, "rightWrist": right.wrist,
            "leftWaist": (MIDDLE + m.waist, WAIST), "rightWaist": (MIDDLE - m.waist, WAIST),
            "leftHip": (MIDDLE + m.hip * 0.56, HIP_JOINT), "rightHip": (MIDDLE - m.hip * 0.56, HIP_JOINT),
            "leftKnee": (self.leg_middle(KNEE, 1), KNEE), "rightKnee": (self.leg_middle(KNEE, -1), KNEE),
            "leftAnkle": (self.leg_middle(ANKLE, 1), ANKLE), "rightAnkle": (self.leg_middle(ANKLE, -1), ANKLE),
        }  # fmt: skip
        return {name: (x / WIDTH, y / HEIGHT) for name, (x, y) in places.items()}

    def leg_middle(self, y: float, side: int) -> float:
        """Return where a leg's middle is at a height; `side` is -1 at the image's left, 1 at its right."""
        share = (y - HIP_JOINT) / (ANKLE - HIP_JOINT)
        out = self.measures.hip * 0.53 * (1 - share) + 44 * share
        return MIDDLE + side * out + (self.lean * share if side > 0 else 0)

    def half_width(self, y: float) -> float:
        """Return the half width of the trunk's outline at a height between armpit and crotch."""
        m = self.measures
        knots = [(ARMPIT, m.bust * 0.95), (BUST, m.bust), (WAIST, m.waist), (HIP, m.hip), (CROTCH, m.hip * 0.98)]
        for (top, wide), (foot, next_wide) in pairwise(knots):
            if y <= foot:
                share = max(0.0, (y - top) / (foot - top))
                share = share * share * (3 - 2 * share)
                return wide + (next_wide - wide) * share
        return knots[-1][1]


def figure_of(shape: BodyShape, pose: FigurePose = FigurePose.RELAXED) -> Figure:
    """Return the figure of a body shape in a pose."""
    m = MEASURES[shape]
    hanging = _hanging(m)
    mirrored = Arm(*(_mirror(point) for point in (hanging.shoulder, hanging.elbow, hanging.wrist, hanging.fingertips)))
    if pose is FigurePose.RELAXED:
        return Figure(shape, pose, m, (mirrored, hanging), 10)
    return Figure(shape, pose, m, (mirrored, _on_hip(m)), 46)


def _hanging(m: Measures) -> Arm:
    out = max(m.shoulder + 62, m.hip + 46)
    elbow = (MIDDLE + m.shoulder + (out - m.shoulder) * 0.56, 424.0)
    return Arm((MIDDLE + m.shoulder, SHOULDER), elbow, (MIDDLE + out, 566.0), (MIDDLE + out + 8, 652.0))


def _on_hip(m: Measures) -> Arm:
    hip = MIDDLE + m.waist + (m.hip - m.waist) * 0.42
    elbow = (max(MIDDLE + m.shoulder + 92, hip + 108), 404.0)
    wrist = (hip + 17, 494.0)
    far = hypot(wrist[0] - elbow[0], wrist[1] - elbow[1])
    tip = (wrist[0] - 46 + (wrist[0] - elbow[0]) / far * 8, wrist[1] + 44)
    return Arm((MIDDLE + m.shoulder, SHOULDER), elbow, wrist, tip)


def _mirror(point: Point) -> Point:
    return 2 * MIDDLE - point[0], point[1]
