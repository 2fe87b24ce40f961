"""Points, curves and outlines: the little geometry that drawing clothes needs."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Outline = list[Point]


def lerp(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def curve(knots: Sequence[Point], steps: int = 48) -> Outline:
    """A Catmull-Rom curve through the knots, sampled to `steps` parts of equal length."""
    if len(knots) == 2:
        return [lerp(knots[0], knots[1], i / steps) for i in range(steps + 1)]
    ends = [_mirror(knots[1], knots[0]), *knots, _mirror(knots[-2], knots[-1])]
    fine = [
        _catmull(ends[i], ends[i + 1], ends[i + 2], ends[i + 3], j / 16)
        for i in range(len(knots) - 1)
        for j in range(16)
    ]
    return _evenly([*fine, knots[-1]], steps)


def flip(points: Iterable[Point], axis: float = 480.0) -> Outline:
    """The mirror image left to right."""
    return [(2 * axis - x, y) for x, y in points]


def path(points: Sequence[Point], closed: bool = True) -> str:
    """SVG path data of a polygon or polyline."""
    body = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{body}Z" if closed else f"M{body}"


def paths(polygons: Iterable[Sequence[Point]]) -> str:
    return "".join([path(polygon) for polygon in polygons])


def length(points: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def disc(x: float, y: float, radius: float, sides: int = 10, tall: float = 1.0) -> Outline:
    return [
        (x + radius * math.cos(math.tau * i / sides), y + radius * tall * math.sin(math.tau * i / sides))
        for i in range(sides)
    ]


def turned(points: Iterable[Point], angle: float, x: float = 0, y: float = 0, scale: float = 1.0) -> Outline:
    """Points turned by an angle in degrees about the origin, scaled, then moved to (x, y)."""
    c, s = math.cos(math.radians(angle)) * scale, math.sin(math.radians(angle)) * scale
    return [(x + px * c - py * s, y + px * s + py * c) for px, py in points]


def ribbon(spine: Sequence[Point], width: float, end: float | None = None) -> Outline:
    """A band of the given width along a spine, narrowing (or widening) to `end`."""
    last = width if end is None else end
    left: Outline = []
    right: Outline = []
    for i, (x, y) in enumerate(spine):
        before, after = spine[max(i - 1, 0)], spine[min(i + 1, len(spine) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        size = math.hypot(dx, dy) or 1.0
        half = (width + (last - width) * i / max(len(spine) - 1, 1)) / 2
        left.append((x - dy / size * half, y + dx / size * half))
        right.append((x + dy / size * half, y - dx / size * half))
    return left + right[::-1]


def _mirror(point: Point, about: Point) -> Point:
    return 2 * about[0] - point[0], 2 * about[1] - point[1]


def _catmull(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def axis(k: int) -> float:
        return 0.5 * (
            2 * b[k]
            + (c[k] - a[k]) * t
            + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
            + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3
        )

    return axis(0), axis(1)


def _evenly(points: Outline, steps: int) -> Outline:
    reach = [0.0]
    for a, b in pairwise(points):
        reach.append(reach[-1] + math.dist(a, b))
    total, at, out = reach[-1] or 1.0, 0, []
    for i in range(steps + 1):
        goal = total * i / steps
        while at < len(points) - 2 and reach[at + 1] < goal:
            at += 1
        span = reach[at + 1] - reach[at] or 1.0
        out.append(lerp(points[at], points[at + 1], min(max((goal - reach[at]) / span, 0.0), 1.0)))
    return out
