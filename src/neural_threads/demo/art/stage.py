"""The surroundings of the drawn clothes: wall and floor, the tailor's form, the shadow on the ground."""

from random import Random

from neural_threads.demo.art.canvas import Canvas
from neural_threads.demo.art.dyes import GROUNDS, mixed
from neural_threads.demo.art.geometry import curve, flip, path

LINEN = "#e2d3b8"
WOOD = "#8a5a34"


def ground(canvas: Canvas, name: str, rng: Random) -> None:
    """A paper wall that runs into the floor, with an arch, a disc or nothing behind the clothes."""
    wall, floor = GROUNDS[name]
    canvas.add(f'<rect width="960" height="1200" fill="{wall}"/>')
    glow = canvas.radial([(0, "#ffffff", 0.75), (1, "#ffffff", 0)], 400, 380, 560, 640)
    sweep = canvas.linear([(0, floor, 0), (0.5, floor, 0.9), (1, mixed(floor, "#6b5540", 0.05), 1)], 0, 930, 0, 1200)
    shape = rng.choice(("arch", "arch", "disc", "plain"))
    if shape == "arch":
        bow = curve([(150, 520), (158, 400), (206, 280), (300, 186), (396, 128), (446, 92), (480, 44)], 60)
        line = [(150.0, 1210.0), *bow]
        arch = [*line, *flip(line)[::-1]]
        canvas.fill(arch, mixed(floor, wall, 0.2), 0.85)
        canvas.line(arch, mixed(floor, "#8a6a3c", 0.3), 2.4, 0.5)
        inner = [(480 + (px - 480) * 0.952, py + 17) for px, py in arch]
        canvas.line(inner, mixed(floor, "#8a6a3c", 0.3), 1.2, 0.5)
    elif shape == "disc":
        canvas.add(f'<circle cx="480" cy="520" r="370" fill="{mixed(floor, wall, 0.15)}" fill-opacity=".8"/>')
    canvas.add(f'<rect width="960" height="1200" fill="{glow}"/>')
    canvas.add(f'<rect y="900" width="960" height="300" fill="{sweep}"/>')


def cast_shadow(canvas: Canvas, y: float, half: float, x: float = 480, dark: float = 0.42) -> None:
    """The shadow on the floor under a hem at height y."""
    wide = canvas.radial(
        [(0, "#3a2614", dark), (0.55, "#3a2614", dark * 0.5), (1, "#3a2614", 0)], x + 14, y, half * 1.35, 34
    )
    near = canvas.radial([(0, "#23140a", dark), (1, "#23140a", 0)], x + 6, y - 2, half * 1.02, 13)
    canvas.add(f'<ellipse cx="{x + 14}" cy="{y:g}" rx="{half * 1.35:g}" ry="34" fill="{wide}"/>')
    canvas.add(f'<ellipse cx="{x + 6}" cy="{y - 2:g}" rx="{half * 1.02:g}" ry="13" fill="{near}"/>')


def form(
    canvas: Canvas, torso: list[tuple[float, float]], neck: float = 160, stand: float | None = None, x: float = 480
) -> None:
    """A tailor's linen form: `torso` lists (y, half width) from the shoulder down; `stand` is where its foot rests."""
    if stand is not None:
        foot = torso[-1][0]
        pole = canvas.linear([(0, "#c79a6a", 1), (0.35, "#e0b98c", 1), (1, "#6d4526", 1)], x - 9, 0, x + 9, 0)
        canvas.fill([(x - 8, foot - 20), (x + 8, foot - 20), (x + 8, stand - 8), (x - 8, stand - 8)], pole)
        base = canvas.linear([(0, "#d6a878", 1), (0.5, "#a87245", 1), (1, "#5f3a1e", 1)], x - 110, 0, x + 110, 0)
        canvas.fill(
            curve([(x - 104, stand), (x - 52, stand - 9), (x, stand - 17), (x + 52, stand - 9), (x + 104, stand)], 40),
            base,
        )
        canvas.add(f'<ellipse cx="{x:g}" cy="{stand:g}" rx="104" ry="9" fill="{base}"/>')
    top, half = torso[0]
    shoulder = [
        (x - 31, neck),
        (x - 33, neck + 34),
        (x - 44, top - 18),
        (x - half * 0.66, top),
        (x - half * 0.92, top + 20),
        (x - half + 3, top + 44),
    ]
    side = curve(shoulder, 30) + curve([(x - half + 3, top + 44), *[(x - w, y) for y, w in torso[1:]]], 40)
    outline = [*side, *flip(side, x)[::-1]]
    skin = canvas.linear(
        [(0, "#bfa884", 1), (0.3, "#efe4cd", 1), (0.55, LINEN, 1), (1, "#a68d68", 1)], x - half, 0, x + half, 0
    )
    canvas.fill(outline, skin)
    canvas.line([(x, neck + 6), (x, torso[-1][0])], "#8d7450", 1.4, 0.5)
    throat = canvas.linear([(0, "#5b3b1c", 0.34), (1, "#5b3b1c", 0)], 0, neck, 0, neck + 60)
    canvas.fill(
        [
            (x - 31, neck),
            (x + 31, neck),
            (x + 32, neck + 34),
            (x + 34, neck + 50),
            (x - 34, neck + 50),
            (x - 32, neck + 34),
        ],
        throat,
    )
    knob = canvas.linear([(0, "#d9ad7c", 1), (0.4, "#b98250", 1), (1, "#5f3a1e", 1)], x - 32, 0, x + 32, 0)
    cap = curve(
        [
            (x - 32, neck + 2),
            (x - 27, neck - 12),
            (x - 9, neck - 19),
            (x - 8, neck - 28),
            (x - 11, neck - 38),
            (x, neck - 48),
            (x + 11, neck - 38),
            (x + 8, neck - 28),
            (x + 9, neck - 19),
            (x + 27, neck - 12),
            (x + 32, neck + 2),
        ],
        60,
    )
    canvas.add(
        f'<path d="{path(cap)}" fill="{knob}"/><ellipse cx="{x:g}" cy="{neck + 2:g}" rx="32" ry="6.5" fill="{knob}"/>'
    )
