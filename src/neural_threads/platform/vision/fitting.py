"""Compute where a garment's points belong on a body: pairs of points for the spline, edges for the ribbons."""

from dataclasses import dataclass
from itertools import pairwise
from math import hypot

import numpy as np

from .body_frame import ANKLE, ARMPIT, CROTCH, HIP, NECK_SIDE, SIGNS, SOLE, TIP, WAIST, BodyFrame, Place
from .garment_outline import Points
from .garment_points import Garment
from .garment_templates import TEMPLATES
from .warp import Places

EASE = 1.05  # a garment's width, of the body's under it
LONG_SLEEVE = 0.77  # of the arm: a sleeve as long as this reaches the wrist
STEPS = 18  # quads along a ribbon
BESIDE = 1.3  # how far a ribbon reaches beyond the limb's own edges: the garment's alpha ends it
SHOULDERS_TO_TRUNK = 1.36  # trunk length, of the outline's shoulder width


@dataclass
class Fit:
    """The bending of a garment. `spline`: target and source points. `ribbons` by side: target and source edges."""

    spline: tuple[Places, Places] | None
    ribbons: dict[str, tuple[tuple[Places, Places], tuple[Places, Places]]]
    scale: float  # target pixels for one of the garment's
    neckline: Places | None = None  # on the body: the wearer's right, the lowest place in front, left


def fit(garment: Garment, body: BodyFrame) -> Fit:
    """Return how the garment is bent onto the body."""
    cut = TEMPLATES[garment.kind].cut
    if cut == "top":
        return _fit_top(garment, body)
    if cut == "legs":
        return _fit_legs(garment, body)
    return _fit_skirt(garment, body) if cut == "skirt" else _fit_drape(garment, body)


def lowest_point(garment: Garment, body: BodyFrame) -> float:
    """Return where the garment ends on this body, in pixels from the top; 0 for what has no hem of its own, as a dupatta."""
    how, cut = fit(garment, body), TEMPLATES[garment.kind].cut
    ends = [] if how.spline is None or cut == "drape" else [how.spline[0]]
    ends += [np.vstack(target) for target, _ in how.ribbons.values()] if cut == "legs" else []
    return max((float(places[:, 1].max()) for places in ends), default=0.0)


class _Rows:
    """Pairs of points, collected row by row."""

    def __init__(self, points: Points, body: BodyFrame, scale: float, axis: float) -> None:
        self.points, self.body, self.scale, self.axis = points, body, scale, axis
        self.target: list[Place] = []
        self.source: list[tuple[float, float]] = []
        self.widened = 1.0

    def add(self, name: str, level: float, least: float, *, follows: bool = False) -> None:
        """Both ends of a row and its middle, at a level in trunks, at least so wide (pixels, half).

        `follows`: below the hip, where the garment widens as much as it had to at the last row.
        """
        for side, sign in SIGNS:
            x, y = self.points[side + name]
            natural = max(abs(x - self.axis) * self.scale, 1.0)
            half = natural * self.widened if follows else max(natural, least)
            if not follows:
                self.widened = max(1.0, half / natural) if sign < 0 else max(self.widened, half / natural)
            self.target.append(self.body.at(sign * half, level))
            self.source.append((x, y))
        middle_y = (self.points["right" + name][1] + self.points["left" + name][1]) / 2
        self.target.append(self.body.axis(level))
        self.source.append((self.axis, middle_y))

    def pair(self, place: Place, source: tuple[float, float]) -> None:
        self.target.append(place)
        self.source.append(source)

    def arrays(self) -> tuple[Places, Places]:
        return np.array(self.target, np.float64), np.array(self.source, np.float64)


