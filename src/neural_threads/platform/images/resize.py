"""Work of the image process: libvips is loaded here and never in the server."""

import contextlib
import ctypes
import os
from typing import TYPE_CHECKING

from .generated_mark import is_marked

if TYPE_CHECKING:
    import pyvips

WIDTHS = (200, 400, 800, 1600)
TALLEST = 8192
"""Pixels; a screenshot of a whole page gets smaller versions that are narrower. What is higher takes AVIF too much memory."""
MOST_PIXELS = 40_000_000


def prepare() -> None:
    """Load libvips in a bounded process: one thread, no cache, no loaders that cannot be trusted."""
    os.environ["VIPS_BLOCK_UNTRUSTED"] = "1"  # no loader that libvips itself calls unfit for strangers' files
    prepare_drawing()


def prepare_drawing() -> None:
    """Load libvips for images of our own: one thread, no cache."""
    os.environ["VIPS_CONCURRENCY"] = "1"
    os.environ["VIPS_DISC_THRESHOLD"] = "400m"  # images in memory stay there; the limit of the process is the bound
    _return_freed_memory()
    import pyvips

    pyvips.cache_set_max(0)


def shrunk(original: str, width: int, kind: str) -> bytes:
    """A stored image at most `width` wide, as webp, avif or jpeg. Never enlarged."""
    import pyvips

    image = pyvips.Image.new_from_file(original)
    if image.width * image.height > MOST_PIXELS:
        raise ValueError("more pixels than we decode")
    if kind != "jpeg" and image.get_typeof("n-pages") and image.get("n-pages") > 1:
        moving = pyvips.Image.thumbnail(f"{original}[n=-1]", width, height=TALLEST, size="down")
        return encoded(moving, "webp")  # the one format of the three that moves everywhere
    if image.width > width or image.height > TALLEST:
        image = pyvips.Image.thumbnail(original, width, height=TALLEST, size="down")
    return encoded(image, kind, keep="xmp" if is_marked(image) else "none")


def _return_freed_memory() -> None:
    """Have the allocator give large blocks back at once, so that an image leaves the whole bound to the next (glibc's mallopt)."""
    arena_max, mmap_threshold = -8, -3
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(arena_max, 1)
        libc.mallopt(mmap_threshold, 256 * 1024)


def narrowed(image: "pyvips.Image", width: int) -> "pyvips.Image":
    """The image at a width, its height following."""
    return image.thumbnail_image(width, height=TALLEST, size="down")


def encoded(image: "pyvips.Image", kind: str, keep: str = "none") -> bytes:
    """The image's bytes, without metadata unless some are kept. AVIF at its quickest: no slower than WebP, and a sixth smaller."""
    data: bytes
    if kind == "avif":
        data = image.heifsave_buffer(compression="av1", Q=58, effort=0, keep=keep)
    elif kind == "webp":
        data = image.webpsave_buffer(Q=80, effort=2, keep=keep)
    else:
        flat = image.flatten(background=[255, 255, 255]) if image.hasalpha() else image
        data = flat.jpegsave_buffer(Q=82, optimize_coding=True, keep=keep)
    return data
