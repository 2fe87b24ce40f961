"""The outline of a garment: without specks and without what it hangs on."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Mask

Points: TypeAlias = dict[str, tuple[float, float]]
"""Places of a picture by name, in pixels."""


def largest_part(alpha: Mask) -> Mask:
    """The garment without specks: items smaller than a fiftieth of the largest go."""
    many, labels, stats, _ = cv2.connectedComponentsWithStats((alpha > 127).astype(np.uint8))
    if many <= 2:
        return alpha
    sizes = stats[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(sizes >= sizes.max() / 50) + 1
    near = cv2.dilate(np.isin(labels, kept).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(near > 0, alpha, 0).astype(np.uint8)


def without_stand(alpha: Mask) -> Mask:
    """The garment without what it hangs on: a hook or a dummy's neck above it, a pole below it, both far narrower."""
    wide = (alpha > 127).sum(axis=1)
    rows = np.flatnonzero(wide)
    if not len(rows):
        return alpha
    top, tall = int(rows[0]), int(rows[-1] - rows[0] + 1)
    usual = float(np.median(wide[top + round(tall * 0.25) : top + round(tall * 0.6) + 1]))
    upper = np.flatnonzero(wide[top : top + round(tall * 0.35)] < 0.45 * usual)
    lower = np.flatnonzero(wide[top + round(tall * 0.6) : rows[-1] + 1] < 0.22 * usual)
    kept = alpha.copy()
    if len(upper):
        kept[: top + int(upper[-1]) + 1] = 0
    if len(lower):
        kept[top + round(tall * 0.6) + int(lower[0]) :] = 0
    return kept


class Outline:
    """The leftmost and rightmost pixel of every row, and the first of every column."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        self.mask = mask
        rows = np.flatnonzero(mask.any(axis=1))
        columns = np.flatnonzero(mask.any(axis=0))
        self.top, self.foot = int(rows[0]), int(rows[-1])
        self.first, self.last = int(columns[0]), int(columns[-1])
        wide = mask.shape[1]
        self.left = np.where(mask.any(axis=1), mask.argmax(axis=1), wide)
        self.right = np.where(mask.any(axis=1), wide - 1 - mask[:, ::-1].argmax(axis=1), -1)
        self.roof = np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])

    def run(self, y: float, x: float) -> tuple[float, float]:
        """Return the ends of the row's run that holds x, or of the nearest run."""
        row = self.mask[int(np.clip(y, self.top, self.foot))]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        runs = edges.reshape(-1, 2)
        if not len(runs):
            return x, x
        # A slit or a fold's shadow narrower than this is no gap.
        merged = [list(runs[0])]
        for start, end in runs[1:]:
            if start - merged[-1][1] <= max(2, 0.012 * (self.last - self.first)):
                merged[-1][1] = end
            else:
                merged.append([start, end])
        best = min(merged, key=lambda each: max(each[0] - x, x - each[1], 0))
        return float(best[0]), float(best[1] - 1)
