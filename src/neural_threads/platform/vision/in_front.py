"""Find what of a person in a photo lies before the clothes: face, hair over the shoulders, arms and hands."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .arrays import Image, Mask
from .body_frame import LIMB, NECK_PIT, SIGNS, BodyFrame
from .person import Person
from .skin import is_skin, skin_of
from .warp import Places

Flags: TypeAlias = NDArray[np.bool_]

HAIR_REACH = 0.95  # of the outline's half width at the shoulders: hair that falls farther out is none
HAIR_LENGTH = 0.95  # trunks below the shoulders' level
HAIR_ALIKE = 22.0  # in CIELAB as OpenCV has it (0-255 each): how far from the hair's colour still is hair
MOST_HAIR = 0.3  # of the chest: what covers more is no hair but dark clothes
LEAST_APART = 30.0  # between hair and chest: closer colours cannot be told from each other
HAND_REACH = 0.19  # trunks around the middle of the hand


def person_in_photo(rgb: Image, body: BodyFrame) -> Person:
    """Return the person with what lies before their clothes: drawn around head and arms, within their outline."""
    outline = body.mask if body.mask is not None else np.full(rgb.shape[:2], 255, np.uint8)
    head, arms = np.minimum(_head_zone(rgb, body), outline), np.minimum(_arm_zone(rgb, body), outline)
    if body.mask is not None:
        head = np.maximum(head, np.minimum(_long_hair(rgb, body), outline))
    return Person(rgb, body, head, arms)


def _head_zone(rgb: Image, body: BodyFrame) -> Mask:
    zone = np.zeros(rgb.shape[:2], np.uint8)
    neck = body.joint("neck") if "neck" in body.joints else body.at(0, NECK_PIT)
    nose = _nose(body, neck)
    cv2.line(zone, _pixel(nose), _pixel(neck - body.down * 0.05 * body.trunk), 255, max(2, round(0.2 * body.trunk)))
    cv2.circle(zone, _pixel(nose - body.down * 0.06 * body.trunk), round(0.34 * body.trunk), 255, -1)
    return _soft(zone, body)


def _nose(body: BodyFrame, neck: Places) -> Places:
    return np.array(body.joints["nose"]) if "nose" in body.joints else neck - body.down * 0.4 * body.trunk


def _long_hair(rgb: Image, body: BodyFrame) -> Mask:
    """Return hair that hangs over the shoulders: what is coloured like the crown and reaches down from the head.

    Empty where hair and old clothes are too alike to be told from each other: dark cloth laid over a new garment would be
    worse than hair under it.
    """
    nothing = np.zeros(rgb.shape[:2], np.uint8)
    colour = _hair_colour(rgb, body)
    if colour is None:
        return nothing
    zone, chest = _hair_zone(body, rgb.shape[:2])
    columns, rows = np.flatnonzero(zone.any(axis=0)), np.flatnonzero(zone.any(axis=1))
    if not len(columns):
        return nothing
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    lab = cv2.cvtColor(np.ascontiguousarray(rgb[box]), cv2.COLOR_RGB2LAB).astype(np.float32)
    on_chest = lab[chest[box]]
    if len(on_chest) < 20 or float(np.linalg.norm(np.median(on_chest, axis=0) - colour)) < LEAST_APART:
        return nothing
    alike = np.zeros(zone.shape, np.uint8)
    alike[box] = np.linalg.norm(lab - colour.astype(np.float32), axis=2) < HAIR_ALIKE
    alike = np.asarray(cv2.morphologyEx(alike, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    hair = _joined_to_head((alike > 0) & zone, body)
    if hair[chest].mean() > MOST_HAIR:
        return nothing
    grown = cv2.dilate(hair.astype(np.uint8) * 255, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.GaussianBlur(grown, (0, 0), max(0.8, 0.003 * body.trunk)), np.uint8)


def _hair_colour(rgb: Image, body: BodyFrame) -> Places | None:
    """Return the crown's colour in CIELAB; None when the head is not seen, or covered by something like skin."""
    skin = skin_of(rgb, body)
    if skin is None or body.mask is None or "nose" not in body.joints:
        return None
    nose = np.array(body.joints["nose"])
    tall = _height_above(body, body.mask, nose)
    spots = [
        nose - body.down * up * tall + body.across * out * tall
        for up, out in ((0.9, 0.0), (0.82, 0.25), (0.82, -0.25), (0.7, 0.4), (0.7, -0.4))
    ]
    radius, patches = max(1, round(0.02 * body.trunk)), []
    for x, y in (np.round(spot).astype(int) for spot in spots):
        if 0 <= y < rgb.shape[0] and 0 <= x < rgb.shape[1] and body.mask[y, x] > 127:
            patches.append(rgb[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1].reshape(-1, 3))
    if len(patches) < 2:
        return None
    crown = np.median(np.vstack(patches), axis=0).astype(np.uint8)
    if is_skin(crown[None, None], skin).all():
        return None
    return np.asarray(cv2.cvtColor(crown[None, None], cv2.COLOR_RGB2LAB)[0, 0], np.float64)


