"""Warp one image onto another: a thin-plate spline for bodies, ribbons for limbs, and laying the result over a photo."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image, Mask, resized

Places: TypeAlias = NDArray[np.float64]
"""Many × 2: x and y in pixels."""
Map: TypeAlias = NDArray[np.float32]
"""Height × width × 2: where in the source a pixel comes from; negative where it comes from nowhere."""
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

GRID = 16  # pixels between the points at which the spline is computed exactly
NOWHERE = -10.0


def spline_map(target: Places, source: Places, box: Box) -> Map:
    """Return for every pixel of the box the place in the source, by the thin-plate spline through the pairs of points.

    F. L. Bookstein, "Principal Warps: Thin-Plate Splines and the Decomposition of Deformations", 1989. Computed on a
    grid and interpolated: at 1024 × 1365 that is 0.66 px off at most. Points that coincide are averaged away.
    """
    left, top, right, bottom = box
    columns = np.append(np.arange(left, right, GRID), right)
    rows = np.append(np.arange(top, bottom, GRID), bottom)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2).astype(np.float64)
    scale = max(float(np.ptp(target)), 1.0)
    weights = _spline_weights(target / scale, source)
    values = _kernel(grid / scale, target / scale) @ weights[: len(target)]
    values += np.column_stack([np.ones(len(grid)), grid / scale]) @ weights[len(target) :]
    coarse = values.reshape(len(rows), len(columns), 2).astype(np.float32)
    xs = np.interp(np.arange(left, right), columns, np.arange(len(columns))).astype(np.float32)
    ys = np.interp(np.arange(top, bottom), rows, np.arange(len(rows))).astype(np.float32)
    map_x, map_y = np.meshgrid(xs, ys)
    return np.asarray(cv2.remap(coarse, map_x, map_y, cv2.INTER_LINEAR), np.float32)


def _spline_weights(target: Places, source: Places) -> Places:
    many = len(target)
    affine = np.column_stack([np.ones(many), target])
    system = np.zeros((many + 3, many + 3))
    system[:many, :many] = _kernel(target, target) + np.eye(many) * 1e-6
    system[:many, many:] = affine
    system[many:, :many] = affine.T
    return np.asarray(np.linalg.lstsq(system, np.vstack([source, np.zeros((3, 2))]), rcond=None)[0])


def _kernel(places: Places, knots: Places) -> Places:
    squared = ((places[:, None] - knots[None]) ** 2).sum(axis=-1)
    return np.asarray(squared * np.log(squared + 1e-12) / 2)


def ribbon_map(target: tuple[Places, Places], source: tuple[Places, Places], box: Box) -> Map:
    """Return the same for a band between two edges, each a list of points that correspond one by one.

    Quads are painted from the first to the last, so where a bent limb's band covers itself the far end lies on top.
    """
    left, top, right, bottom = box
    result: Map = np.full((bottom - top, right - left, 2), NOWHERE, np.float32)
    corner = np.array([left, top], np.float64)
    for i in range(len(target[0]) - 1):
        one, two, three, four = (edge[j] - corner for j in (i, i + 1) for edge in target)
        a, b, c, d = (edge[j] for j in (i, i + 1) for edge in source)
        _paint(result, (one, two, three), (a, b, c))
        _paint(result, (four, three, two), (d, c, b))
    return result


def _paint(result: Map, target: tuple[Places, ...], source: tuple[Places, ...]) -> None:
    """Write the affine map of one triangle into the pixels that it covers."""
    first, second, third = target
    edges = np.column_stack([second - first, third - first])
    if abs(np.linalg.det(edges)) < 0.25:
        return
    low = np.floor(np.min(target, axis=0)).astype(int)
    high = np.ceil(np.max(target, axis=0)).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, result.shape[1::-1])
    if (high <= low).any():
        return
    ys, xs = np.mgrid[low[1] : high[1], low[0] : high[0]]
    inverse = np.linalg.inv(edges)
    s = (xs - first[0]) * inverse[0, 0] + (ys - first[1]) * inverse[0, 1]
    t = (xs - first[0]) * inverse[1, 0] + (ys - first[1]) * inverse[1, 1]
    slack = 0.6 / np.sqrt(abs(np.linalg.det(edges)))  # half a pixel over the edge, so that no crack shows
    inside = (s >= -slack) & (t >= -slack) & (s + t <= 1 + slack)
    start, across, down = source[0], source[1] - source[0], source[2] - source[0]
    part = result[low[1] : high[1], low[0] : high[0]]
    part[inside, 0] = (start[0] + s * across[0] + t * down[0])[inside]
    part[inside, 1] = (start[1] + s * across[1] + t * down[1])[inside]


def premultiplied(rgb: Image, alpha: Mask) -> Image:
    """Return h×w×4 with the colours multiplied by their alpha, so that edges blend without fringes."""
    full = cv2.merge([alpha, alpha, alpha])
    return np.dstack([cv2.multiply(rgb, full, scale=1 / 255), alpha])


def warped(garment: Image, where: Map) -> Image:
    """Return the premultiplied garment as the map bends it; transparent where it comes from nowhere."""
    xs, ys = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
    bent = cv2.remap(garment, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0))
    return np.asarray(bent, np.uint8)


def softened(layer: Image, where: Map) -> Image:
    """Return the layer with a soft edge where its map ends inside the garment, in place of steps."""
    covered = where[..., 0] > NOWHERE
    if covered.all():
        return layer
    share = cv2.GaussianBlur(covered.astype(np.uint8) * 255, (0, 0), 0.9)
    share = np.clip((share.astype(np.int16) - 128) * 2, 0, 255).astype(
        np.uint8
    )  # the outer half of the blur is nothing
    return np.asarray(cv2.multiply(layer, cv2.merge([share] * 4), scale=1 / 255), np.uint8)


def shrunk_for(garment: Image, scale: float) -> tuple[Image, float]:
    """Return the garment no larger than twice what the target needs, and by how much it was shrunk: no shimmer."""
    if scale >= 0.5:
        return garment, 1.0
    factor = max(scale * 1.5, 0.05)
    shape = (max(1, round(garment.shape[0] * factor)), max(1, round(garment.shape[1] * factor)))
    return resized(garment, shape), factor


def lay_over(canvas: Image, layer: Image, box: Box) -> None:
    """Lay a premultiplied layer over the canvas (h×w×3) within the box. Pixels under alpha 0 keep their value exactly."""
    left, top, right, bottom = box
    part = canvas[top:bottom, left:right]
    alpha = layer[..., 3]
    clear = cv2.merge([255 - alpha] * 3)
    blended = cv2.add(cv2.multiply(part, clear, scale=1 / 255), np.ascontiguousarray(layer[..., :3]))
    touched = alpha > 0
    part[touched] = blended[touched]
