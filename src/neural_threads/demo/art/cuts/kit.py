"""Tools that every cut works with: the canvas, the cloth in hand, and the parts that many garments share."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from neural_threads.demo.art import stage
from neural_threads.demo.art.canvas import Canvas, Edge, Stuff, lay
from neural_threads.demo.art.cloth import Folds, Sheet, folds, sheet
from neural_threads.demo.art.dyes import DYES, METALS, Dye, mixed
from neural_threads.demo.art.geometry import Outline, Point, curve, disc, flip, path

CX = 480.0
FEMALE = [(214.0, 108.0), (300, 91), (345, 93), (392, 81), (434, 71), (476, 80), (560, 110)]

COMPANIONS = {
    "indigo": ("marigold", "madder", "khadi"), "madder": ("haldi", "neem", "ivory"), "marigold": ("rani", "neem", "lac"),
    "rani": ("marigold", "peacock", "pista"), "neem": ("rani", "haldi", "madder"), "peacock": ("rani", "marigold", "geru"),
    "ink": ("madder", "ivory", "peacock"), "khadi": ("indigo", "madder", "neem"), "haldi": ("rani", "neem", "indigo"),
    "lac": ("haldi", "ivory", "peacock"), "gulabi": ("lac", "pista", "ivory"), "pista": ("gulabi", "ivory", "jamun"),
    "jamun": ("haldi", "gulabi", "pista"), "geru": ("indigo", "ivory", "peacock"), "firozi": ("geru", "rani", "ivory"),
    "ivory": ("madder", "gulabi", "peacock"), "slate": ("ivory", "madder", "khadi"), "mehendi": ("geru", "rani", "haldi"),
}  # fmt: skip


@dataclass(frozen=True)
class Kit:
    canvas: Canvas
    dye: Dye
    dye_name: str
    weave: str
    rng: Random
    bare: bool  # transparent: no wall, no form

    def main(self, scale: float = 1.0, depth: float = 1.0) -> Stuff:
        return Stuff(self.dye, self.weave, scale, depth)

    def plain(self, weave: str = "linen", scale: float = 1.0) -> Stuff:
        return Stuff(self.dye, weave, scale)

    def companion(self, weave: str = "silk", scale: float = 1.0) -> Stuff:
        return Stuff(DYES[self.rng.choice(COMPANIONS[self.dye_name])], weave, scale)

    def lay(
        self, cloth: Sheet, stuff: Stuff, *, cut: Sequence[Point] | None = None, edges: Sequence[Edge] = ()
    ) -> Outline:
        return lay(self.canvas, cloth, stuff, self.rng, cut=cut, edges=edges)

    def form(self, torso: list[Point], neck: float = 150, stand: float | None = None) -> None:
        if not self.bare:
            stage.form(self.canvas, torso, neck, stand)

    def zoom(self, scale: float, top: float) -> None:
        """Opens a group in which the form's head (at 102) stands at `top`, everything `scale` times as large."""
        self.canvas.open(f'transform="translate({CX:g} {top:g}) scale({scale:g}) translate({-CX:g} -102)"')

    def broad(self) -> None:
        """Opens a group with a man's shoulders: a tenth broader than the form is drawn."""
        self.canvas.open(f'transform="translate({CX:g} 0) scale(1.13 1) translate({-CX:g} 0)"')

    def floor(self, y: float, half: float, dark: float = 0.42) -> None:
        if not self.bare:
            stage.cast_shadow(self.canvas, y, half, dark=dark)


