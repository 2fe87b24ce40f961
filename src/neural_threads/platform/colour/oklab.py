"""Colours in OKLab, and the dominant colour of an image; the latter runs in the image process."""

from collections import defaultdict
from math import dist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyvips

Lab = tuple[float, float, float]
"""OKLab: lightness 0-1, then green to red and blue to yellow, about -0.4 to 0.4 (Björn Ottosson, 2020)."""

SIDE = 96
MIDDLE = 0.6  # of the width and of the height
CELL = 0.06  # a little more than the eye passes over between two cloths
NEAR = 0.09
GROUND = 0.07


def oklab(red: int, green: int, blue: int) -> Lab:
    """Convert sRGB, 0-255, to OKLab. The matrices are those of bottosson.github.io/posts/oklab."""
    r, g, b = _LINEAR[red], _LINEAR[green], _LINEAR[blue]
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def oklab_of(colour: str) -> Lab:
    """Convert "#rrggbb" to OKLab."""
    return oklab(int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _linear(level: int) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


_LINEAR = [_linear(level) for level in range(256)]


def dominant_colour(picture: bytes) -> Lab | None:
    """The colour that the middle of an image mostly has. None when there is nothing in it but air.

    What looks like the image's edge counts for little: a garment hangs before a wall. See-through pixels do not count.
    """
    import pyvips

    image = pyvips.Image.thumbnail_buffer(picture, SIDE, height=SIDE, size="down").colourspace("srgb")
    if not image.hasalpha():
        image = image.bandjoin(255)
    everything = _pixels(image)
    rim = [row[x] for row in everything for x in (0, -1)] + everything[0] + everything[-1]
    ground = _mean([lab for lab in rim if lab is not None]) if all(lab is not None for lab in rim) else None
    high, wide = len(everything), len(everything[0])
    top, left = round(high * (1 - MIDDLE) / 2), round(wide * (1 - MIDDLE) / 2)
    middle = [lab for row in everything[top : high - top] for lab in row[left : wide - left] if lab is not None]
    return _most(middle, ground)


def _pixels(image: "pyvips.Image") -> list[list[Lab | None]]:
    """Row by row; None where one sees through."""
    data, wide = bytes(image.cast("uchar").write_to_memory()), image.width
    known: dict[bytes, Lab] = {}

    def lab(at: int) -> Lab | None:
        if data[at + 3] < 128:
            return None
        colour = data[at : at + 3]
        result = known.get(colour)
        if result is None:
            result = known[colour] = oklab(*colour)
        return result

    return [[lab((y * wide + x) * 4) for x in range(wide)] for y in range(image.height)]


def _most(pixels: list[Lab], ground: Lab | None) -> Lab | None:
    """The mean around the fullest cell of the colour space; the ground is the answer only when there is hardly anything else."""
    worn = [lab for lab in pixels if ground is None or dist(lab, ground) > GROUND]
    if len(worn) * 12 < len(pixels):
        worn = pixels
    if not worn:
        return None
    cells: dict[tuple[int, ...], list[Lab]] = defaultdict(list)
    for lab in worn:
        cells[tuple(round(part / CELL) for part in lab)].append(lab)
    heart = _mean(max(cells.values(), key=len))
    return _mean([lab for lab in worn if dist(lab, heart) < NEAR] or [heart])


def _mean(some: list[Lab]) -> Lab:
    many = len(some)
    return sum(lab[0] for lab in some) / many, sum(lab[1] for lab in some) / many, sum(lab[2] for lab in some) / many
