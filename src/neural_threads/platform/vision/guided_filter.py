"""The guided filter: makes the edges of a coarse mask follow the edges of the image.

K. He, J. Sun, X. Tang, "Guided Image Filtering", IEEE TPAMI 35 (2013), equations 14 to 16 (colour guide), made fast by
computing the coefficients at a small size: K. He, J. Sun, "Fast Guided Filter", arXiv:1505.00996 (2015).
OpenCV has it only in its contrib modules; box filters are all that it needs.
"""

import numpy as np

from .arrays import Floats, Image, box_mean, resized, scaled_shape


def guided(guide: Image, mask: Floats, *, radius: int, epsilon: float, side: int = 384) -> Floats:
    """Return `mask` (h×w, 0-1) with the edges of `guide` (h×w×3 uint8).

    `radius` is that of the box in pixels at the small size, whose longer edge is `side`; `epsilon` is the variance of
    colours (0-1) below which a box counts as flat.
    """
    small = scaled_shape(mask.shape, side)
    colours = resized(guide, small).astype(np.float32) / 255
    slope, offset = _coefficients(colours, resized(mask, small), radius, epsilon)
    slope, offset = resized(slope, mask.shape), resized(offset, mask.shape)
    result: Floats = np.einsum("hwc,hwc->hw", slope, guide.astype(np.float32) / 255) + offset
    return np.clip(result, 0, 1)


def _coefficients(guide: Floats, mask: Floats, radius: int, epsilon: float) -> tuple[Floats, Floats]:
    def mean(of: Floats) -> Floats:
        return box_mean(of, radius)

    mean_guide, mean_mask = mean(guide), mean(mask)
    covariance = mean(guide * mask[..., None]) - mean_guide * mean_mask[..., None]
    products = np.stack([guide[..., i] * guide[..., j] for i, j in _PAIRS], axis=-1)
    variances = np.concatenate([mean(products[..., :3]), mean(products[..., 3:])], axis=-1)
    variances -= np.stack([mean_guide[..., i] * mean_guide[..., j] for i, j in _PAIRS], axis=-1)
    slope = _solved(variances, covariance, epsilon)
    offset = mean_mask - np.einsum("hwc,hwc->hw", slope, mean_guide)
    return mean(slope), mean(offset)


_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def _solved(variances: Floats, covariance: Floats, epsilon: float) -> Floats:
    """Solve (Σ + εU) a = cov for each pixel, by the adjugate of the symmetric 3×3 matrix."""
    rr, rg, rb, gg, gb, bb = np.moveaxis(variances, -1, 0)
    rr, gg, bb = rr + epsilon, gg + epsilon, bb + epsilon
    inverse = (
        gg * bb - gb * gb,
        rb * gb - rg * bb,
        rg * gb - rb * gg,
        rr * bb - rb * rb,
        rb * rg - rr * gb,
        rr * gg - rg * rg,
    )
    determinant = rr * inverse[0] + rg * inverse[1] + rb * inverse[2]
    r, g, b = np.moveaxis(covariance, -1, 0)
    a, c, e, d, f, h = inverse
    slope = np.stack([a * r + c * g + e * b, c * r + d * g + f * b, e * r + f * g + h * b], axis=-1)
    solved: Floats = slope / determinant[..., None]
    return solved
