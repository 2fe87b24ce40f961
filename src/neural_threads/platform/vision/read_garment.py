"""Everything that is read from one image of a garment, in one call of a bounded process."""

import hashlib
from pathlib import Path

import numpy as np
import pyvips

from neural_threads.platform.colour.dominant import dominant_colours
from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.resize import MOST_PIXELS, encoded
from neural_threads.platform.images.resize import prepare as prepare_vips

from . import masks
from .arrays import Image, Mask
from .garment_kind import guessed_category, guessed_pattern
from .perceptual_hash import look_at
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
    head = pyvips.Image.new_from_file(source)
    if head.width * head.height > MOST_PIXELS:
        raise ValueError("more pixels than we decode")
    image = pyvips.Image.thumbnail(source, SIDE, height=SIDE, size="down").colourspace("srgb").cast("uchar")
    rgb, own_alpha = _arrays(image)
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


def _arrays(image: pyvips.Image) -> tuple[Image, Mask | None]:
    if image.bands < 3:  # grey, with or without transparency
        alpha = image[1] if image.bands == 2 else None
        image = image[0].bandjoin([image[0], image[0]] + ([alpha] if alpha else []))
    pixels = np.ascontiguousarray(image.numpy())
    own = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
    return np.ascontiguousarray(pixels[..., :3]), own


def _written(rgb: Image, alpha: Mask, target: str) -> IngestedImage:
    """The image without its ground, as large as it was, so that points on one are points on the other."""
    image = pyvips.Image.new_from_array(np.dstack([rgb, alpha])).copy(interpretation="srgb")
    data = encoded(image, "webp")
    Path(target).write_bytes(data)
    return IngestedImage(
        path=target,
        derivatives=[],
        content_type="image/webp",
        width=image.width,
        height=image.height,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
    )