@dataclass(frozen=True)
class Top:
    """Measures of an upper garment, left half, as distances from the middle and heights."""

    neck: str = "round"
    neck_wide: float = 52
    neck_top: float = 208
    neck_deep: float = 262
    shoulder: Point = (110, 236)
    armpit: Point = (97, 326)
    side: tuple[Point, ...] = ((92, 370), (77, 440))
    sag: float = 10

    def half_neck(self) -> Outline:
        """From the middle of the neckline out to where it meets the shoulder."""
        w, top, deep = self.neck_wide, self.neck_top, self.neck_deep
        drop = deep - top
        shapes: dict[str, list[Point]] = {
            "round": [(0, deep), (w * 0.5, deep - drop * 0.1), (w * 0.9, deep - drop * 0.5), (w, top)],
            "scoop": [(0, deep), (w * 0.66, deep - drop * 0.04), (w * 0.98, deep - drop * 0.42), (w, top)],
            "vee": [(0, deep), (w * 0.46, deep - drop * 0.5), (w, top)],
            "boat": [(0, deep), (w * 0.6, deep - drop * 0.16), (w, top)],
            "sweetheart": [
                (0, deep),
                (w * 0.18, deep - 16),
                (w * 0.55, deep - 24),
                (w * 0.88, deep - 14),
                (w * 0.94, deep - drop * 0.5),
                (w, top),
            ],
            "square": [(0, deep), (w * 0.9, deep - 1), (w * 0.97, deep - 8), (w, top)],
            "keyhole": [(0, deep), (7, deep - 22), (5, deep - 44), (w * 0.5, deep - 52), (w * 0.9, top + 12), (w, top)],
        }
        points = shapes[self.neck]
        return points if self.neck in ("square",) else curve(points, 24)

    def half_outline(self) -> Outline:
        sx, sy = self.shoulder
        ax, ay = self.armpit
        armhole = curve(
            [
                (sx - 9, sy - 3),
                (sx - 1, sy + 3),
                (sx - 13, sy + (ay - sy) * 0.45),
                (sx - 14, sy + (ay - sy) * 0.74),
                (ax, ay),
            ],
            18,
        )
        return [*self.half_neck(), *armhole, *curve([(ax, ay), *self.side], 24)[1:]]

    def outline(self) -> Outline:
        right = [(CX + x, y) for x, y in self.half_outline()]
        foot = [
            (CX + self.side[-1][0] * (1 - 2 * i / 20), self.side[-1][1] + self.sag * 4 * (i / 20) * (1 - i / 20))
            for i in range(21)
        ]
        return [*flip(right)[::-1], *right, *foot]

    def cloth(self, bust: float = 0.0, *, folds: Folds | None = None, lit: float = 0.0) -> Sheet:
        wide = max(self.shoulder[0], self.armpit[0], *(x for x, _ in self.side)) + 3
        top = self.neck_top - 8
        knots = [
            (CX - wide, top),
            (CX - max(self.armpit[0] + 2, self.shoulder[0] - 6), self.armpit[1]),
            *[(CX - x, y) for x, y in self.side],
        ]
        tall = self.side[-1][1] - top
        v = (self.armpit[1] + 18 - top) / tall
        marks = (
            [
                (0.30, v, 0.17, bust),
                (0.70, v, 0.17, bust * 0.7),
                (0.30, v + 0.2, 0.12, -bust * 0.8),
                (0.72, v + 0.2, 0.13, -bust),
                (0.5, v + 0.02, 0.10, -bust * 0.5),
            ]
            if bust
            else []
        )
        return sheet(knots, sag_foot=self.sag, bumps=tuple(marks), folds=folds, lit=lit)


def inside(k: Kit, top: Top, drop: float = 16, stuff: Dye | None = None) -> None:
    """The inside of the back, seen through the neckline."""
    dye = stuff or k.dye
    w, y = top.neck_wide - 1, top.neck_top
    back = curve(
        [
            (CX - w, y - 1),
            (CX - w * 0.5, y + drop * 0.7),
            (CX, y + drop),
            (CX + w * 0.5, y + drop * 0.7),
            (CX + w, y - 1),
        ],
        24,
    )
    front = [*[(CX + x, yy + 4) for x, yy in top.half_neck()[::-1]], *[(CX - x, yy + 4) for x, yy in top.half_neck()]]
    colour = mixed(dye.base, dye.deep, 0.55)
    if k.bare:
        k.canvas.fill([*back, *front], colour)
        k.canvas.line(back, mixed(dye.base, dye.deep, 0.2), 3, 0.9)
    else:
        low = [(x, yy + 10) for x, yy in back]
        k.canvas.fill([*back, *low[::-1]], colour)


def neck_trim(k: Kit, top: Top, width: float, metal: str | None = None, colour: str | None = None) -> None:
    """A bound neckline: zari or piping that follows it."""
    half = top.half_neck()
    line = [*[(CX - x, y) for x, y in half[::-1]], *[(CX + x, y) for x, y in half[1:]]]
    m = METALS[metal or k.dye.metal]
    base = colour or m.base
    k.canvas.open_clip(path(top.outline()))
    k.canvas.line(line, mixed(k.dye.deep, "#000000", 0.2), width * 2 + 5, 0.3)
    k.canvas.line(line, base, width * 2)
    if colour is None:
        k.canvas.line(line, m.dark, 1.2, 0.8)
        inner = [(x, y + width * 0.5) for x, y in line]
        k.canvas.line(inner, m.light, 2.4, 1, "0.5 6")
        k.canvas.line([(x, y + 1.5) for x, y in line], m.light, 1.8, 0.9)
    k.canvas.close()


