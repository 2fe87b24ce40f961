"""Smooth outlines for the figures: curves through points, as SVG path data."""

from collections.abc import Sequence
from math import hypot
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = False, tension: float = 6.0) -> str:
    """Return path data of the Catmull-Rom curve through the points, as cubic Béziers."""
    many = len(points)
    around = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(many if closed else many - 1):
        before, start, end, after = around[i : i + 4]
        first = (start[0] + (end[0] - before[0]) / tension, start[1] + (end[1] - before[1]) / tension)
        second = (end[0] - (after[0] - start[0]) / tension, end[1] - (after[1] - start[1]) / tension)
        parts.append("C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, end)))
    return "".join(parts) + ("Z" if closed else "")


def limb(spine: Sequence[Point], halves: Sequence[float]) -> list[Point]:
    """Return the closed outline of a limb: at each point of its spine so wide to both sides."""
    left: list[Point] = []
    right: list[Point] = []
    for i, ((x, y), half) in enumerate(zip(spine, halves, strict=True)):
        before, after = spine[max(i - 1, 0)], spine[min(i + 1, len(spine) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        far = hypot(dx, dy) or 1.0
        left.append((x - dy / far * half, y + dx / far * half))
        right.append((x + dy / far * half, y - dx / far * half))
    return left + right[::-1]


def between(one: Point, other: Point, share: float) -> Point:
    """Return the point that lies `share` (0-1) of the way from one to the other."""
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