def _height_above(body: BodyFrame, mask: Mask, nose: Places) -> float:
    """Return how far the outline reaches above the nose, in pixels."""
    reach = np.arange(0.0, 0.7 * body.trunk)
    xs, ys = np.round(nose - body.down * reach[:, None]).astype(int).T
    inside = (xs >= 0) & (ys >= 0) & (xs < mask.shape[1]) & (ys < mask.shape[0])
    on = np.zeros(len(reach), bool)
    on[inside] = mask[ys[inside], xs[inside]] > 127
    return float(reach[-1] if on.all() else reach[int(np.argmin(on))])


def _hair_zone(body: BodyFrame, shape: tuple[int, ...]) -> tuple[Flags, Flags]:
    """Return where hair may hang, and the chest in the middle of it, both within the person's outline."""
    ys, xs = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)[None]
    levels = ((xs - body.origin[0]) * body.down[0] + (ys - body.origin[1]) * body.down[1]) / body.trunk
    outs = np.abs((xs - body.origin[0]) * body.across[0] + (ys - body.origin[1]) * body.across[1]) / body.edge
    inside = body.mask > 127 if body.mask is not None else np.ones(shape, bool)
    zone = (levels > -0.75) & (levels < HAIR_LENGTH) & (outs < HAIR_REACH) & inside
    return zone, (levels > 0.12) & (levels < 0.6) & (outs < 0.75) & inside


def _joined_to_head(alike: Flags, body: BodyFrame) -> Flags:
    """Return those parts that reach from beside the head to below the shoulders: strands, not buttons or shadows."""
    _, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=8)
    neck = body.at(0, NECK_PIT)
    nose = _nose(body, neck)
    near = np.zeros(alike.shape, np.uint8)
    cv2.circle(near, _pixel(nose - body.down * 0.06 * body.trunk), round(0.34 * body.trunk), 1, -1)
    names = set(np.unique(labels[near > 0]).tolist()) - {0}
    return np.isin(labels, list(names)) if names else np.zeros(alike.shape, bool)


def _arm_zone(rgb: Image, body: BodyFrame) -> Mask:
    zone = np.zeros(rgb.shape[:2], np.uint8)
    wide = max(2, round(2 * LIMB * body.trunk))
    for side, _sign in SIGNS:
        if side + "Elbow" not in body.joints or side + "Wrist" not in body.joints:
            continue
        shoulder, elbow, wrist = (body.joint(side + part) for part in ("Shoulder", "Elbow", "Wrist"))
        cv2.polylines(zone, [np.array([_pixel(p) for p in (shoulder, elbow, wrist)])], False, 255, wide)
        np.maximum(zone, _hand(rgb, body, wrist, elbow, wide), out=zone)
    return _soft(zone, body)


def _hand(rgb: Image, body: BodyFrame, wrist: Places, elbow: Places, wide: int) -> Mask:
    """Return a hand as far as it is skin; a thick line along the fingers where no skin can be told."""
    line, around = np.zeros(rgb.shape[:2], np.uint8), np.zeros(rgb.shape[:2], np.uint8)
    cv2.line(line, _pixel(wrist), _pixel(wrist + (wrist - elbow) * 0.38), 255, round(wide * 1.15))
    skin = skin_of(rgb, body)
    if skin is None:
        return line
    middle = wrist + (wrist - elbow) * 0.22
    cv2.circle(around, _pixel(middle), max(2, round(HAND_REACH * body.trunk)), 255, -1)
    columns, rows = np.flatnonzero(around.any(axis=0)), np.flatnonzero(around.any(axis=1))
    if not len(columns):
        return line
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    bare = np.where(is_skin(rgb[box], skin), around[box], 0).astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    bare = np.asarray(
        cv2.morphologyEx(cv2.morphologyEx(bare, cv2.MORPH_CLOSE, kernel, iterations=2), cv2.MORPH_OPEN, kernel)
    )
    _, labels = cv2.connectedComponents(bare)
    names = set(np.unique(labels[line[box] > 0]).tolist()) - {0}
    hand = np.isin(labels, list(names)) if names else np.zeros(bare.shape, bool)
    if hand.sum() < 0.15 * max(1, int((line > 0).sum())):  # a glove, or another light: the line is all we know
        return line
    result = np.zeros(rgb.shape[:2], np.uint8)
    result[box] = hand.astype(np.uint8) * 255
    return result


def _soft(zone: Mask, body: BodyFrame) -> Mask:
    return np.asarray(cv2.GaussianBlur(zone, (0, 0), max(1.0, 0.006 * body.trunk)), np.uint8)


def _pixel(place: Places) -> tuple[int, int]:
    return int(np.clip(place[0], -8000, 8000)), int(np.clip(place[1], -8000, 8000))
