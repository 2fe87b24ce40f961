"""The drawing of a figure: one thread of ink around skin, hair and a plain slip, before a paper arch."""

from math import atan2, cos, sin

from .body import (
    ANKLE,
    ARMPIT,
    BUST,
    CHIN,
    CROTCH,
    CROWN,
    HEIGHT,
    HIP,
    KNEE,
    MIDDLE,
    NECK,
    SHOULDER,
    SHOULDER_EDGE,
    SOLE,
    WAIST,
    WIDTH,
    Arm,
    Figure,
)
from .outlines import Point, between, limb, smooth
from .tones import mixed

INK = "#2a2140"
HAIR, SHINE = "#1d1622", "#4b3a4e"
SLIP, SLIP_SHADE = "#e9ddc6", "#c9b48f"
WALL, FLOOR, ARCH, RULE = "#f6f0e4", "#e8ddc8", "#efe5d2", "#cdb48a"


def figure_svg(figure: Figure, tone: str, layer: str = "all") -> str:
    """Return the drawing as an SVG document of WIDTH × HEIGHT.

    `tone`: the skin as "#rrggbb". `layer`: all; person (no ground); arms (nothing else); head (head, hair and neck).
    """
    parts = {
        "all": lambda: _ground(figure) + _trunk(figure, tone) + _head(tone) + _arms(figure, tone),
        "person": lambda: _trunk(figure, tone) + _head(tone) + _arms(figure, tone),
        "arms": lambda: _arms(figure, tone),
        "head": lambda: _neck(tone) + _head(tone),
    }
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_shades(figure, tone)}{parts[layer]()}</svg>'


def _shades(figure: Figure, tone: str) -> str:
    """Light from the left: every part is a little darker at the right."""
    light, dark = mixed(tone, "#fff4e2", 0.26), mixed(tone, "#3a1420", 0.24)
    wide = figure.measures.hip
    return (
        "<defs>"
        f'<linearGradient id="skin" gradientUnits="userSpaceOnUse" x1="{MIDDLE - 190}" y1="0" x2="{MIDDLE + 190}" y2="0">'
        f'<stop offset="0" stop-color="{light}"/><stop offset=".5" stop-color="{tone}"/>'
        f'<stop offset="1" stop-color="{dark}"/></linearGradient>'
        f'<linearGradient id="turn"><stop offset="0" stop-color="#fff4e2" stop-opacity=".22"/>'
        f'<stop offset=".45" stop-color="{tone}" stop-opacity="0"/><stop offset="1" stop-color="#3a1420" stop-opacity=".3"/></linearGradient>'
        f'<linearGradient id="slip" gradientUnits="userSpaceOnUse" x1="{MIDDLE - wide}" y1="0" x2="{MIDDLE + wide}" y2="0">'
        f'<stop offset="0" stop-color="#f4ebd9"/><stop offset=".55" stop-color="{SLIP}"/>'
        f'<stop offset="1" stop-color="{SLIP_SHADE}"/></linearGradient>'
        '<radialGradient id="glow" cx=".42" cy=".34" r=".7"><stop offset="0" stop-color="#fff" stop-opacity=".8"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="shadow"><stop offset="0" stop-color="#3a2614" stop-opacity=".42"/>'
        '<stop offset="1" stop-color="#3a2614" stop-opacity="0"/></radialGradient>'
        f'<linearGradient id="hair" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{SHINE}"/>'
        f'<stop offset=".45" stop-color="{HAIR}"/></linearGradient>'
        "</defs>"
    )


