"""Cut the sleeves of a garment from its body, also those that a dupatta or pallu covers in part."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Mask
from .garment_outline import Outline, Points

NOTCH, NOTCH_ROWS = 0.06, 0.04
"""Of the shoulder width: how far the outline steps in below a sleeve, within how many rows."""
LONGEST_FLUSH = 1.5
"""Of the shoulder width: how far below the shoulder a sleeve that hangs flush may end."""
LEAST_SLEEVE = 0.01
"""Of the garment's area."""


def cut_sleeve(
    alpha: Mask, outline: Outline, points: Points, side: str, sign: int, middle: float, across: float
) -> Mask | None:
    """The sleeve, cut from the body at the armhole; None when it cannot be told from the body."""
    solid = (alpha > 127).astype(np.uint8)
    shoulder, armpit = points[side + "Shoulder"], points[side + "Armpit"]
    gap = _gap_below(outline, armpit, middle, sign, across)
    cuts = [(shoulder[0] - sign, shoulder[1] - across), shoulder, armpit, *([gap] if gap else [])]
    cv2.polylines(solid, [np.array(cuts, np.int32)], False, 0, 3)
    _, result, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    labels = np.asarray(result, np.int32)
    probe = [
        (shoulder[0] * (1 - t) + armpit[0] * t + sign * across * 0.05, shoulder[1] * (1 - t) + armpit[1] * t)
        for t in (0.3, 0.5, 0.7, 0.85)
    ]
    names = {int(labels[_at(labels, place)]) for place in probe} - {0}
    chest = int(labels[_at(labels, (middle, armpit[1] + 0.1 * across))])
    names -= {chest}
    area = int((alpha > 127).sum())
    names = {name for name in names if stats[name, cv2.CC_STAT_AREA] > LEAST_SLEEVE * area}
    if not names:
        return None
    chosen = np.isin(labels, list(names)).astype(np.uint8)
    grown = cv2.dilate(chosen, np.ones((5, 5), np.uint8)) > 0
    return np.where(grown & ~np.isin(labels, [chest]), alpha, 0).astype(np.uint8)


def cut_covered_sleeves(
    alpha: Mask,
    outline: Outline,
    points: Points,
    body: Mask,
    sleeves: dict[str, Mask],
    middle: float,
    across: float,
) -> tuple[set[str], dict[str, str]]:
    """Cut sleeves that hang flush under a dupatta from the body, each as far as its end is seen in the outline.

    Where the other side's sleeve is seen better, it serves both. Return the sides whose sleeve lies under the body, and which
    of them borrow the other's.
    """
    under: set[str] = set()
    clear = set(sleeves)
    for side, sign in (("right", -1), ("left", 1)):
        cuff = None if side in sleeves else _notch(outline, points, side, sign, middle, across)
        if cuff is None:
            continue
        outer, inner = cuff
        seam = [points[side + "Shoulder"], points[side + "Armpit"], inner, (inner[0] + sign * across, inner[1])]
        far = (points[side + "Shoulder"][0] + sign * across, points[side + "Shoulder"][1] - across)
        zone = np.zeros(alpha.shape, np.uint8)
        cv2.fillPoly(zone, [np.round([*seam, far]).astype(np.int32)], 255)
        body[zone > 0] = 0
        if clear:
            continue
        sleeves[side] = np.minimum(alpha, zone)
        points |= {side + "CuffOuter": outer, side + "CuffInner": inner}
        under.add(side)
    pairs = (("right", "left"), ("left", "right"))
    mirrored = {side: other for side, other in pairs if side not in sleeves and other in sleeves}
    return under | set(mirrored), mirrored


def _notch(
    outline: Outline, points: Points, side: str, sign: int, middle: float, across: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return both ends of a sleeve's mouth where the outline steps inwards below it; None where it does not."""
    edge = outline.right if sign > 0 else outline.left
    step = max(2, round(NOTCH_ROWS * across))
    top = points[side + "Shoulder"][1]
    last = min(outline.foot - 0.12 * (outline.foot - outline.top) - step, top + LONGEST_FLUSH * across)
    best: tuple[float, int] | None = None
    for row in range(round(top + 0.3 * across), round(last)):
        drop = sign * float(edge[row] - edge[row + step])
        if drop > NOTCH * across and (best is None or drop > best[0]):
            best = drop, row
    if best is None:
        return None
    row = best[1]
    outer, inner = float(edge[row]), float(edge[row + step])
    pit = points[side + "Armpit"][0]
    if sign * (outer - pit) < NOTCH * across:
        return None
    return (outer, float(row)), (sign * max(sign * inner, sign * middle), float(row + step))


def _gap_below(
    outline: Outline, armpit: tuple[float, float], middle: float, sign: int, across: float
) -> tuple[float, float] | None:
    """The top of the gap between a sleeve that hangs flush and the body, if it opens somewhere below the armpit."""
    for row in np.arange(armpit[1], min(outline.foot, armpit[1] + 0.9 * across)):
        start, end = outline.run(float(row), middle)
        inner = end if sign > 0 else start
        outer = (outline.right if sign > 0 else outline.left)[int(row)]
        if abs(outer - inner) > 0.04 * across:
            return float(inner) + sign * 2, float(row)
    return None


def _at(labels: NDArray[np.int32], place: tuple[float, float]) -> tuple[int, int]:
    return (
        int(np.clip(round(place[1]), 0, labels.shape[0] - 1)),
        int(np.clip(round(place[0]), 0, labels.shape[1] - 1)),
    )


def cuff_of(sleeve: Mask, points: Points, side: str) -> Points:
    """The two ends of a sleeve's mouth: of the pixels farthest from the armhole."""
    shoulder, armpit = points[side + "Shoulder"], points[side + "Armpit"]
    ys, xs = np.nonzero(sleeve > 127)
    start = np.array([(shoulder[0] + armpit[0]) / 2, (shoulder[1] + armpit[1]) / 2])
    places = np.stack([xs, ys], axis=1) - start
    way = np.array([armpit[0] - shoulder[0], 0.0])
    along = places.mean(axis=0)
    for _ in range(3):
        along = along / (np.linalg.norm(along) + 1e-6)
        far = places @ along
        along = places[far > 0.85 * far.max()].mean(axis=0)
    along = along / (np.linalg.norm(along) + 1e-6)
    far = places @ along
    mouth = places[far > 0.93 * far.max()]
    normal = np.array([-along[1], along[0]])
    side_ways = mouth @ normal
    middle, half = (side_ways.max() + side_ways.min()) / 2, (side_ways.max() - side_ways.min()) / 2
    end = start + along * far.max() + normal * middle
    outward = normal if normal @ way < 0 else -normal
    outer, inner = end + outward * half, end - outward * half
    return {
        side + "CuffOuter": (float(outer[0]), float(outer[1])),
        side + "CuffInner": (float(inner[0]), float(inner[1])),
    }