def sleeves(
    k: Kit,
    top: Top,
    stuff: Stuff,
    length: float,
    *,
    wide: float = 74,
    cuff: float = 58,
    out: float = 46,
    bell: float = 0.0,
    puff: float = 0.0,
    edge: Edge | None = None,
    wrinkles: float = 3.0,
    extra: Sequence[Edge] = (),
) -> None:
    """Both sleeves, hanging from shoulder to cuff; drawn before the body so that the armhole lies over them."""
    sx, sy = top.shoulder
    ax, ay = top.armpit
    end = sy + length
    t = min(1.0, length / 330)
    hang = out * t
    outer: list[Point] = [
        (sx - 11, sy - 6),
        (sx + 5 + puff, sy + 3 - puff * 0.4),
        (sx + 18 + puff * 1.1, sy + 34),
        *([(sx + 25 + hang * 0.42, sy + length * 0.52)] if length > 200 else []),
        (sx + 24 + hang + bell, end - 5),
    ]
    foot = max(outer[-1][0] - cuff - bell * 0.8, ax + 3)
    inner: list[Point] = [
        (sx - 24, sy + 4),
        (ax - 12, ay - 44),
        (ax - 1, min(ay + 2, end - 10)),
        *([(max(ax + 3, sx + 25 + hang * 0.42 - wide * 0.86), sy + length * 0.58)] if length > 200 else []),
        (foot, end + 7),
    ]
    for side in (-1, 1):
        a = [(CX + side * x, y) for x, y in outer]
        b = [(CX + side * x, y) for x, y in inner]
        left, right = (a, b) if side < 0 else (b, a)
        fold = Folds(wrinkles, 0.25, 0.75, bell * 0.12, k.rng.uniform(0, 6), (0.5, 0.4, 1.0)) if wrinkles else None
        cloth = sheet(left, right, round=0.9, sag_foot=5 + bell * 0.25, folds=fold, lit=-0.06 if side > 0 else 0.0)
        mouth = [cloth.at(i / 24, 1) for i in range(25)]
        hollow = [
            (x, y - 2 * (y - (mouth[0][1] + (mouth[-1][1] - mouth[0][1]) * i / 24))) for i, (x, y) in enumerate(mouth)
        ]
        k.canvas.fill([*mouth, *hollow[::-1]], mixed(stuff.dye.deep, "#000000", 0.15))
        k.lay(cloth, stuff, edges=[*([edge] if edge else []), *extra])


def skirt(
    k: Kit,
    knots: Sequence[Point],
    stuff: Stuff,
    *,
    count: float,
    edges: Sequence[Edge] = (),
    sag: tuple[float, float] = (8, 26),
    top: float = 0.35,
    foot: float = 1.0,
    wave: float = 7,
    rise: float = 0.8,
    around: float = 0.78,
) -> Sheet:
    """A skirt from its left edge, `knots` as (half width, height)."""
    cloth = sheet(
        [(CX - x, y) for x, y in knots],
        sag_top=sag[0],
        sag_foot=sag[1],
        round=around,
        folds=folds(k.rng, count, top, foot, wave, rise),
    )
    k.lay(cloth, stuff, edges=edges)
    return cloth


def band(k: Kit, y: float, half: float, tall: float, stuff: Stuff, edge: str | None = None, sag: float = 8) -> None:
    """A waistband or belt."""
    cloth = sheet([(CX - half, y), (CX - half - 1, y + tall)], sag_top=sag, sag_foot=sag, round=0.9)
    k.lay(cloth, stuff, edges=[Edge(edge, "foot", tall)] if edge else [])


def buttons(k: Kit, points: Sequence[Point], radius: float = 6, colour: str | None = None) -> None:
    m = METALS[k.dye.metal]
    for x, y in points:
        k.canvas.fill(disc(x + 1.2, y + 2.4, radius + 0.6, 16), "#0d0612", 0.45)
        k.canvas.fill(disc(x, y, radius, 18), colour or m.base)
        k.canvas.fill(disc(x, y, radius * 0.66, 16), mixed(colour, "#ffffff", 0.18) if colour else m.dark, 0.75)
        k.canvas.fill(disc(x - radius * 0.3, y - radius * 0.34, radius * 0.32, 10), "#ffffff", 0.75)


def tassel(k: Kit, x: float, y: float, size: float, colour: str) -> None:
    """A latkan: bead, cap and threads."""
    m = METALS[k.dye.metal]
    k.canvas.fill(
        [
            (x - size * 0.16, y + size * 0.3),
            (x + size * 0.16, y + size * 0.3),
            (x + size * 0.3, y + size),
            (x, y + size * 1.06),
            (x - size * 0.3, y + size),
        ],
        colour,
    )
    for i in (-2, -1, 0, 1, 2):
        k.canvas.line([(x + i * size * 0.06, y + size * 0.34), (x + i * size * 0.12, y + size)], "#000000", 0.9, 0.3)
    k.canvas.fill(disc(x, y + size * 0.18, size * 0.2, 14), m.base)
    k.canvas.fill(disc(x - size * 0.06, y + size * 0.12, size * 0.07, 8), m.light)