def _ground(figure: Figure) -> str:
    arch = "M128 1212V500C128 330 236 206 352 134C404 102 440 84 450 34C460 84 496 102 548 134C664 206 772 330 772 500V1212"
    foot = figure.leg_middle(ANKLE, 1)
    return (
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{WALL}"/>'
        f'<path d="{arch}Z" fill="{ARCH}"/><path d="{arch}" fill="none" stroke="{RULE}" stroke-width="2.4"/>'
        f'<g transform="translate(22.5 30) scale(.95)"><path d="{arch}" fill="none" stroke="{RULE}" stroke-width="2" '
        'stroke-dasharray="13 11" stroke-linecap="round" opacity=".8"/></g>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#glow)"/>'
        f'<path d="M0 1064H{WIDTH}V{HEIGHT}H0Z" fill="{FLOOR}" opacity=".75"/>'
        f'<ellipse cx="{(MIDDLE + foot) / 2}" cy="1142" rx="230" ry="26" fill="url(#shadow)"/>'
    )


def _trunk(figure: Figure, tone: str) -> str:
    legs = _leg(figure, tone, -1) + _leg(figure, tone, 1)
    edge = figure.measures.shoulder + SHOULDER_EDGE
    half = [
        (30.0, CHIN - 6),
        (29.0, NECK - 22),
        (42.0, NECK - 3),
        (edge * 0.62, SHOULDER - 20),
        (edge - 13, SHOULDER - 8),
        (edge - 4, SHOULDER + 22),
        (edge - 14, ARMPIT - 22),
        (figure.half_width(ARMPIT) - 2, ARMPIT),
        *[(figure.half_width(y), y) for y in (BUST, 386, 420, WAIST, 488, 524, HIP)],
        (figure.half_width(HIP) - 3, CROTCH),
    ]
    right = [(MIDDLE + x, y) for x, y in half]
    left = [(MIDDLE - x, y) for x, y in half]
    outline = smooth([*left[::-1], *right, (MIDDLE, CROTCH + 4)], closed=True)
    lines = [run for side in (left, right) for run in (side[:5], side[7:])]
    return legs + _skin(outline, lines, tone) + _collar_bones(figure, tone) + _slip(figure)


def _slip(figure: Figure) -> str:
    """A strapless slip: close to the body, hidden by whatever is tried on."""
    m = figure.measures
    top = BUST - 18
    rim = [(MIDDLE - figure.half_width(top), top), (MIDDLE - m.bust * 0.5, top - 15), (MIDDLE, top - 2)]
    rim += [(2 * MIDDLE - x, y) for x, y in rim[-2::-1]]
    sides = [(figure.half_width(y), y) for y in (BUST, 386, 420, WAIST, 488, 524, HIP, CROTCH)]
    hem = [
        (figure.leg_middle(706, 1) + m.thigh * 0.97, 706.0),
        (figure.leg_middle(712, 1) - m.thigh * 0.80, 712.0),
        (MIDDLE + 3, CROTCH + 16),
        (MIDDLE - 3, CROTCH + 16),
        (figure.leg_middle(712, -1) + m.thigh * 0.80, 712.0),
        (figure.leg_middle(706, -1) - m.thigh * 0.97, 706.0),
    ]
    right = [(MIDDLE + x + 0.5, y) for x, y in sides] + [(figure.leg_middle(664, 1) + m.thigh + 1, 664.0)]
    left = [(MIDDLE - x - 0.5, y) for x, y in sides] + [(figure.leg_middle(664, -1) - m.thigh - 1, 664.0)]
    data = _joined([rim, right, hem, left[::-1]])
    folds = "".join(
        f'<path d="{smooth([(MIDDLE + side * m.waist * a, WAIST - 26), (MIDDLE + side * m.waist * (a - 0.1), WAIST + 6)])}" '
        f'fill="none" stroke="{SLIP_SHADE}" stroke-width="2" stroke-linecap="round"/>'
        for side, a in ((-1, 0.8), (1, 0.86))
    )
    seam = smooth([(MIDDLE, top + 2), (MIDDLE - 2, WAIST), (MIDDLE, CROTCH + 8)])
    stitched = f'<path d="{seam}" fill="none" stroke="{SLIP_SHADE}" stroke-width="1.6" stroke-dasharray="6 5"/>'
    edge = f'<path d="{data}" fill="url(#slip)" stroke="{mixed(SLIP_SHADE, INK, 0.35)}" stroke-width="1.8" stroke-linejoin="round"/>'
    return edge + stitched + folds


