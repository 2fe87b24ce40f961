"""Compose one look: garments are warped onto a body and laid over its image, with face, hair and hands in front."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .arrays import Image, Mask, resized
from .body_frame import SIGNS
from .fitting import Fit, fit
from .garment_points import Garment
from .garment_templates import TEMPLATES
from .neck_opening import bare_neck
from .person import Person
from .warp import Box, Map, Places, lay_over, premultiplied, ribbon_map, shrunk_for, softened, spline_map, warped

LIGHT = 0.12  # how much brighter or darker the photo's light makes a garment at most
LIGHT_SIDE = 64  # pixels: what is left of the photo when only its light is looked at
ARM_LEVEL, UNDER_LEVEL, SLEEVE_LEVEL = 0.3, 0.18, 0.34
"""In trunks from the shoulder: arms lie before a garment from here on; the second where a dupatta covers the sleeve's
beginning, the third where a short sleeve is one with the body."""


@dataclass
class Look:
    """The result, and what garments cover (h×w, 0-255): where that is 0, pixels are those of the person's picture."""

    rgb: Image
    covered: Mask


@dataclass
class _Canvas:
    rgb: Image
    covered: Mask
    gain: Mask | None


def compose(person: Person, garments: list[tuple[Image, Garment]]) -> Look:
    """Lay garments over a person, the first lowest. Each comes with its own image (h×w×3)."""
    canvas = _Canvas(person.rgb.copy(), np.zeros(person.rgb.shape[:2], np.uint8), _gain_of(person))
    for rgb, garment in garments:
        how = fit(garment, person.body)
        if how.neckline is not None and not person.is_drawn:
            bare_neck(canvas.rgb, canvas.covered, person, how.neckline)
        if how.spline is not None:
            _lay_collar(canvas, person, rgb, garment, how, how.spline)
        _lay_ribbons(canvas, person, rgb, garment, how, [side for side in how.ribbons if side in garment.under])
        if how.spline is not None:
            _lay_body(canvas, person, rgb, garment, how, how.spline)
        _lay_ribbons(canvas, person, rgb, garment, how, [side for side in how.ribbons if side not in garment.under])
    return Look(canvas.rgb, canvas.covered)


def _lay_ribbons(canvas: _Canvas, person: Person, rgb: Image, garment: Garment, how: Fit, sides: list[str]) -> None:
    """Lay sleeves, trouser legs or a dupatta: sleeves over the arms, what is none behind them."""
    for side in sides:
        target, source = how.ribbons[side]
        box = _box_of(np.vstack(target), 4, canvas.rgb.shape)
        if box is None:
            continue
        sleeve = garment.sleeves.get(garment.mirrored.get(side, side))
        mask = garment.body if sleeve is None else sleeve
        layer = _bent(rgb, mask, how.scale, _ribbon_mapper(target, source, box))
        _lay(canvas, layer, box, [person.head, person.arms] if sleeve is None else [person.head])


def _ribbon_mapper(target: tuple[Places, Places], source: tuple[Places, Places], box: Box) -> Callable[[float], Map]:
    return lambda factor: ribbon_map(target, (source[0] * factor, source[1] * factor), box)


def _lay_collar(
    canvas: _Canvas, person: Person, rgb: Image, garment: Garment, how: Fit, pairs: tuple[Places, Places]
) -> None:
    """Lay the back of the collar behind the person: it is seen beside the neck only."""
    outline = person.body.mask
    if garment.collar is None or outline is None or not garment.collar.any():
        return
    target, source = pairs
    box = _box_of(target, _margin(garment.collar, source, how.scale), canvas.rgb.shape)
    if box is not None:
        layer = _bent(rgb, garment.collar, how.scale, lambda factor: spline_map(target, source * factor, box))
        _lay(canvas, layer, box, [outline, person.head])


def _lay_body(
    canvas: _Canvas, person: Person, rgb: Image, garment: Garment, how: Fit, pairs: tuple[Places, Places]
) -> None:
    target, source = pairs
    box = _box_of(target, _margin(garment.body, source, how.scale), canvas.rgb.shape)
    if box is None:
        return
    mask = garment.body
    if TEMPLATES[garment.kind].cut == "legs":
        mask = mask.copy()
        mask[round(garment.points["crotch"][1]) + 3 :] = 0
    layer = _bent(rgb, mask, how.scale, lambda factor: spline_map(target, source * factor, box))
    _lay(canvas, layer, box, [person.head, _front_arms(person, garment)])


