"""A sheet of paper that becomes an SVG document, and the brush that lays cloth on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from neural_threads.demo.art.borders import BORDERS, Band
from neural_threads.demo.art.cloth import Sheet
from neural_threads.demo.art.dyes import Dye, mixed
from neural_threads.demo.art.geometry import Outline, Point, path, paths
from neural_threads.demo.art.weaves import WEAVES, Cloth, Ink

LEVELS = 60  # shades of light on cloth; fewer would show steps


@dataclass(frozen=True)
class Edge:
    """A border along one side of a sheet: kind, side (top, foot, left, right), breadth in cloth units."""

    kind: str
    side: str
    thick: float
    inset: float = 0.0


class Canvas:
    def __init__(self, wide: int = 960, high: int = 1200) -> None:
        self.wide, self.high = wide, high
        self._defs: list[str] = []
        self._body: list[str] = []

    def add(self, markup: str) -> None:
        self._body.append(markup)

    def define(self, markup: str) -> str:
        """Adds a definition; `{id}` in it becomes its name, which is returned."""
        name = f"d{len(self._defs)}"
        self._defs.append(markup.replace("{id}", name))
        return name

    def fill(self, outline: str | Sequence[Point], colour: str, opacity: float = 1.0) -> None:
        d = outline if isinstance(outline, str) else path(outline)
        self.add(f'<path d="{d}" fill="{colour}"{_opacity("fill-opacity", opacity)}/>')

    def line(self, points: Sequence[Point], colour: str, width: float, opacity: float = 1.0, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<path d="{path(points, closed=False)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linecap="round" stroke-linejoin="round"{_opacity("stroke-opacity", opacity)}{dashed}/>'
        )

    def shadow(
        self,
        outline: Sequence[Point],
        on: Sequence[Point] | None = None,
        size: float = 30,
        dark: float = 0.3,
        move: Point = (4, 9),
        colour: str = "#140a1e",
    ) -> None:
        """A soft shadow of the outline, falling only `on` the shape below it. Stacked strokes: cheaper than a blur."""
        moved = [(x + move[0], y + move[1]) for x, y in outline]
        if on is not None:
            self.open_clip(path(on))
        d, steps = path(moved), 7
        for i in range(steps):
            self.add(
                f'<path d="{d}" fill="{colour}" stroke="{colour}" stroke-linejoin="round" stroke-width="{size * (1 - i / steps):.1f}" '
                f'opacity="{dark / steps:.3f}"/>'
            )
        if on is not None:
            self.close()

    def open_clip(self, d: str) -> None:
        name = self.define(f'<clipPath id="{{id}}"><path d="{d}"/></clipPath>')
        self.add(f'<g clip-path="url(#{name})">')

    def open(self, attributes: str) -> None:
        self.add(f"<g {attributes}>")

    def close(self) -> None:
        self.add("</g>")

    def linear(self, stops: Sequence[tuple[float, str, float]], x1: float, y1: float, x2: float, y2: float) -> str:
        marks = "".join(f'<stop offset="{o:g}" stop-color="{c}" stop-opacity="{a:g}"/>' for o, c, a in stops)
        name = self.define(
            f'<linearGradient id="{{id}}" gradientUnits="userSpaceOnUse" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}">{marks}</linearGradient>'
        )
        return f"url(#{name})"

    def radial(self, stops: Sequence[tuple[float, str, float]], x: float, y: float, rx: float, ry: float) -> str:
        marks = "".join(f'<stop offset="{o:g}" stop-color="{c}" stop-opacity="{a:g}"/>' for o, c, a in stops)
        name = self.define(
            f'<radialGradient id="{{id}}" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1" '
            f'gradientTransform="translate({x:g} {y:g}) scale({rx:g} {ry:g})">{marks}</radialGradient>'
        )
        return f"url(#{name})"

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.wide}" height="{self.high}" '
            f'viewBox="0 0 {self.wide} {self.high}"><defs>{"".join(self._defs)}</defs>{"".join(self._body)}</svg>'
        )


@dataclass(frozen=True)
class Stuff:
    """The material of a part."""

    dye: Dye
    weave: str
    scale: float = 1.0
    depth: float = 1.0  # how strongly it is shaded


def lay(
    canvas: Canvas,
    sheet: Sheet,
    stuff: Stuff,
    rng: Random,
    *,
    cut: Sequence[Point] | None = None,
    edges: Sequence[Edge] = (),
    outline: bool = True,
) -> Outline:
    """Lays a sheet: dye, weave, borders, light. `cut` trims it (necklines, armholes). Returns the visible outline."""
    around = list(cut) if cut is not None else sheet.edge()
    dye = stuff.dye
    if cut is not None:
        canvas.open_clip(path(around))
    canvas.fill(sheet.edge(), dye.base)
    foot = sum(edge.thick for edge in edges if edge.side == "foot" and edge.kind != "stitch")
    cloth = Cloth(sheet.wide, sheet.long - foot, dye, rng, stuff.scale)
    for ink in WEAVES[stuff.weave](cloth):
        _print(canvas, sheet, ink, cloth.long)
    for edge in edges:
        _hem(canvas, sheet, edge, dye)
    _light(canvas, sheet, dye, stuff.depth)
    if cut is not None:
        canvas.close()
    if outline:
        canvas.line([*around, around[0]], mixed(dye.deep, "#000000", 0.2), 1.8, 0.5)
    return around


def _print(canvas: Canvas, sheet: Sheet, ink: Ink, long: float) -> None:
    done = []
    for polygon in ink.polygons:
        xs, ys = [p[0] for p in polygon], [p[1] for p in polygon]
        if max(xs) > 0 and min(xs) < sheet.wide and max(ys) > 0 and min(ys) < long:
            done.append(sheet.bent(polygon, sheet.wide, long))
    if done:
        canvas.fill(paths(done), ink.fill, ink.opacity)


def _hem(canvas: Canvas, sheet: Sheet, edge: Edge, dye: Dye) -> None:
    across = edge.side in ("top", "foot")
    inks = BORDERS[edge.kind](Band(sheet.wide if across else sheet.long, edge.thick, dye))
    far = {"top": 0.0, "left": 0.0, "foot": sheet.long, "right": sheet.wide}[edge.side]

    def place(point: Point) -> Point:
        along, y = point
        out = edge.thick - y + edge.inset
        deep = far - out if far else out
        return (along, deep) if across else (deep, along)

    for ink in inks:
        moved = Ink(ink.fill, [[place(point) for point in polygon] for polygon in ink.polygons], ink.opacity)
        _print(canvas, sheet, moved, sheet.long)


def _light(canvas: Canvas, sheet: Sheet, dye: Dye, depth: float) -> None:
    """Light and shadow on a fine mesh: cells of one shade below each other are one strip, strips of one shade one path."""
    across, down, grid = sheet.mesh()
    corner = [[f"{x:.1f} {y:.1f}" for x, y in row] for row in grid]
    shades: dict[int, list[str]] = {}
    for i in range(across):
        u = (i + 0.5) / across
        levels = [round(sheet.light(u, (j + 0.5) / down) * depth * LEVELS) for j in range(down)]
        top = 0
        for j in range(1, down + 1):
            if j == down or levels[j] != levels[top]:
                if levels[top]:
                    left = [corner[k][i] for k in range(j, top - 1, -1)]
                    right = [corner[k][i + 1] for k in range(top, j + 1)]
                    shades.setdefault(levels[top], []).append(f"M{'L'.join(left + right)}Z")
                top = j
    dark, bright = mixed(dye.deep, "#05020a", 0.35), mixed(dye.resist, "#ffffff", 0.55)
    canvas.open('shape-rendering="crispEdges"')
    for level in sorted(shades):
        share = min(abs(level) / LEVELS, 1.0)
        colour, strength = (dark, 0.85) if level < 0 else (bright, 0.6)
        canvas.fill("".join(shades[level]), colour, share * strength)
    canvas.close()


def _opacity(name: str, value: float) -> str:
    return "" if value >= 0.999 else f' {name}="{max(value, 0):.3f}"'
