"""Weaves and prints: each covers a flat cloth with polygons, colour by colour; the sheet then bends them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from neural_threads.demo.art import motifs
from neural_threads.demo.art.dyes import METALS, Dye, lightness, mixed
from neural_threads.demo.art.geometry import Outline, curve, disc, ribbon, turned


@dataclass(frozen=True)
class Ink:
    """One colour and everything printed in it."""

    fill: str
    polygons: list[Outline]
    opacity: float = 1.0


@dataclass(frozen=True)
class Cloth:
    """A flat piece of cloth to be covered: its size, its dye, and its own seeded chance."""

    wide: float
    long: float
    dye: Dye
    rng: Random
    scale: float = 1.0

    def drops(self, across: float, down: float, half: bool = True) -> Iterator[tuple[int, int, float, float]]:
        """Places of a repeat, every other column dropped by half: column, row, x, y."""
        across, down = across * self.scale, down * self.scale
        columns = max(1, round(self.wide / across))
        across = self.wide / columns
        for i in range(columns):
            shift = 0.5 * down if half and i % 2 else 0.0
            for j in range(-1, math.ceil(self.long / down) + 1):
                yield i, j, across * (i + 0.5), down * (j + 0.5) + shift

    def down(self, x: float, width: float, parts: int = 22) -> Outline:
        """A vertical stripe, with enough corners to follow the folds."""
        ys = [self.long * i / parts for i in range(parts + 1)]
        return [(x, y) for y in ys] + [(x + width, y) for y in reversed(ys)]

    def over(self, y: float, width: float, parts: int = 64) -> Outline:
        """A horizontal stripe."""
        xs = [self.wide * i / parts for i in range(parts + 1)]
        return [(x, y) for x in xs] + [(x, y + width) for x in reversed(xs)]


def ikat(c: Cloth) -> list[Ink]:
    halo, bright, core, eye, drops = [], [], [], [], []
    for _, _, x, y in c.drops(66, 92):
        k = c.scale
        halo.append(turned(motifs.jagged(27 * k, 42 * k, c.rng), 0, x, y))
        bright.append(turned(motifs.jagged(19 * k, 30 * k, c.rng), 0, x, y))
        core.append(turned(motifs.jagged(12 * k, 19 * k, c.rng), 0, x, y))
        eye.append(turned(motifs.jagged(5 * k, 8 * k, c.rng, 4), 0, x, y))
        drops.append(turned(motifs.jagged(5 * k, 12 * k, c.rng), 0, x, y + 46 * k))
    return [
        Ink(c.dye.second, halo),
        Ink(c.dye.resist, bright),
        Ink(c.dye.base, core),
        Ink(c.dye.contrast, eye + drops),
    ]


def bandhani(c: Cloth) -> list[Ink]:
    dots: list[Outline] = []
    warm: list[Outline] = []
    for i, j, x, y in c.drops(92, 92):
        k = c.scale
        for ring, count in ((31, 14), (17, 8)):
            dots += [
                disc(
                    x + ring * k * math.cos(math.tau * n / count),
                    y + ring * k * math.sin(math.tau * n / count),
                    3.3 * k,
                    7,
                )
                for n in range(count)
            ]
        (warm if (i + j) % 2 else dots).append(disc(x, y, 6 * k, 9))
        warm += [
            disc(x + dx * k, y + 46 * k + dy * k, 3 * k, 7) for dx, dy in ((0, 0), (9, 0), (-9, 0), (0, 9), (0, -9))
        ]
    return [Ink(c.dye.resist, dots), Ink(c.dye.contrast, warm)]


def block(c: Cloth) -> list[Ink]:
    leaves, blooms, hearts, dots = [], [], [], []
    for _, _, x, y in c.drops(70, 84):
        k = c.scale
        tilt = c.rng.uniform(-5, 5)
        stem, petals, heart = motifs.sprig(33 * k)
        leaves += [turned(p, tilt, x, y) for p in stem]
        blooms += [turned(p, tilt, x, y) for p in petals]
        hearts += [turned(p, tilt, x, y) for p in heart]
        dots += [disc(x + dx * k, y + 42 * k, 2.6 * k, 6) for dx in (-7, 0, 7)]
    return [Ink(c.dye.second, leaves), Ink(c.dye.resist, blooms + dots), Ink(c.dye.contrast, hearts)]


def paisley(c: Cloth) -> list[Ink]:
    body, inner, core, fringe, seeds = [], [], [], [], []
    for i, j, x, y in c.drops(64, 78):
        k = c.scale * 31
        way = -1 if (i + j) % 2 else 1
        mango = [(px * way, py) for px, py in motifs.kairi(k)]
        tilt = way * 16
        body.append(turned(mango, tilt, x, y))
        inner.append(turned(mango, tilt, x - way * 0.02 * k, y + 0.07 * k, 0.78))
        core.append(turned(mango, tilt, x - way * 0.03 * k, y + 0.13 * k, 0.58))
        seeds += [turned(p, tilt, x - way * 0.06 * k, y + 0.16 * k) for p in motifs.rosette(k * 0.3, 6, 0.38)]
        fringe += [disc(qx, qy, 1.9 * c.scale, 6) for qx, qy in turned(mango[4:24:2], tilt, x, y, 1.22)]
        fringe += [turned(p, 0, x, y + 39 * c.scale) for p in motifs.rosette(7 * c.scale, 5, 0.4)]
    return [
        Ink(c.dye.resist, body),
        Ink(c.dye.base, inner),
        Ink(c.dye.second, core),
        Ink(c.dye.contrast, fringe),
        Ink(c.dye.resist, seeds),
    ]


def checks(c: Cloth) -> list[Ink]:
    step = 74 * c.scale
    broad, fine = [], []
    for i in range(math.ceil(c.wide / step)):
        broad += [c.down(i * step + 8 * c.scale, 20 * c.scale)]
        fine += [c.down(i * step + 50 * c.scale, 4 * c.scale), c.down(i * step + 58 * c.scale, 4 * c.scale)]
    across, thin = [], []
    for j in range(math.ceil(c.long / step)):
        across += [c.over(j * step + 8 * c.scale, 20 * c.scale)]
        thin += [c.over(j * step + 50 * c.scale, 4 * c.scale), c.over(j * step + 58 * c.scale, 4 * c.scale)]
    return [
        Ink(c.dye.second, broad, 0.6),
        Ink(c.dye.second, across, 0.6),
        Ink(c.dye.resist, fine, 0.75),
        Ink(c.dye.contrast, thin, 0.7),
    ]


def silk(c: Cloth) -> list[Ink]:
    sheen = [c.down(c.rng.uniform(0, c.wide), c.rng.uniform(1, 4)) for _ in range(26)]
    metal = METALS[c.dye.metal]
    coins, eyes = [], []
    for _, _, x, y in c.drops(72, 84):
        k = c.scale
        coins += [turned(p, 0, x, y) for p in motifs.rosette(10 * k, 6, 0.34)]
        eyes.append(disc(x, y, 2.4 * k, 6))
    return [Ink(c.dye.second, sheen, 0.28), Ink(metal.light, coins, 0.85), Ink(c.dye.contrast, eyes)]


def linen(c: Cloth) -> list[Ink]:
    down = [c.down(c.rng.uniform(0, c.wide), c.rng.uniform(1, 2.4), 12) for _ in range(34)]
    over = [c.over(c.rng.uniform(0, c.long), c.rng.uniform(0.8, 1.8), 24) for _ in range(30)]
    faint = 0.45 if lightness(c.dye.base) > 0.75 else 1.0
    return [Ink(c.dye.second, down, 0.3 * faint), Ink(mixed(c.dye.base, c.dye.deep, 0.5), over, 0.13 * faint)]


def stripes(c: Cloth) -> list[Ink]:
    step = 52 * c.scale
    broad: list[Outline] = []
    fine: list[Outline] = []
    warm: list[Outline] = []
    for i in range(math.ceil(c.wide / step)):
        broad.append(c.down(i * step + 4 * c.scale, 15 * c.scale))
        fine.append(c.down(i * step + 28 * c.scale, 4 * c.scale))
        (warm if i % 2 else fine).append(c.down(i * step + 38 * c.scale, 4 * c.scale))
    return [Ink(c.dye.second, broad), Ink(c.dye.resist, fine), Ink(c.dye.contrast, warm)]


def leheriya(c: Cloth) -> list[Ink]:
    """Diagonal tie-dye waves, as rolled turbans from Rajasthan get them."""
    light: list[Outline] = []
    warm: list[Outline] = []
    rise, gap = 62 * c.scale, 34 * c.scale
    bends = max(4, 2 * round(c.wide / (180 * c.scale)))
    for n in range(-bends - 4, math.ceil(c.long / gap) + 2):
        line = [(c.wide * i / (bends * 4), n * gap + rise * _zigzag(i / 4)) for i in range(bends * 4 + 1)]
        band = [(x, y - 6 * c.scale) for x, y in line] + [(x, y + 6 * c.scale) for x, y in reversed(line)]
        (warm if n % 4 == 0 else light).append(band)
    return [Ink(c.dye.resist, light, 0.92), Ink(c.dye.contrast, warm, 0.92)]


def ajrakh(c: Cloth) -> list[Ink]:
    frame, field_, stars, rings, eyes = [], [], [], [], []
    for i, j, x, y in c.drops(74, 74, half=False):
        k = c.scale
        if (i + j) % 2:
            field_.append(disc(x, y, 31 * k, 16))
            stars.append(turned(motifs.star(25 * k, 8, 0.62), 0, x, y))
            rings.append(disc(x, y, 11 * k, 10))
        else:
            stars += [turned(p, 22.5, x, y) for p in motifs.rosette(27 * k, 8, 0.25)]
            rings.append(disc(x, y, 8 * k, 8))
        eyes.append(disc(x, y, 4 * k, 7))
        frame += [
            disc(x + dx * k, y + dy * k, 3 * k, 6) for dx, dy in ((37, 37), (37, 18), (37, -18), (18, 37), (-18, 37))
        ]
    return [
        Ink(c.dye.contrast, field_, 0.95),
        Ink(c.dye.resist, stars + frame),
        Ink(c.dye.second, rings),
        Ink(c.dye.deep, eyes),
    ]


def brocade(c: Cloth) -> list[Ink]:
    """Banarasi jaal: an ogee lattice of zari with a flower in each cell."""
    metal = METALS[c.dye.metal]
    lattice, bloom, heart = [], [], []
    for _, _, x, y in c.drops(76, 104):
        k = c.scale
        half = curve([(0, -50 * k), (14 * k, -34 * k), (35 * k, 0), (14 * k, 34 * k), (0, 50 * k)], 12)
        lattice += [
            turned(ribbon(half, 4.2 * k), 0, x, y),
            turned(ribbon([(-a, b) for a, b in half], 4.2 * k), 0, x, y),
        ]
        bloom += [turned(p, 0, x, y - 2 * k) for p in motifs.rosette(21 * k, 8, 0.3)]
        bloom += [turned(motifs.petal(15 * k, 0.3), a, x, y + 33 * k) for a in (-40, 40)]
        heart.append(disc(x, y - 2 * k, 5 * k, 8))
    return [Ink(metal.base, lattice), Ink(metal.light, bloom), Ink(c.dye.contrast, heart)]


def chikan(c: Cloth) -> list[Ink]:
    """White thread of Lucknow: a wandering vine with leaves and small flowers."""
    thread = (
        c.dye.resist
        if abs(lightness(c.dye.resist) - lightness(c.dye.base)) > 0.13
        else mixed(c.dye.base, c.dye.deep, 0.4)
    )
    vines, leaves, flowers = [], [], []
    columns = max(2, round(c.wide / (92 * c.scale)))
    for i in range(columns):
        middle, sway, k = c.wide * (i + 0.5) / columns, 15 * c.scale, c.scale
        count = math.ceil(c.long / (52 * k))
        spine = [(middle + sway * math.sin(n * math.pi / 2), n * 13 * k) for n in range(count * 4 + 4)]
        vines.append(ribbon(spine, 2.2 * k))
        for n in range(1, len(spine), 2):
            x, y = spine[n]
            side = 1 if (n // 2) % 2 else -1
            if n % 4 == 1:
                flowers += [turned(p, 0, x + side * 17 * k, y) for p in motifs.rosette(12 * k, 6, 0.36)]
            leaves += [
                turned(motifs.petal(16 * k, 0.3), -side * 58, x, y),
                turned(motifs.petal(13 * k, 0.3), side * 130, x, y),
            ]
    return [Ink(thread, vines, 0.8), Ink(thread, leaves, 0.75), Ink(thread, flowers, 0.95)]


def floral(c: Cloth) -> list[Ink]:
    """Kalamkari flowers, hand painted: no two alike, leaves between."""
    leaf: list[Outline] = []
    outer: list[Outline] = []
    inner: list[Outline] = []
    heart: list[Outline] = []
    for i, j, x, y in c.drops(98, 104):
        k = c.scale
        x, y = x + c.rng.uniform(-9, 9) * k, y + c.rng.uniform(-9, 9) * k
        big = c.rng.uniform(26, 38) * k
        start = c.rng.uniform(0, 360)
        leaf += [
            turned(motifs.petal(big * 0.85, 0.26), start + a, *turned([(0, -big * 0.8)], start + a, x, y)[0])
            for a in (20, 135, 250)
        ]
        a, b, d = motifs.blossom(big, c.rng)
        first, second = (outer, inner) if (i + j) % 3 else (inner, outer)
        first += [turned(p, 0, x, y) for p in a]
        second += [turned(p, 0, x, y) for p in b] if (i + j) % 3 else []
        heart += [turned(p, 0, x, y) for p in d]
    return [Ink(c.dye.second, leaf), Ink(c.dye.resist, outer), Ink(c.dye.contrast, inner), Ink(c.dye.deep, heart, 0.8)]


def herringbone(c: Cloth) -> list[Ink]:
    bars = []
    step, tall = 30 * c.scale, 13 * c.scale
    for i in range(math.ceil(c.wide / step)):
        up = tall if i % 2 else -tall
        for j in range(-2, math.ceil(c.long / tall) + 2):
            x, y = i * step, j * tall
            bars.append([(x, y), (x + step, y + up), (x + step, y + up + 5 * c.scale), (x, y + 5 * c.scale)])
    return [Ink(c.dye.second, bars, 0.5)]


def pinstripe(c: Cloth) -> list[Ink]:
    step = 30 * c.scale
    return [Ink(c.dye.resist, [c.down(i * step + 10, 2.2) for i in range(math.ceil(c.wide / step))], 0.5)]


def zardozi(c: Cloth) -> list[Ink]:
    """Gold embroidery that is dense at the hem and thins to seeds at the waist."""
    metal = METALS[c.dye.metal]
    shade, body, shine, seeds = [], [], [], []
    k = c.scale
    columns = max(2, round(c.wide / (96 * k)))
    pitch = c.wide / columns
    for row, (height, size) in enumerate(((0, 96), (92, 74), (166, 56), (226, 42), (276, 32), (320, 26))):
        for i in range(columns):
            x, y = pitch * (i + (0.5 if row % 2 else 0.0) + 0.25), c.long - (height + size * 0.62 + 6) * k
            a, b = motifs.buta(size * k)
            shade += [turned(p, 0, x + 2 * k, y + 2.5 * k) for p in a[1:]]
            body += [turned(p, 0, x, y) for p in a]
            shine += [turned(p, 0, x, y) for p in b]
    y = c.long - 372 * k
    while y > -20:
        for i in range(columns * 2):
            x = pitch * (i / 2 + (0.25 if round(y) % 2 else 0.0))
            seeds += [turned(p, 0, x, y) for p in motifs.rosette(7 * k, 4, 0.4)]
        y -= 44 * k
    return [Ink(c.dye.deep, shade, 0.35), Ink(metal.base, body + seeds), Ink(metal.light, shine)]


def mirror(c: Cloth) -> list[Ink]:
    """Kutch mirror work: shisha held by a ring of coloured stitches."""
    ring, glass, glint, leaf = [], [], [], []
    for i, j, x, y in c.drops(72, 78):
        k = c.scale
        ring.append(turned(motifs.star(18 * k, 12, 0.76), 0, x, y))
        glass.append(disc(x, y, 9.5 * k, 10))
        glint.append([(x - 6 * k, y + 1 * k), (x + 1 * k, y - 7 * k), (x + 4 * k, y - 5 * k), (x - 4 * k, y + 4 * k)])
        leaf += [
            turned(motifs.petal(15 * k, 0.32), a, *turned([(0, -22 * k)], a, x, y)[0])
            for a in ((0, 180) if (i + j) % 2 else (90, 270))
        ]
    return [
        Ink(c.dye.second, leaf),
        Ink(c.dye.contrast, ring),
        Ink("#cfd8de", glass),
        Ink("#ffffff", glint, 0.95),
    ]


def _zigzag(t: float) -> float:
    return abs((t % 2) - 1)


WEAVES: dict[str, Callable[[Cloth], list[Ink]]] = {
    "ikat": ikat,
    "bandhani": bandhani,
    "block": block,
    "paisley": paisley,
    "checks": checks,
    "silk": silk,
    "linen": linen,
    "stripes": stripes,
    "leheriya": leheriya,
    "ajrakh": ajrakh,
    "brocade": brocade,
    "chikan": chikan,
    "floral": floral,
    "herringbone": herringbone,
    "pinstripe": pinstripe,
    "zardozi": zardozi,
    "mirror": mirror,
}
