"""A sheet of cloth: two edges, the folds between them, and where a point of the flat weave lands on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypedDict, Unpack

from neural_threads.demo.art.geometry import Outline, Point, curve, flip, length

STEPS = 48


@dataclass(frozen=True)
class Folds:
    """Folds that run along the sheet: how many, how deep at the top and the foot, how uneven."""

    count: float
    top: float = 0.2
    foot: float = 1.0
    wave: float = 0.0  # how far the foot swings in and out, in pixels
    phase: float = 0.0
    bend: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rise: float = 0.8  # exponent by which depth grows from top to foot

    def turn(self, u: float) -> float:
        """The fold's angle at u: even folds would look like corrugated iron."""
        a, b, c = self.bend
        uneven = a * math.sin(math.tau * u + 1.1) + b * math.sin(math.tau * 2.3 * u + c)
        return math.tau * self.count * u + self.phase + uneven

    def depth(self, v: float) -> float:
        return self.top + (self.foot - self.top) * math.pow(v, self.rise)


def folds(
    rng: Random, count: float, top: float = 0.2, foot: float = 1.0, wave: float = 0.0, rise: float = 0.8
) -> Folds:
    bend = (rng.uniform(0.5, 1.3), rng.uniform(0.4, 0.9), rng.uniform(0, 6))
    return Folds(count, top, foot, wave, rng.uniform(-0.6, 0.6) + math.pi / 2, bend, rise)


@dataclass
class Sheet:
    """Cloth between a left and a right edge. u runs across (0–1), v from top to foot (0–1)."""

    left: Outline
    right: Outline
    sag_top: float = 0.0
    sag_foot: float = 0.0
    round: float = 0.8  # 0 flat, 1 half a cylinder
    folds: Folds | None = None
    wide: float = 0.0  # size of the flat cloth; measured from the sheet when not given
    long: float = 0.0
    lit: float = 0.0  # raises (or lowers) the light of the whole sheet
    bumps: Sequence[tuple[float, float, float, float]] = field(default_factory=tuple)  # u, v, radius, light
    _mesh: tuple[int, int, list[Outline]] | None = None
    _columns: dict[float, tuple[float, float, float, float, float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.wide:
            spans = [math.dist(a, b) for a, b in zip(self.left, self.right, strict=True)]
            self.wide = 0.3 * max(spans) + 0.7 * sum(spans) / len(spans)
            self.wide *= 1 + 0.35 * self.round + (0.12 * self.folds.foot if self.folds else 0)
        if not self.long:
            self.long = (length(self.left) + length(self.right)) / 2

    def at(self, u: float, v: float) -> Point:
        """Return where on the page the cloth's point (u, v) lies."""
        i = v * STEPS
        k = min(int(i), STEPS - 1)
        t = i - k
        (ax, ay), (bx, by) = self.left[k], self.left[k + 1]
        (cx, cy), (dx, dy) = self.right[k], self.right[k + 1]
        lx, ly, rx, ry = ax + (bx - ax) * t, ay + (by - ay) * t, cx + (dx - cx) * t, cy + (dy - cy) * t
        s, swing, shift, cosine, _, _ = self._column(u)
        off = (self.sag_top + (self.sag_foot - self.sag_top) * v) * 4 * s * (1 - s)
        if self.folds:
            s += self.folds.depth(v) * shift
            off += swing * v * v * cosine
        x, y = rx - lx, ry - ly
        size = math.hypot(x, y) or 1.0
        return lx + x * s - y / size * off, ly + y * s + x / size * off

    def light(self, u: float, v: float) -> float:
        """Return how light falls at (u, v): -1 deep shadow, 0 the dye as it is, 1 highlight. It comes from the upper left."""
        _, _, _, _, value, fold = self._column(u)
        if self.folds:
            value += self.folds.depth(v) * fold
        for bu, bv, radius, strength in self.bumps:
            d = ((u - bu) ** 2 * (self.wide / self.long) ** 2 + (v - bv) ** 2) / (radius * radius)
            if d < 6:
                value += strength * math.exp(-d)
        return max(-1.0, min(1.0, value))

    def _column(self, u: float) -> tuple[float, float, float, float, float, float]:
        """Return what is the same all the way down at u: place, ease of the wave, fold's shift and swing, light, fold's light."""
        known = self._columns.get(u)
        if known is None:
            s = (1 - self.round) * u + self.round * (0.5 + 0.5127 * math.sin((u - 0.5) * 2.7))
            light = self.round * (math.cos(((u - 0.5) * 2 + 0.32) * 1.22) - 0.80) * 0.95 + self.lit
            if self.folds:
                turn = self.folds.turn(u)
                ease = min(1.0, u * 8, (1 - u) * 8)
                shift = ease * 0.85 * math.sin(turn) / (math.tau * self.folds.count)
                fold = 0.30 * math.cos(turn + 0.55) - 0.30 * math.pow(max(0.0, -math.cos(turn)), 5)
                known = s, ease * self.folds.wave, shift, math.cos(turn), light, fold
            else:
                known = s, 0.0, 0.0, 0.0, light, 0.0
            self._columns[u] = known
        return known

    def mesh(self) -> tuple[int, int, list[Outline]]:
        """Columns, rows and the corner points of the fine mesh that light and weave are laid on."""
        if self._mesh is None:
            count = self.folds.count if self.folds else 0
            across = min(170, max(30, int(self.wide / 6), int(count * 14)))
            down = min(30, max(8, int(self.long / 22)))
            self._mesh = (
                across,
                down,
                [[self.at(i / across, j / down) for i in range(across + 1)] for j in range(down + 1)],
            )
        return self._mesh

    def bent(self, polygon: Outline, wide: float, long: float) -> Outline:
        """A polygon of the flat cloth (`wide` × `long` stretch over the mesh), cut at its rim and bent to the sheet."""
        across, down, grid = self.mesh()
        per_x, per_y = across / wide, down / self.long
        last_x, last_y = across - 1, down - 1
        end_x, end_y = float(across), long * per_y
        out = []
        for px, py in polygon:
            x, y = px * per_x, py * per_y
            x = 0.0 if x < 0 else end_x if x > end_x else x
            y = 0.0 if y < 0 else end_y if y > end_y else y
            i, j = int(x), int(y)
            i = last_x if i > last_x else i
            j = last_y if j > last_y else j
            x, y = x - i, y - j
            above, below = grid[j], grid[j + 1]
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = above[i], above[i + 1], below[i], below[i + 1]
            a, b, c, d = (1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y
            out.append((ax * a + bx * b + cx * c + dx * d, ay * a + by * b + cy * c + dy * d))
        return out

    def edge(self) -> Outline:
        """The sheet's outline, clockwise from the top left."""
        _, _, grid = self.mesh()
        return [*grid[0], *[row[-1] for row in grid[1:-1]], *grid[-1][::-1], *[row[0] for row in grid[-2:0:-1]]]


class Shape(TypedDict, total=False):
    """More properties of a sheet; see Sheet."""

    sag_top: float
    sag_foot: float
    round: float
    folds: Folds | None
    wide: float
    lit: float
    bumps: Sequence[tuple[float, float, float, float]]


def sheet(left: Sequence[Point], right: Sequence[Point] | None = None, **more: Unpack[Shape]) -> Sheet:
    """A sheet from the knots of its edges; without a right edge it is symmetrical about the middle of the page."""
    one = curve(left, STEPS)
    other = curve(right, STEPS) if right is not None else flip(one)
    return Sheet(one, other, **more)