def _fit_top(garment: Garment, body: BodyFrame) -> Fit:
    points, template = garment.points, TEMPLATES[garment.kind]
    right, left = points["rightShoulder"], points["leftShoulder"]
    across, level = max(left[0] - right[0], 4.0), (left[1] + right[1]) / 2
    axis = (left[0] + right[0]) / 2
    scale = 2 * body.edge * 1.03 / across
    tall = (scale + body.trunk / (SHOULDERS_TO_TRUNK * across)) / 2
    rows = _Rows(points, body, scale, axis)
    for side, sign in SIGNS:
        rows.pair(body.at(sign * body.edge * 1.03, TIP), points[side + "Shoulder"])
        x, y = points[side + "Neck"]
        out = float(np.clip(abs(x - axis) * scale, 0.115 * body.trunk, 0.8 * body.edge))
        slope = (out - 0.115 * body.trunk) / max(body.edge - 0.115 * body.trunk, 1)
        rows.pair(body.at(sign * out, NECK_SIDE + (TIP - NECK_SIDE) * float(np.clip(slope, 0, 1))), (x, y))
    front = points["neckFront"]
    necks = (points["rightNeck"][1] + points["leftNeck"][1]) / 2
    rows.pair(body.at(0, NECK_SIDE + max(0.05, (front[1] - necks) * tall / body.trunk)), front)
    rows.add("Armpit", ARMPIT + 0.02, body.half_width(0.3) * EASE)
    _add_lower_rows(rows, template.is_fitted, template.is_floor_length or garment.has_legs, level, tall)
    ribbons = {
        side: _sleeve(garment, body, side, sign, scale, tall)
        for side, sign in SIGNS
        if side in {*garment.sleeves, *garment.mirrored}
    }
    return Fit(rows.arrays(), ribbons, max(scale, tall), np.array([rows.target[i] for i in (1, 4, 3)]))


def _add_lower_rows(rows: _Rows, is_fitted: bool, is_long: bool, level: float, tall: float) -> None:
    """Waist, hip and hem. Heights between two rows that are known stretch evenly."""
    body, points = rows.body, rows.points

    def natural(name: str) -> float:
        return TIP + (points["left" + name][1] + points["right" + name][1] - 2 * level) / 2 * tall / body.trunk

    last = ARMPIT
    if "leftWaist" in points:
        last = WAIST if is_fitted else natural("Waist")
        rows.add("Waist", last, body.half_width(last) * EASE)
    hem = natural("Hem")
    if is_fitted and "leftWaist" in points:
        hem += WAIST - natural("Waist")
    hem = ANKLE + 0.06 if is_long else float(np.clip(hem, last + 0.15, SOLE - 0.08))
    if "leftHip" in points:
        waist_y, hip_y, hem_y = (points["left" + name][1] for name in ("Waist", "Hip", "Hem"))
        share = (hip_y - waist_y) / max(hem_y - waist_y, 1)
        hip = (
            float(np.clip(last + (hem - last) * share, last + 0.08, HIP + 0.15))
            if is_long
            else last + (hem - last) * share
        )
        rows.add("Hip", hip, body.half_width(hip) * EASE if hip < CROTCH + 0.1 else 0)
        rows.add("Hem", hem, 0, follows=True)
    else:
        rows.add("Hem", hem, body.half_width(hem) * EASE if hem < CROTCH + 0.1 else 0, follows=hem >= CROTCH + 0.1)


def _sleeve(
    garment: Garment, body: BodyFrame, side: str, sign: int, scale: float, tall: float
) -> tuple[tuple[Places, Places], tuple[Places, Places]]:
    points, own = garment.points, garment.mirrored.get(side, side)
    top, pit, outer, inner = (np.array(points[own + name]) for name in ("Shoulder", "Armpit", "CuffOuter", "CuffInner"))
    length = float(np.linalg.norm((outer + inner) / 2 - (top + pit) / 2)) * tall
    tip = body.at(sign * body.edge * 1.03, TIP)
    armpit = body.at(
        sign
        * max(
            abs(pit[0] - (points["leftShoulder"][0] + points["rightShoulder"][0]) / 2) * scale,
            body.half_width(0.3) * EASE,
        ),
        ARMPIT + 0.02,
    )
    bones = [body.joint(side + part) for part in ("Shoulder", "Elbow", "Wrist")]
    arm = sum(float(np.linalg.norm(b - a)) for a, b in pairwise(bones))
    length = arm * 1.01 if length > LONG_SLEEVE * arm else max(length, 0.1 * arm)
    spine = _along([(tip + armpit) / 2 * 0.5 + bones[0] * 0.5, *bones[1:]], length)
    start = float(np.linalg.norm(tip - armpit)) / 2
    end = max(float(np.linalg.norm(outer - inner)) / 2 * scale, 0.062 * body.trunk)
    upper = max(1.3 * end, 0.09 * body.trunk)
    halves = np.interp(np.linspace(0, 1, len(spine)), [0, 0.3, 1], [start, min(upper, max(start, end)), end])
    target = _edges(spine, halves, tip, armpit, sign)
    shares = np.linspace(0, 1, len(spine))[:, None]
    return target, _beyond(top * (1 - shares) + outer * shares, pit * (1 - shares) + inner * shares)


