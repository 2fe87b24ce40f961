"""The dominant colours of a garment: k-means in OKLab over its mask. For bounded processes: it loads numpy."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .palette import Swatch

Floats: TypeAlias = NDArray[np.floating[Any]]

CLUSTERS = 6
ROUNDS = 12
SAMPLES = 6000
LIGHTNESS = 0.55  # its weight beside hue and chroma: folds change lightness, dye changes hue
ALIKE = 0.1  # clusters nearer than this, so weighed, are one cloth in light and in shadow
LEAST_SHARE = 0.08
SIDE = 256  # pixels: threads and noise are one colour from afar, which is what one calls the cloth's

# bottosson.github.io/posts/oklab
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab_array(rgb: NDArray[Any]) -> Floats:
    """Return sRGB (… × 3, 0-255) as OKLab."""
    share = rgb.astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def hex_of(lab: Floats) -> str:
    """Return an OKLab colour as "#rrggbb", clipped to what sRGB can show."""
    linear = (lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    linear = np.clip(linear, 0, 1)
    share = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(level):02x}" for level in share * 255)


def dominant_colours(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], most: int = 3) -> list[Swatch]:
    """Return the colours of the pixels that are garment (`alpha` ≥ 200), the largest share first; [] when there are none."""
    pixels = _from_afar(rgb, alpha >= 200)
    if len(pixels) == 0:
        return []
    # Evenly spread and not random: the same image gives the same colours.
    pixels = pixels[:: max(1, len(pixels) // SAMPLES)]
    labs = oklab_array(pixels)
    centres, sizes = _merged(*_clusters(labs))
    order = np.argsort(-sizes, kind="stable")[:most]
    shares = sizes[order] / sizes.sum()
    return [
        Swatch(hex=hex_of(centres[place]), share=round(float(share), 3))
        for rank, (place, share) in enumerate(zip(order, shares, strict=True))
        if rank == 0 or share >= LEAST_SHARE
    ]


def _from_afar(rgb: NDArray[np.uint8], is_garment: NDArray[np.bool_]) -> NDArray[Any]:
    """The garment's pixels, each the mean of a square of the image that is mostly garment."""
    step = max(1, round(max(rgb.shape[:2]) / SIDE))
    if step == 1:
        return rgb[is_garment]
    height, width = (size // step * step for size in rgb.shape[:2])
    squares = (height // step, step, width // step, step)
    weight = is_garment[:height, :width].reshape(squares).sum(axis=(1, 3)).astype(np.float32)
    kept = np.where(is_garment[..., None], rgb, 0)[:height, :width].astype(np.float32)
    total = kept.reshape(*squares, 3).sum(axis=(1, 3))
    solid = weight > 0.6 * step * step
    means: NDArray[Any] = total[solid] / weight[solid][:, None]
    return means if len(means) else rgb[is_garment]


def _clusters(labs: Floats) -> tuple[Floats, Floats]:
    """k-means (Lloyd), begun at the point farthest from all earlier ones; returns centres in OKLab and sizes."""
    weighed = labs * (LIGHTNESS, 1, 1)
    centres = weighed.mean(axis=0, keepdims=True)
    while len(centres) < CLUSTERS:
        far = _distances(weighed, centres).min(axis=1)
        if far.max() < ALIKE**2:
            break
        centres = np.vstack([centres, weighed[far.argmax()]])
    for _ in range(ROUNDS):
        nearest = _distances(weighed, centres).argmin(axis=1)
        used = [place for place in range(len(centres)) if (nearest == place).any()]
        centres = np.array([weighed[nearest == place].mean(axis=0) for place in used])
    nearest = _distances(weighed, centres).argmin(axis=1)
    used = [place for place in range(len(centres)) if (nearest == place).any()]
    middles = np.array([np.median(labs[nearest == place], axis=0) for place in used])
    return middles, np.array([float((nearest == place).sum()) for place in used])


def _merged(centres: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """One cloth in light and in shadow is one colour: that of its larger part, moved by the smaller one."""
    while len(centres) > 1:
        apart = np.sqrt(_distances(centres * (LIGHTNESS, 1, 1), centres * (LIGHTNESS, 1, 1)))
        np.fill_diagonal(apart, np.inf)
        first, second = divmod(int(apart.argmin()), len(centres))
        if apart[first, second] >= ALIKE:
            break
        both = sizes[first] + sizes[second]
        centres[first] = (centres[first] * sizes[first] + centres[second] * sizes[second]) / both
        sizes[first] = both
        centres, sizes = np.delete(centres, second, axis=0), np.delete(sizes, second)
    return centres, sizes


def _distances(points: Floats, centres: Floats) -> Floats:
    """Return the squared distances, points × centres."""
    distances: Floats = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances
