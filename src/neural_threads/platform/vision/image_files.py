"""Images between files and arrays, as vision reads and writes them. For bounded processes: it loads libvips."""

import hashlib
from pathlib import Path

import numpy as np
import pyvips

from neural_threads.platform.images.ingest import IngestedImage
from neural_threads.platform.images.resize import MOST_PIXELS

from .arrays import Image, Mask


def opened(path: str, width: int, height: int) -> tuple[Image, Mask | None]:
    """Return the image, no larger than width × height pixels, and its own transparency, if it has one.

    Raises ValueError when it has more pixels than we decode; pyvips.Error when it cannot be read.
    """
    head = pyvips.Image.new_from_file(path)
    if head.width * head.height > MOST_PIXELS:
        raise ValueError("more pixels than we decode")
    return pixels(pyvips.Image.thumbnail(path, width, height=height, size="down").colourspace("srgb").cast("uchar"))


def pixels(image: pyvips.Image) -> tuple[Image, Mask | None]:
    """Return an image of 8 bits a channel, grey or in colour, as sRGB, and its own transparency, if it has one."""
    if image.bands < 3:  # grey, with or without transparency
        alpha = image[1] if image.bands == 2 else None
        image = image[0].bandjoin([image[0], image[0]] + ([alpha] if alpha else []))
    array = np.ascontiguousarray(image.numpy())
    own = np.ascontiguousarray(array[..., 3]) if array.shape[2] == 4 else None
    return np.ascontiguousarray(array[..., :3]), own


def written(image: pyvips.Image, data: bytes, target: str) -> IngestedImage:
    """Write the bytes of this WebP image to `target`, and return what is stored about it."""
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
