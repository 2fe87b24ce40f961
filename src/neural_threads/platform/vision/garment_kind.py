"""Guess a garment's kind and pattern from the outline and texture of its cut-out, for a person to confirm.

Rules set by eye, not learned: there are no photographs here to learn from, and a classifier of drawn outlines would
only know the drawings.
"""

from typing import Any

import cv2
import numpy as np

from neural_threads.platform.colour.dominant import oklab_array

from .arrays import Floats, Image, Mask, resized

ROWS = 64
COLUMNS = 48
PATTERN_SIDE = 256
PLAIN = 0.03  # root mean square of what differs from the nearest surroundings, in OKLab, chroma weighed by half more
DIRECTED = 0.42
CROSSED = 0.3


def guessed_category(alpha: Mask) -> str | None:
    """Return UPPERWEAR, BOTTOMWEAR or DRESS by the outline; None when it looks like none of them."""
    box = _box(alpha >= 128)
    if box is None:
        return None
    height, width = box.shape
    tall = height / width
    outline = resized(box.astype(np.float32), (ROWS, COLUMNS)) > 0.5
    wide = outline.sum(axis=1) / COLUMNS
    top, waist, hem = float(wide[:12].mean()), float(wide[20:36].mean()), float(wide[-10:].mean())
    if _has_legs(outline):
        return "BOTTOMWEAR" if top > 0.4 and tall > 1.3 else "DRESS"
    if tall < 0.75:
        return None
    if tall < 1.3 and waist > 0.42:
        return "UPPERWEAR" if hem <= waist * 1.25 else "BOTTOMWEAR"
    if tall < 1.75 and top < hem * 0.55 and _widens(wide):
        return "BOTTOMWEAR"
    return "DRESS"


def guessed_pattern(rgb: Image, alpha: Mask) -> str | None:
    """Return PLAIN, STRIPES, CHECKS or PRINT by what differs from its surroundings within the garment; None if too small."""
    inside = _box(alpha >= 128)
    if inside is None or inside.sum() < 400:
        return None
    rows, columns = np.where(alpha >= 128)
    cloth = rgb[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = PATTERN_SIDE / max(inside.shape)
    shape = (max(8, round(inside.shape[0] * scale)), max(8, round(inside.shape[1] * scale)))
    labs = oklab_array(resized(np.ascontiguousarray(cloth), shape)).astype(np.float32)
    within = cv2.erode(resized(inside.astype(np.uint8), shape), np.ones((9, 9), np.uint8)) > 0
    if int(within.sum()) < 200:
        return None
    # Folds are broad and change lightness; a pattern is fine, and often changes hue.
    detail = (labs - np.asarray(cv2.GaussianBlur(labs, (0, 0), 1.5))) * (1, 1.5, 1.5)
    energy = float(np.sqrt((detail[within] ** 2).sum(axis=1).mean()))
    return "PLAIN" if energy < PLAIN else _kind_of_detail(detail.astype(np.float32), within)


def _kind_of_detail(detail: Floats, within: Any) -> str:
    """One direction: stripes; two that cross: checks; none: a print."""
    main = detail.sum(axis=2)
    across, down = cv2.Sobel(main, cv2.CV_32F, 1, 0), cv2.Sobel(main, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)[within]
    angle = np.arctan2(down, across)[within]
    total = float(strength.sum()) or 1.0
    one_way = abs(complex((strength * np.exp(2j * angle)).sum())) / total
    two_ways = abs(complex((strength * np.exp(4j * angle)).sum())) / total
    if one_way > DIRECTED:
        return "STRIPES"
    return "CHECKS" if two_ways > CROSSED else "PRINT"


def _box(mask: Any) -> Any | None:
    rows, columns = np.where(mask)
    if len(rows) == 0:
        return None
    return mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _has_legs(outline: Any) -> bool:
    """Two runs with air between them around the middle, over most of the lower half."""
    lower = outline[ROWS // 2 :, :]
    air = ~lower[:, COLUMNS // 3 : -COLUMNS // 3].all(axis=1)
    legs = lower[:, : COLUMNS // 2].any(axis=1) & lower[:, COLUMNS // 2 :].any(axis=1)
    return float((air & legs).mean()) > 0.55


def _widens(wide: Any) -> bool:
    steps = np.diff(wide[4:-4:8])
    return bool((steps > -0.05).all())
