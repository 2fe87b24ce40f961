"""Zari borders: x runs along the edge, y from the inner line (0) to the hem (thick)."""

from collections.abc import Callable
from dataclasses import dataclass

from neural_threads.demo.art import motifs
from neural_threads.demo.art.dyes import METALS, Dye
from neural_threads.demo.art.geometry import Outline, disc, turned
from neural_threads.demo.art.weaves import Ink


@dataclass(frozen=True)
class Band:
    long: float
    thick: float
    dye: Dye

    def line(self, y: float, width: float) -> Outline:
        parts = max(8, int(self.long / 12))
        xs = [self.long * i / parts for i in range(parts + 1)]
        return [(x, y) for x in xs] + [(x, y + width) for x in reversed(xs)]

    def places(self, pitch: float) -> list[float]:
        count = max(1, round(self.long / pitch))
        return [self.long * (i + 0.5) / count for i in range(count)]


def lozenge(b: Band) -> list[Ink]:
    m, t = METALS[b.dye.metal], b.thick
    diamonds = [turned(motifs.diamond(t * 0.24, t * 0.27), 0, x, t * 0.5) for x in b.places(t * 0.62)]
    eyes = [turned(motifs.diamond(t * 0.1, t * 0.12), 0, x, t * 0.5) for x in b.places(t * 0.62)]
    beads = [disc(x + t * 0.31, t * 0.5, t * 0.06, 7) for x in b.places(t * 0.62)]
    return [
        Ink(m.base, [b.line(0, t)]),
        Ink(m.dark, [b.line(t * 0.1, t * 0.035), b.line(t * 0.865, t * 0.035)], 0.7),
        Ink(m.light, [b.line(0, t * 0.07), b.line(t * 0.93, t * 0.07), *diamonds]),
        Ink(b.dye.base, eyes),
        Ink(m.dark, beads),
    ]


def temple(b: Band) -> list[Ink]:
    """Rows of gopuram spires above a plain gold band, as on Kanchipuram silks."""
    m, t = METALS[b.dye.metal], b.thick
    spires = [[(x - t * 0.2, t * 0.36), (x, 0), (x + t * 0.2, t * 0.36)] for x in b.places(t * 0.4)]
    coins = [turned(p, 0, x, t * 0.68) for x in b.places(t * 0.66) for p in motifs.rosette(t * 0.17, 6, 0.36)]
    return [
        Ink(m.base, [b.line(t * 0.36, t * 0.64), *spires]),
        Ink(b.dye.contrast, [b.line(t * 0.4, t * 0.06), b.line(t * 0.9, t * 0.05)]),
        Ink(m.light, [b.line(t * 0.35, t * 0.04), b.line(t * 0.955, t * 0.045), *coins]),
    ]


def vine(b: Band) -> list[Ink]:
    m, t = METALS[b.dye.metal], b.thick
    leaves, flowers = [], []
    for n, x in enumerate(b.places(t * 0.56)):
        leaves.append(turned(motifs.petal(t * 0.36, 0.3), 58 if n % 2 else 122, x, t * 0.5))
        leaves.append(turned(motifs.petal(t * 0.36, 0.3), -58 if n % 2 else -122, x, t * 0.5))
        flowers.append(disc(x, t * 0.5, t * 0.1, 8))
    return [
        Ink(b.dye.contrast, [b.line(0, t)]),
        Ink(m.base, [b.line(0, t * 0.12), b.line(t * 0.86, t * 0.14), b.line(t * 0.485, t * 0.03)]),
        Ink(m.light, [b.line(t * 0.03, t * 0.03), b.line(t * 0.92, t * 0.03), *leaves]),
        Ink(m.base, flowers),
    ]


def coins(b: Band) -> list[Ink]:
    m, t = METALS[b.dye.metal], b.thick
    rounds = [disc(x, t * 0.5, t * 0.25, 12) for x in b.places(t * 0.66)]
    inner = [disc(x, t * 0.5, t * 0.13, 9) for x in b.places(t * 0.66)]
    return [
        Ink(b.dye.deep, [b.line(0, t)]),
        Ink(m.base, [b.line(0, t * 0.13), b.line(t * 0.85, t * 0.15), *rounds]),
        Ink(m.light, [b.line(t * 0.04, t * 0.03), b.line(t * 0.92, t * 0.03), *inner]),
        Ink(b.dye.contrast, [disc(x, t * 0.5, t * 0.06, 7) for x in b.places(t * 0.66)]),
    ]


def plain(b: Band) -> list[Ink]:
    m, t = METALS[b.dye.metal], b.thick
    return [Ink(m.base, [b.line(0, t)]), Ink(m.light, [b.line(t * 0.3, t * 0.14), b.line(t * 0.72, t * 0.1)])]


def contrast(b: Band) -> list[Ink]:
    t = b.thick
    return [
        Ink(b.dye.contrast, [b.line(0, t)]),
        Ink(b.dye.resist, [b.line(t * 0.2, t * 0.1), b.line(t * 0.7, t * 0.1)]),
    ]


def self_hem(b: Band) -> list[Ink]:
    """No border at all: two rows of stitches."""
    gap = 9.0
    dashes = [
        [(x - 2.6, b.thick - 14), (x + 2.6, b.thick - 14), (x + 2.6, b.thick - 12.4), (x - 2.6, b.thick - 12.4)]
        for x in b.places(gap)
    ]
    return [Ink(b.dye.deep, dashes, 0.45)]


BORDERS: dict[str, Callable[[Band], list[Ink]]] = {
    "lozenge": lozenge,
    "temple": temple,
    "vine": vine,
    "coins": coins,
    "plain": plain,
    "contrast": contrast,
    "stitch": self_hem,
}
