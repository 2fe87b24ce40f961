"""Drawings that show what to wear for a photo: close-fitting clothes, and not wide ones that would show."""

from enum import StrEnum

from neural_threads.features.accounts.enums import BodyShape

from .body import (
    ANKLE,
    CROTCH,
    HEIGHT,
    HIP,
    KNEE,
    MIDDLE,
    NECK,
    SHOULDER,
    SHOULDER_EDGE,
    WAIST,
    WIDTH,
    Figure,
    figure_of,
)
from .drawing import INK, figure_svg
from .outlines import Point, between, limb, smooth

CLOSE_CLOTH, CLOSE_FOLD, LEGGINGS = "#8f9bc4", "#6f7bab", "#4a4f78"
WIDE_CLOTH, WIDE_FOLD = "#d9a08c", "#b77a66"


class Example(StrEnum):
    """The clothes of an example."""

    CLOSE = "close"
    WIDE = "wide"


def example_svg(example: Example, tone: str) -> str:
    """Return a drawn figure, dressed, as an SVG document. `tone`: the skin as "#rrggbb"."""
    figure = figure_of(BodyShape.RECTANGLE)
    clothes = _close(figure) if example is Example.CLOSE else _wide(figure)
    return (
        figure_svg(figure, tone)
        .replace("</svg>", f"{clothes}</svg>")
        .replace(f'viewBox="0 0 {WIDTH} {HEIGHT}"', f'viewBox="90 30 {WIDTH - 180} {HEIGHT - 30}"')
    )


def _close(figure: Figure) -> str:
    legs = "".join(_cloth(smooth(_legging(figure, side), closed=True), LEGGINGS) for side in (-1, 1))
    edge = figure.measures.shoulder + SHOULDER_EDGE
    half = [
        (40.0, NECK + 2), (edge * 0.62, SHOULDER - 21), (edge - 10, SHOULDER - 10), (edge - 2, SHOULDER + 20),
        *[(figure.half_width(y) + 3, y) for y in (300, 340, 386, 420, WAIST, 488, 524, HIP)],
        (figure.half_width(HIP) + 2, CROTCH - 6),
    ]  # fmt: skip
    sleeves = "".join(
        _cloth(
            smooth(
                limb([between(arm.shoulder, arm.elbow, t) for t in (0.0, 0.2, 0.45, 0.66)], (12, 25, 25, 24)),
                closed=True,
            ),
            CLOSE_CLOTH,
        )
        for arm in figure.arms
    )
    folds = _lines(
        [[(MIDDLE - 58, WAIST - 18), (MIDDLE - 30, WAIST - 8)], [(MIDDLE + 60, WAIST + 4), (MIDDLE + 34, WAIST + 12)]],
        CLOSE_FOLD,
    )
    return legs + sleeves + _cloth(_mirrored(half, dip=NECK + 34), CLOSE_CLOTH) + folds


def _legging(figure: Figure, side: int) -> list[Point]:
    heights = (CROTCH - 34, CROTCH + 30, 740.0, KNEE - 40, KNEE, KNEE + 56, 966.0, ANKLE - 24)
    m = figure.measures
    halves = (m.hip * 0.5, m.thigh + 3, m.thigh * 0.88 + 4, m.thigh * 0.36 + 21, 37, 40, 34, 25)
    return limb([(figure.leg_middle(y, side), y) for y in heights], halves)


def _wide(figure: Figure) -> str:
    """A kaftan: its sleeves hang far from the arms, and its hem far from the legs."""
    edge = figure.measures.shoulder + SHOULDER_EDGE
    half = [
        (44.0, NECK + 4), (edge * 0.7, SHOULDER - 16), (edge + 22, SHOULDER + 18), (edge + 92, 420.0), (edge + 128, 548.0),
        (edge + 96, 568.0), (edge + 44, 556.0), (edge + 34, 500.0), (edge + 60, 680.0), (edge + 88, 900.0), (edge + 92, 930.0),
    ]  # fmt: skip
    folds = [
        [(MIDDLE + side * a, 430.0), (MIDDLE + side * (a + b), 900.0)]
        for side in (-1, 1)
        for a, b in ((30, 12), (74, 40), (112, 62))
    ]
    return _cloth(_mirrored(half, dip=NECK + 66), WIDE_CLOTH) + _lines(folds, WIDE_FOLD)


def _mirrored(half: list[Point], dip: float) -> str:
    """Return a closed outline: down at the image's right, up at its left, and through the neckline's lowest place."""
    right = [(MIDDLE + x, y) for x, y in half]
    left = [(MIDDLE - x, y) for x, y in half]
    neck = smooth([left[0], (MIDDLE, dip), right[0]])
    return f"{neck}L{smooth(right)[1:]}L{smooth(left[::-1])[1:]}Z"


def _cloth(data: str, colour: str) -> str:
    return f'<path d="{data}" fill="{colour}" stroke="{INK}" stroke-width="2.4" stroke-linejoin="round"/>'


def _lines(runs: list[list[Point]], colour: str) -> str:
    data = "".join(smooth(run) for run in runs)
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="3" stroke-linecap="round"/>'