def _joined(runs: list[list[Point]]) -> str:
    """Curves through each run of points, with corners where one run ends."""
    first, *rest = (smooth(run) for run in runs)
    return first + "".join("L" + each[1:] for each in rest) + "Z"


def _collar_bones(figure: Figure, tone: str) -> str:
    wide = figure.measures.shoulder
    line = mixed(tone, "#3a1420", 0.34)
    return "".join(
        f'<path d="{smooth([(MIDDLE + s * 12, NECK + 16), (MIDDLE + s * wide * 0.36, NECK + 12), (MIDDLE + s * wide * 0.72, NECK + 16)])}" '
        f'fill="none" stroke="{line}" stroke-width="2.2" stroke-linecap="round" opacity=".75"/>'
        for s in (-1, 1)
    )


def _leg(figure: Figure, tone: str, side: int) -> str:
    m = figure.measures
    heights = (CROTCH + 4, CROTCH + 30, 740.0, KNEE - 40, KNEE, KNEE + 56, 966.0, 1036.0, ANKLE, ANKLE + 16)
    halves = (m.hip * 0.34, m.thigh - 2, m.thigh * 0.88, m.thigh * 0.36 + 17, 33, 36, 30, 20, 16, 17)
    spine = [(figure.leg_middle(y, side), y) for y in heights]
    around = limb(spine, halves)
    outline = smooth(around, closed=True)
    x = figure.leg_middle(ANKLE, side)
    toe = x + side * 13
    foot = [
        (x - 16.5, ANKLE + 8), (x - 18 + side * 3, ANKLE + 34), (toe - 25, SOLE - 8), (toe - 17, SOLE + 6),
        (toe + 5 * side, SOLE + 9), (toe + 18, SOLE + 5), (toe + 25, SOLE - 9), (x + 18 + side * 3, ANKLE + 34), (x + 16.5, ANKLE + 8),
    ]  # fmt: skip
    line = mixed(tone, "#3a1420", 0.34)
    knee = smooth([(spine[4][0] - 13, KNEE + 8), (spine[4][0], KNEE + 15), (spine[4][0] + 13, KNEE + 7)])
    toes = "".join(f'<path d="M{toe + i * 8:.1f} {SOLE - 1:.1f}v7"/>' for i in (-2, -1, 0, 1, 2))
    marks = f'<g fill="none" stroke="{line}" stroke-width="2" stroke-linecap="round" opacity=".7"><path d="{knee}"/>{toes}</g>'
    many = len(spine)
    turn = f'<path d="{outline}" fill="url(#turn)"/>'
    return (
        _skin(smooth(foot, closed=True), [foot], tone)
        + _skin(outline, [around[:many], around[many:]], tone)
        + turn
        + marks
    )


def _neck(tone: str) -> str:
    sides = [(MIDDLE - 29, CHIN - 20), (MIDDLE - 28, NECK - 24), (MIDDLE - 29, NECK - 10)]
    around = [*sides, (MIDDLE, NECK + 8), *[(2 * MIDDLE - x, y) for x, y in sides[::-1]]]
    return f'<path d="{smooth(around, closed=True)}" fill="url(#skin)"/>'


