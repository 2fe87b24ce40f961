"""Curves over time as an SVG image, drawn without a library."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from .figures import said

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 150, 70, 20, 28, 22
INKS = ("#1f4e79", "#a33b20", "#4b7f3a", "#6b4c9a")


class Curve(NamedTuple):
    """One quantity; each curve has a panel and a scale of its own, from zero."""

    name: str
    points: Sequence[tuple[float, float]]
    """Minutes, and the value then."""


def draw(path: Path, title: str, curves: Sequence[Curve]) -> None:
    """Write the picture."""
    last = max((x for curve in curves for x, _ in curve.points), default=1.0) or 1.0
    panels = [_panel(curve, number, last) for number, curve in enumerate(curves)]
    height = 40 + len(panels) * HEIGHT
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="{LEFT}" y="24" font-size="15">{escape(title)}</text>{"".join(panels)}</svg>\n'
    )


def _panel(curve: Curve, number: int, last: float) -> str:
    top, ink = 40 + number * HEIGHT, INKS[number % len(INKS)]
    most = 1.1 * max((y for _, y in curve.points), default=1.0) or 1.0
    floor = top + HEIGHT - BOTTOM

    def place(x: float, y: float) -> str:
        across = LEFT + x / last * (WIDTH - LEFT - RIGHT)
        return f"{across:.1f},{floor - y / most * (HEIGHT - TOP - BOTTOM):.1f}"

    line = " ".join(place(x, y) for x, y in curve.points)
    marks = [
        f'<text x="{LEFT - 8}" y="{place(0, y).split(",")[1]}" text-anchor="end" fill="#555">{said(y)}</text>'
        for y in (0, most / 1.1)
    ]
    times = [
        f'<text x="{place(x, 0).split(",")[0]}" y="{floor + 15}" text-anchor="middle" fill="#555">{said(x)} min</text>'
        for x in (last * part / 4 for part in range(5))
    ]
    return (
        f'<text x="{LEFT}" y="{top + 16}" fill="{ink}">{escape(curve.name)}</text>'
        f'<line x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}" stroke="#999"/>'
        f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="1.5"/>{"".join(marks)}{"".join(times)}'
    )
