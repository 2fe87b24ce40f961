"""Find a garment's seams in its image: from the outline where it shows them, else by the proportions of its kind."""

from dataclasses import dataclass, field
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image, Mask
from .garment_outline import Outline, Points, largest_part, without_stand
from .garment_sleeves import cuff_of, cut_covered_sleeves, cut_sleeve
from .garment_templates import TEMPLATES, GarmentKind, Template

Rows: TypeAlias = NDArray[np.floating]

# Of the shoulder width: as the demo's cuts and the drawn figures have them.
WAIST_DROP, HIP_DROP = 0.88, 1.46
ARMPIT_IN = 0.88
IN_SHADE = 0.78  # of the chest's brightness
COLLAR_DROP = 0.04  # of the shoulder width: how much deeper than the neck's sides a collar's back reaches


@dataclass
class Garment:
    """A garment in its picture (pixels). `sleeves` by side; `body`: the rest, what is above the neckline cut away.

    `collar`: of what was cut away, the inside of the back next to the neck; None for what does not hang from shoulders.
    `under`: sides whose sleeve a dupatta or pallu covers in part, so that it lies below the body. `mirrored`: of these,
    sides whose own sleeve cannot be told from the body, and the side whose sleeve is worn there, too.
    """

    kind: GarmentKind
    points: Points
    body: Mask
    sleeves: dict[str, Mask] = field(default_factory=dict)
    has_legs: bool = False
    collar: Mask | None = None
    under: set[str] = field(default_factory=set)
    mirrored: dict[str, str] = field(default_factory=dict)


def read_garment_points(rgb: Image, alpha: Mask, kind: GarmentKind, given: Points) -> Garment:
    """Find a garment's points; those that are `given` are taken as they are. ValueError when there is no garment."""
    alpha = without_stand(largest_part(alpha))
    if int((alpha > 127).sum()) < 200:
        raise ValueError("no garment")
    cut = TEMPLATES[kind].cut
    if cut == "top":
        return _top(rgb, alpha, kind, given)
    if cut == "legs":
        return _legs(alpha, kind, given)
    return _panel(alpha, kind, given)