def _head(tone: str) -> str:
    """A calm face, a centre parting, a low bun: few lines, so that the clothes speak."""
    x, line = MIDDLE, mixed(tone, "#2a0f18", 0.5)
    bun = smooth(
        [(x - 34, 172), (x - 47, 188), (x - 40, 208), (x, 214), (x + 40, 208), (x + 47, 188), (x + 34, 172)],
        closed=True,
    )
    back = smooth(
        [
            (x - 56, 160),
            (x - 60, 116),
            (x - 44, 76),
            (x, CROWN),
            (x + 44, 76),
            (x + 60, 116),
            (x + 56, 160),
            (x + 40, 188),
            (x - 40, 188),
        ],
        closed=True,
    )
    half = [(0.0, CHIN + 2), (17.0, CHIN - 4), (35.0, CHIN - 28), (45.0, 140.0), (46.0, 110.0), (36.0, 86.0)]
    face = smooth([*[(x + a, b) for a, b in half], (x, 76), *[(x - a, b) for a, b in half[:0:-1]]], closed=True)
    lock = [
        (0.0, 78.0),
        (-15.0, 84.0),
        (-33.0, 101.0),
        (-44.0, 128.0),
        (-50.0, 150.0),
        (-58.0, 130.0),
        (-52.0, 88.0),
        (-26.0, 62.0),
        (0.0, 59.0),
    ]
    shade = f'<path d="{smooth([(x - 28, CHIN - 14), (x, CHIN + 20), (x + 29, CHIN - 12), (x + 29, NECK - 20), (x, CHIN + 34), (x - 20, NECK - 30)], closed=True)}" fill="{mixed(tone, "#3a1420", 0.36)}" opacity=".55"/>'
    ears = "".join(
        f'<ellipse cx="{x + s * 47}" cy="138" rx="8" ry="15" fill="{mixed(tone, "#3a1420", 0.12)}" stroke="{line}" stroke-width="1.8"/>'
        f'<circle cx="{x + s * 49}" cy="157" r="4.6" fill="#c9963a" stroke="#7b5416" stroke-width="1"/>'
        for s in (-1, 1)
    )
    hair = "".join(
        f'<path d="{smooth([(x + s * a, b) for a, b in lock], closed=True)}" fill="url(#hair)"/>' for s in (-1, 1)
    )
    strands = "".join(
        f'<path d="{smooth([(x + s * a, b) for a, b in run])}" fill="none" stroke="{SHINE}" stroke-width="1.5" opacity=".8"/>'
        for s in (-1, 1)
        for run in ([(4, 68), (26, 74), (44, 98), (52, 130)], [(6, 73), (24, 82), (40, 106), (48, 136)])
    )
    return (
        f'<path d="{back}" fill="{HAIR}"/><path d="{bun}" fill="url(#hair)"/>{_neck(tone)}{shade}{ears}'
        + _filled(face, "url(#skin)", tone)
        + _features(tone, line)
        + hair
        + strands
    )


def _features(tone: str, line: str) -> str:
    x, parts = MIDDLE, []
    for s in (-1, 1):
        parts.append(
            f'<path d="{smooth([(x + s * 9, 117), (x + s * 19, 112), (x + s * 31, 116)])}" stroke="{HAIR}" stroke-width="3.2"/>'
        )
        parts.append(
            f'<path d="{smooth([(x + s * 10, 130), (x + s * 19, 126.5), (x + s * 29, 131)])}" stroke="{HAIR}" stroke-width="2.8"/>'
        )
        parts.append(
            f'<path d="{smooth([(x + s * 12, 132), (x + s * 19, 135), (x + s * 26, 132)])}" stroke="{line}" stroke-width="1.2"/>'
        )
    parts.append(
        f'<path d="{smooth([(x + 3, 130), (x + 6, 148), (x + 1, 153), (x - 4, 152)])}" stroke="{line}" stroke-width="1.8"/>'
    )
    eyes = "".join(f'<ellipse cx="{x + s * 19.5}" cy="130.6" rx="4.6" ry="3.8" fill="{HAIR}"/>' for s in (-1, 1))
    lip = mixed(tone, "#a3233f", 0.52)
    upper = smooth([(x - 15, 168), (x - 5, 164), (x, 166), (x + 5, 164), (x + 15, 168), (x, 170)], closed=True)
    lower = smooth([(x - 14, 168.5), (x, 170), (x + 14, 168.5), (x, 177)], closed=True)
    blush = "".join(
        f'<ellipse cx="{x + s * 28}" cy="152" rx="11" ry="8" fill="#c2475a" opacity=".13"/>' for s in (-1, 1)
    )
    return (
        f'{blush}{eyes}<g fill="none" stroke-linecap="round">{"".join(parts)}</g>'
        f'<path d="{upper}" fill="{mixed(lip, "#3a1420", 0.2)}"/><path d="{lower}" fill="{lip}"/>'
    )