def _bent(rgb: Image, mask: Mask, scale: float, map_for: Callable[[float], Map]) -> Image:
    """The garment's pixels under the mask, bent. `map_for` makes the map into an image that was shrunk by a factor."""
    garment, factor = shrunk_for(premultiplied(rgb, mask), scale)
    where = map_for(factor)
    return softened(warped(garment, where), where)


def _lay(canvas: _Canvas, layer: Image, box: Box, before: list[Mask]) -> None:
    """Lay a layer over the canvas, except where something is before it."""
    left, top, right, bottom = box
    if canvas.gain is not None:
        gain = cv2.merge([canvas.gain[top:bottom, left:right]] * 3)
        lit = cv2.multiply(np.ascontiguousarray(layer[..., :3]), gain, scale=1 / 128)
        layer = np.dstack([np.minimum(lit, layer[..., 3:]), layer[..., 3]])
    for mask in before:
        part = mask[top:bottom, left:right]
        if part.any():
            layer = np.asarray(cv2.multiply(layer, cv2.merge([255 - part] * 4), scale=1 / 255), np.uint8)
    lay_over(canvas.rgb, layer, box)
    covered = canvas.covered[top:bottom, left:right]
    np.maximum(covered, layer[..., 3], out=covered)


def _front_arms(person: Person, garment: Garment) -> Mask:
    """The arms as they lie before this garment: from below the shoulder, or along the arm from below a short sleeve of one item."""
    if TEMPLATES[garment.kind].cut != "top":
        return person.arms
    body, shape = person.body, person.arms.shape
    ys, xs = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)[None]
    starts = {}
    for side, _sign in SIGNS:
        has_sleeve = side in garment.sleeves or side in garment.mirrored
        shoulder, elbow = body.joint(side + "Shoulder"), body.joint(side + "Elbow")
        way = (elbow - shoulder) / max(float(np.linalg.norm(elbow - shoulder)), 1e-6)
        if has_sleeve:  # the sleeve is laid over it: only below the armpit may the body not hide it
            levels = np.hypot(xs - shoulder[0], ys - shoulder[1]) / body.trunk
            starts[side] = np.clip((levels - (UNDER_LEVEL if side in garment.under else ARM_LEVEL)) / 0.05, 0, 1)
        else:
            levels = ((xs - shoulder[0]) * way[0] + (ys - shoulder[1]) * way[1]) / body.trunk
            starts[side] = np.clip((levels - SLEEVE_LEVEL) / 0.012, 0, 1)
    is_left = (xs - body.origin[0]) * body.across[0] + (ys - body.origin[1]) * body.across[1] > 0
    return np.asarray(person.arms * np.where(is_left, starts["left"], starts["right"]), np.uint8)


def _gain_of(person: Person) -> Mask | None:
    """Return how bright the light falls on each part of the person: 128 is average. None for a drawn figure."""
    if person.is_drawn or person.body.mask is None:
        return None
    shape = (LIGHT_SIDE, max(8, round(LIGHT_SIDE * person.rgb.shape[1] / person.rgb.shape[0])))
    grey = resized(cv2.cvtColor(person.rgb, cv2.COLOR_RGB2GRAY), shape).astype(np.float32)
    weight = resized(person.body.mask, shape).astype(np.float32) / 255 + 1e-3
    light = cv2.GaussianBlur(grey * weight, (0, 0), LIGHT_SIDE / 7) / cv2.GaussianBlur(weight, (0, 0), LIGHT_SIDE / 7)
    average = float((light * weight).sum() / weight.sum())
    gain = np.clip(1 + 0.5 * (light / max(average, 1) - 1), 1 - LIGHT, 1 + LIGHT) * 128
    return resized(np.asarray(gain, np.uint8), person.rgb.shape)


def _margin(mask: Mask, source: Places, scale: float) -> float:
    """Return how far the garment may reach beyond the points that hold it, in pixels of the target."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(columns):
        return 0.0
    low, high = source.min(axis=0), source.max(axis=0)
    beyond = max(low[0] - columns[0], columns[-1] - high[0], low[1] - rows[0], rows[-1] - high[1], 0)
    return float(beyond * scale * 1.5 + 8)


def _box_of(places: Places, margin: float, shape: tuple[int, ...]) -> Box | None:
    """The pixels around some places, within the image; None when that is nothing."""
    low, high = np.floor(places.min(axis=0) - margin), np.ceil(places.max(axis=0) + margin)
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(shape[1], int(high[0])), min(shape[0], int(high[1]))
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None