def _top(rgb: Image, alpha: Mask, kind: GarmentKind, given: Points) -> Garment:
    outline = Outline(alpha > 127)
    template = TEMPLATES[kind]
    tall = outline.foot - outline.top
    points: Points = {}
    middle = _middle(outline)
    upper = np.arange(outline.top + round(tall * 0.1), outline.top + round(tall * 0.5))
    runs = [outline.run(float(y), middle) for y in upper[:: max(1, tall // 90)]]
    # Not the least: a row through a hole in the mask would be far too short.
    narrow = float(np.percentile([end - start for start, end in runs], 12)) / 2
    for side, sign in (("right", -1), ("left", 1)):
        points[side + "Shoulder"] = _shoulder(outline, middle, sign, max(narrow, 4), template)
    points |= {name: place for name, place in given.items() if name.endswith("Shoulder")}
    right, left = points["rightShoulder"], points["leftShoulder"]
    middle = (right[0] + left[0]) / 2
    across = max(left[0] - right[0], 8.0)
    level = (right[1] + left[1]) / 2
    for side, sign in (("right", -1), ("left", 1)):
        drop = template.armpit * across
        points[side + "Armpit"] = _armpit(outline, middle, points[side + "Shoulder"], across, sign, drop)
        x = middle + sign * across / 2 * template.neck
        roof = outline.roof[int(np.clip(x, outline.first, outline.last))]
        points[side + "Neck"] = (x, float(min(roof, points[side + "Shoulder"][1])))
    points |= {name: place for name, place in given.items() if name.endswith(("Armpit", "Neck"))}
    neck_level = (points["rightNeck"][1] + points["leftNeck"][1]) / 2
    depth = _neck_depth(rgb, alpha, middle, neck_level, level, across, template.collar)
    points["neckFront"] = given.get("neckFront", (middle, neck_level + depth))
    body = alpha.copy()
    sleeves = {}
    for side, sign in (("right", -1), ("left", 1)):
        sleeve = cut_sleeve(alpha, outline, points, side, sign, middle, across)
        if sleeve is not None:
            sleeves[side] = sleeve
            body[sleeve > 0] = 0
            points |= cuff_of(sleeve, points, side)
    under, mirrored = cut_covered_sleeves(alpha, outline, points, body, sleeves, middle, across)
    points |= {name: place for name, place in given.items() if "Cuff" in name}
    collar = _cut_neck(rgb, body, points, across)
    trunk = Outline(body > 127)
    points |= _rows(trunk, template.is_fitted, middle, level, across)
    points |= {name: place for name, place in given.items() if name.endswith(("Waist", "Hip", "Hem"))}
    return Garment(kind, points, body, sleeves, _has_legs(trunk, middle), collar, under, mirrored)


def _middle(outline: Outline) -> float:
    """The axis: the median middle of the upper half's rows."""
    rows = slice(outline.top, (outline.top + outline.foot) // 2)
    return float(np.median((outline.left[rows] + outline.right[rows]) / 2))


def _shoulder(outline: Outline, middle: float, sign: int, narrow: float, template: Template) -> tuple[float, float]:
    """The corner between shoulder and sleeve: the farthest pixel of the roof in the direction up and out."""
    far = min(template.reach * narrow, abs((outline.last if sign > 0 else outline.first) - middle))
    columns = np.arange(0.6 * narrow, max(far, 0.7 * narrow), 1.0)
    xs = np.clip((middle + sign * columns).astype(int), outline.first, outline.last)
    best = int(np.argmax(columns * template.steep - outline.roof[xs]))
    return float(xs[best]), float(outline.roof[xs[best]])


def _armpit(
    outline: Outline, middle: float, shoulder: tuple[float, float], across: float, sign: int, drop: float
) -> tuple[float, float]:
    """Return where a gap opens between sleeve and body; by proportion where the sleeve hangs flush or is none."""
    y = shoulder[1] + drop
    x = middle + sign * across / 2 * ARMPIT_IN
    for row in np.arange(shoulder[1] + 0.22 * across, shoulder[1] + 0.62 * across):
        start, end = outline.run(float(row), middle)
        inner = end if sign > 0 else start
        outer = (outline.right if sign > 0 else outline.left)[int(np.clip(row, outline.top, outline.foot))]
        if abs(outer - inner) > 0.05 * across and abs(inner - middle) > 0.25 * across:
            # A sleeve that hangs close covers the armpit: the gap is seen only farther down.
            return float(inner), min(float(row), y)
    start, end = outline.run(y, middle)
    edge = end if sign > 0 else start
    return (edge if abs(edge - middle) < abs(x - middle) else x), y


def _neck_depth(
    rgb: Image, alpha: Mask, middle: float, neck: float, shoulder: float, across: float, deepest: float
) -> float:
    """Return how far below the neck points cloth begins: the first row that has the colours of the chest below it."""
    x, reach = round(middle), max(2, round(across * 0.03))
    chest = rgb[
        round(shoulder + 0.34 * across) : round(shoulder + 0.7 * across),
        max(0, x - round(across * 0.3)) : x + round(across * 0.3),
    ].reshape(-1, 3)
    most = round(deepest * across + max(shoulder - neck, 0))
    if not len(chest) or most < 2:
        return 0.0
    counts = np.zeros((8, 8, 8), np.float32)
    np.add.at(counts, tuple((chest >> 5).T), 1)
    bins = np.asarray(cv2.GaussianBlur(counts.reshape(8, 64), (3, 1), 0)).reshape(8, 8, 8) / len(chest)
    top = max(0, round(neck))
    strip = rgb[top : top + most, max(0, x - reach) : x + reach]
    seen = alpha[top : top + most, max(0, x - reach) : x + reach] > 127
    alike = (bins[tuple((strip >> 5).reshape(-1, 3).T)].reshape(strip.shape[:2]) > 0.008) & seen
    # The inside of the back has the cloth's colours, but lies in the shade.
    light = strip.mean(axis=(1, 2)) / max(float(np.median(chest.mean(axis=1))), 1)
    share = alike.mean(axis=1) * (light > IN_SHADE)
    run = max(2, round(0.05 * across))
    for row in range(len(share) - run):
        if share[row : row + run].mean() > 0.7:
            return float(row)
    return float(len(share))


def _cut_neck(rgb: Image, body: Mask, points: Points, across: float) -> Mask:
    """Take away what is above the neckline: the hanger, the dummy's neck, the inside of the back.

    Return the back of the collar: of this what has the cloth's hues and lies no deeper than the neck's sides.
    """
    right, left, front = points["rightNeck"], points["leftNeck"], points["neckFront"]
    depth = front[1] - (right[1] + left[1]) / 2
    steps = np.linspace(0, np.pi, 25)
    x = (right[0] + left[0]) / 2 - np.cos(steps) * (left[0] - right[0]) / 2
    base = right[1] + (left[1] - right[1]) * (x - right[0]) / max(left[0] - right[0], 1)
    y = base + np.sin(steps) ** 0.8 * depth
    above = [(left[0], -8.0), (right[0], -8.0)]
    hole = np.array([*zip(x, y, strict=True), *above])
    removed = body.copy()
    cv2.fillPoly(body, [np.round(hole * 16).astype(np.int32)], 0, cv2.LINE_AA, 4)
    removed -= body
    removed[round(max(right[1], left[1]) + COLLAR_DROP * across) :] = 0
    removed[:, : max(0, round(right[0] - COLLAR_DROP * across))] = 0
    removed[:, max(0, round(left[0] + COLLAR_DROP * across)) :] = 0
    return np.where(_has_hues_of(rgb, body, removed > 0), removed, 0).astype(np.uint8)


def _has_hues_of(rgb: Image, cloth: Mask, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of these pixels have a hue that the cloth has, however light or dark."""
    result = np.zeros(where.shape, bool)
    if where.any() and (cloth > 127).any():
        lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.int32) // 8
        bins = lab[..., 1] * 32 + lab[..., 2]
        shares = np.bincount(bins[cloth > 127], minlength=1024) / int((cloth > 127).sum())
        result[where] = shares[bins[where]] > 0.01
    return result


def _rows(trunk: Outline, is_fitted: bool, middle: float, level: float, across: float) -> Points:
    """Waist, hip and hem at both sides, as far as the garment reaches so low."""
    foot = float(trunk.foot)
    waist = level + WAIST_DROP * across
    if is_fitted:
        search = np.arange(level + 0.55 * across, min(level + 1.25 * across, foot - 2))
        if len(search):
            widths = [(lambda ends: ends[1] - ends[0])(trunk.run(float(y), middle)) for y in search]
            waist = float(search[int(np.argmin(widths))])
    hip = max(level + HIP_DROP * across, waist + 0.4 * across)
    rows = {"Waist": waist, "Hip": hip, "Hem": foot - 0.05 * (foot - trunk.top)}
    points: Points = {}
    for name, y in rows.items():
        if name != "Hem" and y > foot - 0.12 * across:
            continue
        start, end = (float(trunk.left[int(y)]), float(trunk.right[int(y)])) if name == "Hem" else trunk.run(y, middle)
        points["right" + name], points["left" + name] = (start, y), (end, y)
    return points


def _has_legs(trunk: Outline, middle: float) -> bool:
    """Return True if the lowest part of what is pictured is two trouser legs."""
    rows = np.arange(trunk.top + (trunk.foot - trunk.top) * 0.86, trunk.foot - 2)
    return bool(np.mean([_gap_at(trunk, int(row)) for row in rows]) > 0.6) if len(rows) else False


def _gap_at(trunk: Outline, y: int) -> bool:
    row = trunk.mask[y, trunk.left[y] : trunk.right[y] + 1]
    inner = row[len(row) // 4 : len(row) - len(row) // 4]
    return bool(len(inner) > 8 and (~inner).sum() >= max(4, 0.03 * len(row)))


def _legs(alpha: Mask, kind: GarmentKind, given: Points) -> Garment:
    outline = Outline(alpha > 127)
    tall = outline.foot - outline.top
    top = outline.top + 0.015 * tall
    middle = float((outline.left[int(top) + 1] + outline.right[int(top) + 1]) / 2)
    crotch = outline.top + 0.3 * tall
    for y in range(round(outline.top + 0.18 * tall), round(outline.top + 0.55 * tall)):
        if _gap_at(outline, y):
            crotch = float(y)
            break
    hip = outline.top + (crotch - outline.top) * 0.7
    hem = outline.foot - 0.01 * tall
    left, right = (float(each[int(hem)]) for each in (outline.left, outline.right))
    inside = np.flatnonzero(~outline.mask[int(hem), int(left) : int(right) + 1]) + left
    points: Points = {
        "rightWaist": (float(outline.left[int(top) + 1]), top),
        "leftWaist": (float(outline.right[int(top) + 1]), top),
        "rightHip": (float(outline.left[int(hip)]), hip),
        "leftHip": (float(outline.right[int(hip)]), hip),
        "crotch": (middle, crotch),
        "rightHem": (left, hem),
        "leftHem": (right, hem),
        "rightHemInner": (float(inside[0]) if len(inside) else (left + right) / 2 - 1, hem),
        "leftHemInner": (float(inside[-1]) if len(inside) else (left + right) / 2 + 1, hem),
    }
    points |= {name: place for name, place in given.items() if name in points}
    return Garment(kind, points, alpha)


def _panel(alpha: Mask, kind: GarmentKind, given: Points) -> Garment:
    outline = Outline(alpha > 127)
    is_drape = TEMPLATES[kind].cut == "drape"
    if not is_drape:  # whatever is above the narrowest row is a dummy's torso
        upper = slice(outline.top, outline.top + (outline.foot - outline.top) // 2)
        wide = outline.right[upper] - outline.left[upper]
        alpha = alpha.copy()
        alpha[: outline.top + _waist_row(wide)] = 0
        outline = Outline(alpha > 127)
    tall = outline.foot - outline.top
    points: Points = {}
    names = ("Shoulder", "Hem") if is_drape else ("Waist", "Hip", "Hem")
    shares = {"Shoulder": 0.01, "Waist": 0.012, "Hip": 0.22, "Hem": 0.95}
    for name in names:
        y = outline.top + shares[name] * tall
        row = int(y) + 1
        points["right" + name] = (float(outline.left[row]), y)
        points["left" + name] = (float(outline.right[row]), y)
    points |= {name: place for name, place in given.items() if name in points}
    return Garment(kind, points, alpha)


def _waist_row(wide: Rows) -> int:
    """The row at which a skirt begins: the first, unless it is narrower farther down, at a dummy's waist."""
    start = len(wide) // 5
    later = start + int(np.argmin(wide[start:]))
    is_waist = later > start + 2 and wide[later] < 0.95 * float(np.median(wide[:start]))
    return max(0, later - 2) if is_waist else 0