def _arms(figure: Figure, tone: str) -> str:
    return "".join(_arm(arm, tone, -1 if i == 0 else 1) for i, arm in enumerate(figure.arms))


def _arm(arm: Arm, tone: str, side: int) -> str:
    top = (arm.shoulder[0] - side * 5, arm.shoulder[1] - 9)
    spine = [
        top,
        between(arm.shoulder, arm.elbow, 0.12),
        between(arm.shoulder, arm.elbow, 0.5),
        between(arm.shoulder, arm.elbow, 0.86),
        arm.elbow,
        between(arm.elbow, arm.wrist, 0.22),
        between(arm.elbow, arm.wrist, 0.6),
        arm.wrist,
    ]
    halves = (10.0, 21.0, 22.5, 19.0, 18.0, 19.0, 16.5, 11.0)
    line = mixed(tone, "#3a1420", 0.34)
    bend = between(arm.elbow, arm.shoulder, 0.04)
    fold = f'<path d="M{bend[0] - 6:.1f} {bend[1]:.1f}q7 5 13 0" fill="none" stroke="{line}" stroke-width="1.8" opacity=".6"/>'
    around, many = limb(spine, halves), len(spine)
    first, second = around[:many], around[many:]
    # The line on the side of the trunk begins at the armpit: above it, arm and shoulder are one.
    is_first_outside = (first[2][0] < second[-3][0]) == (side < 0)
    inner = 1 if abs(arm.elbow[0] - arm.shoulder[0]) > 80 else 2
    lines = [first, second[:-inner]] if is_first_outside else [first[inner:], second]
    return _hand(arm, tone, side) + _skin(smooth(around, closed=True), lines, tone) + fold


def _hand(arm: Arm, tone: str, side: int) -> str:
    """A hand in its own axes (along the fingers, across towards the thumb), turned to where the fingers point."""
    (x, y), (tip_x, tip_y) = arm.wrist, arm.fingertips
    angle = atan2(tip_y - y, tip_x - x)
    thumb = 1 if side < 0 else -1  # towards the body when the arm hangs
    palm = [
        (-8, -11),
        (14, -14),
        (34, -15),
        (58, -12),
        (84, -5),
        (88, 1),
        (82, 7),
        (56, 13),
        (34, 14),
        (10, 12),
        (-8, 11),
    ]
    finger = [(8, 9), (22, 19), (40, 24), (46, 20), (36, 12), (26, 7)]
    c, s = cos(angle), sin(angle)

    def turned(points: list[tuple[int, int]]) -> list[Point]:
        return [(x + a * c + b * thumb * s, y + a * s - b * thumb * c) for a, b in points]

    line = mixed(tone, "#3a1420", 0.4)
    gaps = "".join(
        f'<path d="{smooth(turned(run))}" fill="none" stroke="{line}" stroke-width="1.5" stroke-linecap="round" opacity=".8"/>'
        for run in ([(46, -6), (78, -3)], [(46, 1), (82, 1)], [(46, 7), (76, 5)])
    )
    return (
        _skin(smooth(turned(finger), closed=True), [turned(finger)], tone)
        + _skin(smooth(turned(palm), closed=True), [turned(palm)], tone)
        + gaps
    )


def _skin(data: str, lines: list[list[Point]], tone: str) -> str:
    """A patch of skin, and ink along those of its edges that are seen."""
    ink = "".join(smooth(run) for run in lines)
    style = f'fill="none" stroke="{mixed(tone, INK, 0.62)}" stroke-width="2.1" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{data}" fill="url(#skin)"/><path d="{ink}" {style}/>'


def _filled(data: str, fill: str, tone: str) -> str:
    return (
        f'<path d="{data}" fill="{fill}" stroke="{mixed(tone, INK, 0.62)}" stroke-width="2.1" stroke-linejoin="round"/>'
    )
