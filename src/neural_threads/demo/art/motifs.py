"""Single motifs of Indian cloth as polygons around the origin. They are kept, so nobody may change the lists."""

import math
from functools import cache
from random import Random

from neural_threads.demo.art.geometry import Outline, Point, curve, disc, ribbon, turned


@cache
def petal(size: float, fat: float = 0.42) -> Outline:
    """A leaf or petal from the origin upwards; large ones have more corners."""
    half = (
        [(0.62, 0.22), (1.0, 0.5), (0.66, 0.8)]
        if size < 24
        else [(0.38, 0.1), (0.74, 0.26), (0.97, 0.42), (0.98, 0.58), (0.78, 0.74), (0.42, 0.89)]
    )
    right = [(size * fat * x, -size * y) for x, y in half]
    return [(0.0, 0.0), *right, (0.0, -size), *[(-x, y) for x, y in reversed(right)]]


@cache
def rosette(size: float, petals: int, fat: float = 0.36, inner: float = 0.12) -> list[Outline]:
    one = petal(size * (1 - inner), fat)
    return [turned([(x, y - size * inner) for x, y in one], 360 * i / petals) for i in range(petals)]


@cache
def star(size: float, points: int = 8, waist: float = 0.55) -> Outline:
    return [
        (r * math.sin(math.pi * i / points), -r * math.cos(math.pi * i / points))
        for i in range(2 * points)
        for r in [size if i % 2 == 0 else size * waist]
    ]


def diamond(width: float, height: float) -> Outline:
    return [(0, -height), (width, 0), (0, height), (-width, 0)]


def jagged(width: float, height: float, rng: Random, step: float = 5.0) -> Outline:
    """A lozenge whose edge steps and feathers as tied warp threads do."""
    rows = max(3, round(2 * height / step))
    right: Outline = []
    left: Outline = []
    for i in range(rows):
        y0, y1 = -height + 2 * height * i / rows, -height + 2 * height * (i + 1) / rows
        reach = max(width * (1 - abs((y0 + y1) / 2) / height), 0.6)
        a, b = reach + rng.uniform(-1.6, 1.6), reach + rng.uniform(-1.6, 1.6)
        right += [(a, y0), (a, y1)]
        left += [(-b, y0), (-b, y1)]
    return right + left[::-1]


@cache
def kairi(size: float) -> Outline:
    """The mango of Paisley: a drop whose tip bends to the right."""
    knots: list[Point] = [
        (0.16, -1.0),
        (0.36, -0.86),
        (0.26, -0.74),
        (0.12, -0.62),
        (0.34, -0.26),
        (0.42, 0.1),
        (0.26, 0.44),
        (-0.08, 0.56),
        (-0.4, 0.4),
        (-0.5, 0.04),
        (-0.38, -0.34),
        (-0.14, -0.72),
        (0.02, -0.94),
        (0.16, -1.0),
    ]
    return [(x * size, y * size) for x, y in curve(knots, 26)]


@cache
def sprig(size: float) -> tuple[list[Outline], list[Outline], list[Outline]]:
    """A block-printed buti: stem and leaves, petals, heart."""
    stem = ribbon(curve([(0, size * 0.62), (size * 0.06, size * 0.3), (0, 0)], 6), size * 0.07, size * 0.05)
    green = [
        stem,
        turned(petal(size * 0.42, 0.3), 62, 0, size * 0.42),
        turned(petal(size * 0.42, 0.3), -62, 0, size * 0.5),
        turned(petal(size * 0.28, 0.34), 40, 0, size * 0.2),
        turned(petal(size * 0.28, 0.34), -40, 0, size * 0.24),
    ]
    bloom = [turned(petal(size * 0.42, 0.38), angle, 0, -size * 0.18) for angle in (-104, -58, -20, 20, 58, 104)]
    return green, bloom, [disc(0, -size * 0.2, size * 0.12, 9)]


@cache
def buta(size: float) -> tuple[list[Outline], list[Outline]]:
    """A large standing flower for zardozi hems: body, and the bright details on it."""
    body = [
        ribbon(curve([(0, size * 0.5), (size * 0.05, size * 0.15), (0, -size * 0.1)], 6), size * 0.05),
        *[turned(petal(size * 0.5, 0.28), a, 0, size * 0.36) for a in (-70, 70)],
        *[turned(petal(size * 0.36, 0.3), a, 0, size * 0.12) for a in (-52, 52)],
        *[turned(petal(size * 0.46, 0.33), a, 0, -size * 0.12) for a in (-84, -44, 0, 44, 84)],
    ]
    shine = [
        *[turned(petal(size * 0.26, 0.22), a, 0, -size * 0.2) for a in (-64, -22, 22, 64)],
        *[turned(petal(size * 0.26, 0.2), a, 0, size * 0.3) for a in (-70, 70)],
        disc(0, -size * 0.14, size * 0.08, 8),
        disc(0, size * 0.52, size * 0.06, 7),
    ]
    return body, shine


def blossom(size: float, rng: Random) -> tuple[list[Outline], list[Outline], list[Outline]]:
    """A painted (kalamkari) flower: outer petals, inner petals, heart."""
    start = rng.uniform(0, 60)
    outer = [turned(p, start) for p in rosette(size, 7, 0.34, 0.1)]
    inner = [turned(p, start + 25) for p in rosette(size * 0.62, 7, 0.32, 0.1)]
    return outer, inner, [disc(0, 0, size * 0.16, 10)]