def _along(corners: list[Place], length: float) -> Places:
    """Return STEPS + 1 places along the bones, rounded at the joint, up to a length from the start (longer: straight on)."""
    path = [np.asarray(corner, np.float64) for corner in corners]
    last = path[-1] - path[-2]
    path.append(path[-1] + last / max(float(np.linalg.norm(last)), 1e-6) * length)
    for _ in range(3):  # Chaikin's corner cutting
        cut = [path[0]]
        for a, b in pairwise(path):
            cut += [a * 0.75 + b * 0.25, a * 0.25 + b * 0.75]
        path = [*cut, path[-1]]
    steps = np.array(path)
    reach = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(steps, axis=0), axis=1))])
    target = np.linspace(0, min(length, reach[-1]), STEPS + 1)
    return np.stack([np.interp(target, reach, steps[:, i]) for i in (0, 1)], axis=1)


def _edges(spine: Places, halves: Places, outer: Place, inner: Place, sign: int) -> tuple[Places, Places]:
    """Return the two edges of a limb: at its start between two given points, from there on square to the spine."""
    ways = np.gradient(spine, axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True) + 1e-9
    normals = np.stack([ways[:, 1], -ways[:, 0]], axis=1) * sign
    square = spine + normals * halves[:, None], spine - normals * halves[:, None]
    shares = np.clip(np.linspace(0, 1, len(spine)) / 0.4, 0, 1)[:, None] ** 0.7
    middle = (outer + inner) / 2
    given = outer + (spine - middle) * 1, inner + (spine - middle) * 1
    first = given[0] * (1 - shares) + square[0] * shares
    second = given[1] * (1 - shares) + square[1] * shares
    first[0], second[0] = outer, inner
    return _beyond(first, second)


def _beyond(first: Places, second: Places, share: float = BESIDE) -> tuple[Places, Places]:
    """Return two edges moved apart, so that what hangs over a limb's edge is taken along."""
    middle, half = (first + second) / 2, (first - second) / 2
    return middle + half * share, middle - half * share


def _fit_legs(garment: Garment, body: BodyFrame) -> Fit:
    points = garment.points
    waist = body.half_width(WAIST + 0.12)
    scale = 2 * waist * EASE / max(points["leftWaist"][0] - points["rightWaist"][0], 4.0)
    axis = (points["leftWaist"][0] + points["rightWaist"][0]) / 2
    rows = _Rows(points, body, scale, axis)
    rows.add("Waist", WAIST + 0.12, waist * EASE)
    rows.add("Hip", HIP, body.half_width(HIP) * EASE)
    crotch = body.at(0, CROTCH + 0.06)
    rows.pair(crotch, points["crotch"])
    top = {}
    for side, sign in SIGNS:
        half = rows.body.half_width(CROTCH) * EASE
        top[side] = body.at(sign * half, CROTCH + 0.02)
        outside = _on_side(points, side)
        rows.pair(top[side], outside)
    ribbons = {side: _leg(points, body, side, sign, scale, top[side], crotch) for side, sign in SIGNS}
    return Fit(rows.arrays(), ribbons, scale)


def _on_side(points: Points, side: str) -> tuple[float, float]:
    """Return where a leg's outer seam is at the crotch's height."""
    hip, hem, y = points[side + "Hip"], points[side + "Hem"], points["crotch"][1]
    share = (y - hip[1]) / max(hem[1] - hip[1], 1)
    return hip[0] + (hem[0] - hip[0]) * share, y


