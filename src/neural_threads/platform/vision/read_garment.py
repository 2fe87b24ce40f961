"""Analyse one image of a garment in one call of a bounded process: mask, colours, kind, pattern, hash."""

from pathlib import Path

import numpy as np
import pyvips

from neural_threads.platform.colour.dominant import dominant_colours
from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.perceptual_hash import look_at
from neural_threads.platform.images.resize import encoded
from neural_threads.platform.images.resize import prepare as prepare_vips

from . import masks
from .arrays import Image, Mask
from .garment_kind import guessed_category, guessed_pattern
from .image_files import opened, written
from .reading import GarmentReading

SIDE = 1024
LEAST_SHARE, MOST_SHARE = 0.02, 0.93  # of the image: less or more is no garment before a ground


def prepare() -> None:
    """Start of the process: libvips with one thread and trusted loaders only, OpenCV, the network."""
    prepare_vips()
    masks.prepare()


def read_garment(source: str, target: str, use_model: bool) -> GarmentReading:
    """Read the image at `source`; write its cut-out (WebP) to `target`.

    Raises ValueError when it has more pixels than we decode; pyvips.Error when it cannot be read.
    """
    rgb, own_alpha = opened(source, SIDE, SIDE)
    mask = masks.garment_mask(rgb, alpha=own_alpha, use_model=use_model)
    is_garment = LEAST_SHARE <= mask.share <= MOST_SHARE
    alpha = mask.alpha if is_garment else np.full_like(mask.alpha, 255)
    return GarmentReading(
        method=mask.method,
        agreement=mask.agreement if is_garment else None,
        share=mask.share,
        colours=dominant_colours(rgb, alpha),
        category=guessed_category(mask.alpha) if is_garment else None,
        pattern=guessed_pattern(rgb, mask.alpha) if is_garment else None,
        image_hash=look_at(Path(source).read_bytes())[1],
        cutout=_written(rgb, mask.alpha, target) if is_garment and mask.method != "transparent" else None,
    )


def _written(rgb: Image, alpha: Mask, target: str) -> IngestedImage:
    """The image without its ground, as large as it was, so that points on one are points on the other."""
    image = pyvips.Image.new_from_array(np.dstack([rgb, alpha])).copy(interpretation="srgb")
    data = encoded(image, "webp")
    return written(image, data, target)
