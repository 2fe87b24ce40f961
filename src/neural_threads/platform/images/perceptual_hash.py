"""A perceptual hash of an image: two images that show the same have similar hashes, also when one is smaller or brighter.

The first sixteen bytes are the lowest frequencies of the lightness (the DCT hash of C. Zauner, "Implementation and
Benchmarking of Perceptual Image Hash Functions", 2010), each as positive, negative or next to nothing: compared with
their median, as there, the many that are next to nothing in an image of one garment before a wall would fall to either
side by chance. The other bytes are the OKLab colours of a grid of cells. Two kurtas of one cut in two colours have one
shape, but other colours. Plain Python and libvips.
"""

from functools import cache
from math import cos, hypot, pi
from typing import TYPE_CHECKING

from neural_threads.platform.colour.oklab import Lab, dominant_colour, oklab

if TYPE_CHECKING:
    import pyvips

SIDE = 32
LOW = 8
GRID = 4
SHAPE_BYTES = LOW * LOW * 2 // 8
NOTHING = 0.08  # of the strongest frequency
LENGTH = SHAPE_BYTES + GRID * GRID * 3
MOST_BITS = 16  # of 128 that may differ
MOST_COLOUR = 0.045  # mean distance in OKLab of the four cells that differ most: the wall around a garment says nothing
LIGHTNESS = 0.6  # its weight there: exposure changes it


def look_at(picture: bytes) -> tuple[Lab | None, bytes]:
    """Return the colour of the image's middle (see oklab.dominant_colour) and its hash. Runs in the image process."""
    import pyvips

    image = pyvips.Image.thumbnail_buffer(picture, SIDE, height=SIDE, size="force").colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    return dominant_colour(picture), _hash(image.cast("uchar"))


def is_alike(first: bytes | None, second: bytes | None) -> bool:
    """Return True when two hashes are those of one image."""
    if first is None or second is None or len(first) != LENGTH or len(second) != LENGTH:
        return False
    bits = int.from_bytes(first[:SHAPE_BYTES]) ^ int.from_bytes(second[:SHAPE_BYTES])
    if bits.bit_count() > MOST_BITS:
        return False
    apart = sorted(_apart(one, other) for one, other in zip(_cells(first), _cells(second), strict=True))
    return sum(apart[-GRID:]) / GRID <= MOST_COLOUR


def _apart(one: Lab, other: Lab) -> float:
    return hypot((one[0] - other[0]) * LIGHTNESS, one[1] - other[1], one[2] - other[2])


def _hash(image: "pyvips.Image") -> bytes:
    data = bytes(image.write_to_memory())
    labs = [oklab(*data[place : place + 3]) for place in range(0, SIDE * SIDE * 3, 3)]
    return _shape([lab[0] for lab in labs]) + b"".join(_packed(cell) for cell in _grid(labs))


def _shape(lightness: list[float]) -> bytes:
    waves = _waves()
    rows = [[sum(map(_times, wave, lightness[y * SIDE : (y + 1) * SIDE])) for wave in waves] for y in range(SIDE)]
    low = [sum(wave[y] * rows[y][u] for y in range(SIDE)) for wave in waves for u in range(LOW)]
    low[0] = 0.0  # the mean lightness says nothing about shape
    least = NOTHING * (max(map(abs, low)) or 1.0)
    bits = "".join("10" if value > least else "01" if value < -least else "00" for value in low)
    return int(bits, 2).to_bytes(SHAPE_BYTES)


def _times(first: float, second: float) -> float:
    return first * second


@cache
def _waves() -> list[list[float]]:
    return [[cos((2 * x + 1) * u * pi / (2 * SIDE)) for x in range(SIDE)] for u in range(LOW)]


def _grid(labs: list[Lab]) -> list[Lab]:
    size = SIDE // GRID
    cells = []
    for top in range(0, SIDE, size):
        for left in range(0, SIDE, size):
            some = [labs[y * SIDE + x] for y in range(top, top + size) for x in range(left, left + size)]
            cells.append((_mean(some, 0), _mean(some, 1), _mean(some, 2)))
    return cells


def _mean(labs: list[Lab], part: int) -> float:
    return sum(lab[part] for lab in labs) / len(labs)


def _packed(lab: Lab) -> bytes:
    return bytes((round(lab[0] * 255), round((lab[1] + 0.5) * 255), round((lab[2] + 0.5) * 255)))


def _cells(code: bytes) -> list[Lab]:
    parts = code[SHAPE_BYTES:]
    return [
        (parts[place] / 255, parts[place + 1] / 255 - 0.5, parts[place + 2] / 255 - 0.5)
        for place in range(0, len(parts), 3)
    ]