def _leg(
    points: Points, body: BodyFrame, side: str, sign: int, scale: float, top: Place, crotch: Place
) -> tuple[tuple[Places, Places], tuple[Places, Places]]:
    outer, inner = np.array(_on_side(points, side)), np.array(points["crotch"])
    hem, hem_inner = np.array(points[side + "Hem"]), np.array(points[side + "HemInner"])
    knee, ankle = body.joint(side + "Knee"), body.joint(side + "Ankle")
    start = (top + crotch) / 2
    leg = float(np.linalg.norm(knee - start) + np.linalg.norm(ankle - knee))
    length = hypot(*((hem + hem_inner) / 2 - (outer + inner) / 2)) * scale
    length = leg * 1.02 if length > 0.72 * leg else length
    spine = _along([start, knee, ankle], length)
    halves = np.linspace(
        float(np.linalg.norm(top - crotch)) / 2,
        max(hypot(*(hem - hem_inner)) / 2 * scale, 0.075 * body.trunk),
        len(spine),
    )
    shares = np.linspace(0, 1, len(spine))[:, None]
    target = _edges(spine, halves, top, crotch, sign)
    return target, _beyond(outer * (1 - shares) + hem * shares, inner * (1 - shares) + hem_inner * shares)


def _fit_skirt(garment: Garment, body: BodyFrame) -> Fit:
    points = garment.points
    waist = body.half_width(WAIST + 0.03)
    scale = 2 * waist * EASE / max(points["leftWaist"][0] - points["rightWaist"][0], 4.0)
    axis = (points["leftWaist"][0] + points["rightWaist"][0]) / 2
    rows = _Rows(points, body, scale, axis)
    rows.add("Waist", WAIST + 0.03, waist * EASE)
    tall = (points["leftHem"][1] - points["leftWaist"][1]) * scale / body.trunk
    hem = WAIST + 0.03 + tall
    hem = ANKLE + 0.05 if hem > 2.1 else max(hem, CROTCH + 0.2)
    share = (points["leftHip"][1] - points["leftWaist"][1]) / (points["leftHem"][1] - points["leftWaist"][1])
    hip = WAIST + 0.03 + (hem - WAIST) * share
    rows.add("Hip", hip, body.half_width(hip) * EASE * 1.02)
    rows.add("Hem", hem, 0, follows=True)
    return Fit(rows.arrays(), {}, scale)


def _fit_drape(garment: Garment, body: BodyFrame) -> Fit:
    """A panel from the left shoulder down in front, gathered: it is shown lying over, not draped."""
    points = garment.points
    top, foot = NECK_SIDE + 0.02, min(2.05, SOLE)
    half = 0.36 * body.edge
    out = 0.62 * body.edge
    shares = np.linspace(0, 1, STEPS + 1)[:, None]
    spine = np.array([body.at(out + 0.12 * body.edge * t, top + (foot - top) * t) for t in shares[:, 0]])
    halves = half * (0.72 + 0.5 * shares)
    target = _over_shoulder(body, spine - body.across * halves), _over_shoulder(body, spine + body.across * halves)
    source = [
        np.array(points[side + "Shoulder"]) * (1 - shares) + np.array(points[side + "Hem"]) * shares
        for side in ("right", "left")
    ]
    scale = 2 * half / max(points["leftShoulder"][0] - points["rightShoulder"][0], 4.0)
    return Fit(None, {"drape": (_beyond(*target, 1.0), _beyond(source[0], source[1], 1.0))}, max(scale, 0.3))


def _over_shoulder(body: BodyFrame, edge: Places) -> Places:
    """Return a panel's edge with its beginning on the line from the neck's side to the tip of the shoulder."""
    out = float((edge[0] - body.origin) @ body.across)
    line = np.interp(out, [0.115 * body.trunk, body.edge * 1.03], [NECK_SIDE, TIP])
    start = float((edge[0] - body.origin) @ body.down) / body.trunk
    shares = np.clip(1 - np.linspace(0, 1, len(edge)) / 0.3, 0, 1)[:, None]
    return np.asarray(edge + body.down * (line - start) * body.trunk * shares)
