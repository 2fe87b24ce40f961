"""Decode an uploaded image, turn it upright, and write it again without metadata. Runs in the image process."""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .resize import TALLEST, WIDTHS, encoded, narrowed

if TYPE_CHECKING:
    import pyvips

MOST_PIXELS = 40_000_000
MOST_PIXELS_MOVING = 100_000_000  # all frames of an animation together
LONGEST_SIDE = 30_000
MOST_FRAMES = 100
JPEG_END = b"\xff\xd9"
LOST_ROWS, LOST_SHARE = 16, 0.02
"""So many rows may be missing at the bottom of a JPEG that was cut off: what browsers show, too."""
LONGEST_TEXT = 1_048_576  # of an inflated text or colour profile
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


class Unreadable(Exception):
    """It is called a picture, but it is damaged: it cannot be read as one."""


class TooManyPixels(Unreadable):
    """It has more than MOST_PIXELS, or all frames of an animation together more than MOST_PIXELS_MOVING."""


class TooLong(Unreadable):
    """One of its sides is longer than LONGEST_SIDE."""


class TooManyFrames(Unreadable):
    """The animation has more than MOST_FRAMES."""


class TooMuchText(Unreadable):
    """A text or colour profile in it inflates beyond LONGEST_TEXT."""


class TooDemanding(Unreadable):
    """It takes more memory than the process may have."""


class NotAnImage(Exception):
    """Its first bytes are those of no format that we take."""


class IngestedImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture made ready: where it lies, and what it is. Sizes in pixels and bytes."""

    path: str
    derivatives: list[str]
    content_type: str
    width: int
    height: int
    size: int
    sha256: bytes


def kind_of(head: bytes) -> str | None:
    """jpeg, png, gif or webp by the first twelve bytes; None for everything else. Names and headers are not believed."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return None


def is_begun(head: bytes) -> bool:
    """Return True when these few bytes may be the beginning of an image that was cut off."""
    beginnings = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")
    return any(head.startswith(beginning) or beginning.startswith(head) for beginning in beginnings)


def ingest(source: str, target: str) -> IngestedImage:
    """Read the upload at `source`; write the image to `target` and its smaller versions beside it.

    Raises NotAPicture or Unreadable; OSError when the disk is full. What was written until then is the caller's to remove.
    """
    import pyvips

    kind = _checked_kind(source)
    try:
        image = _upright(_opened(source, kind))
        data = _written(image, kind)
        width, height = image.width, _page_height(image)
        moving = image.height > height
        small = [] if moving else list(_smaller(image if kind != "jpeg" else None, data))
    except pyvips.Error as error:
        reason = "; ".join(str(error).strip().splitlines())[:300]
        raise (TooDemanding if "out of memory" in reason else Unreadable)(reason) from None
    except MemoryError:
        raise TooDemanding("more memory than we give") from None
    _write(target, data)
    names = [_write(f"{target}.{width}.{kind}", smaller) for width, kind, smaller in small]
    return IngestedImage(
        path=target,
        derivatives=names,
        content_type=TYPES[kind],
        width=width,
        height=height,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
    )


def decoded(source: str) -> "pyvips.Image":
    """Return a strange image's pixels, upright in sRGB with eight bits, after the same checks as an upload.

    Raises NotAnImage or Unreadable, also for one that moves.
    """
    import pyvips

    kind = _checked_kind(source)
    try:
        image = _upright(_opened(source, kind))
    except pyvips.Error as error:
        reason = "; ".join(str(error).strip().splitlines())[:300]
        raise (TooDemanding if "out of memory" in reason else Unreadable)(reason) from None
    except MemoryError:
        raise TooDemanding("more memory than we give") from None
    if _page_height(image) < image.height:
        raise TooManyFrames("it moves")
    return image


def _checked_kind(source: str) -> str:
    head = Path(source).read_bytes()[:12]
    kind = kind_of(head)
    if kind is None:
        raise Unreadable("cut off") if len(head) < 12 and is_begun(head) else NotAnImage
    if kind == "png":
        _check_png(Path(source).read_bytes())
    return kind


def _write(path: str, data: bytes) -> str:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def _opened(source: str, kind: str) -> "pyvips.Image":
    """The head of the image, within our bounds; no pixel is decoded yet."""
    import pyvips

    loaders = {
        "jpeg": pyvips.Image.jpegload,
        "png": pyvips.Image.pngload,
        "gif": pyvips.Image.gifload,
        "webp": pyvips.Image.webpload,
    }
    many = {"n": -1} if kind in ("gif", "webp") else {}
    first = loaders[kind](source)
    frames = first.get("n-pages") if first.get_typeof("n-pages") else 1
    side = max(first.width, first.height)
    pixels = first.width * first.height
    if frames > MOST_FRAMES:
        raise TooManyFrames(f"{frames} frames")
    if pixels > MOST_PIXELS or pixels * frames > max(MOST_PIXELS, MOST_PIXELS_MOVING):
        raise TooManyPixels(f"{first.width} x {first.height} pixels, {frames} frames")
    if side > LONGEST_SIDE:
        raise TooLong(f"{first.width} x {first.height} pixels")
    if kind == "jpeg" and _lacks_end(source):
        with open(source, "ab") as file:
            file.write(JPEG_END)
        is_lost = first.get_typeof("interlaced") or _lost_rows(source) > max(first.height * LOST_SHARE, LOST_ROWS)
        return loaders[kind](source, fail_on="warning" if is_lost else "none")
    return loaders[kind](source, fail_on="error", **many)


def _lacks_end(source: str) -> bool:
    """Return True if a JPEG goes on to the end of the file without its last marker, as some cameras leave it; browsers forgive that."""
    return JPEG_END not in Path(source).read_bytes()[-65_536:]


def _lost_rows(source: str) -> int:
    """Return how many rows at the bottom of a JPEG have one colour: a decoder fills with it what is missing."""
    import pyvips

    image = pyvips.Image.jpegload(source, fail_on="none")
    other = (image != image(image.width - 1, image.height - 1)).bandor()
    seen = other.project()[1].numpy().ravel().nonzero()[0]
    return int(image.height - 1 - seen[-1]) if seen.size else int(image.height)


def _upright(image: "pyvips.Image") -> "pyvips.Image":
    """Turned as it was meant, in sRGB with eight bits, in memory: whatever is broken in it shows now."""
    import pyvips

    if image.get_typeof("icc-profile-data"):
        if image.interpretation == "cmyk" or len(image.get("icc-profile-data")) <= LONGEST_TEXT:
            try:
                image = image.icc_transform("srgb", embedded=True)
            except pyvips.Error:
                image = image.colourspace("srgb")
        else:
            image = image.colourspace("srgb")
    elif image.interpretation not in ("srgb", "b-w"):
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    moving = _page_height(image) < image.height
    return image.copy_memory() if moving else image.autorot().copy_memory()


def _written(image: "pyvips.Image", kind: str) -> bytes:
    data: bytes
    if kind == "jpeg":
        flat = image.flatten(background=[255, 255, 255]) if image.hasalpha() else image
        data = flat.jpegsave_buffer(Q=85, keep="none")
    elif kind == "png":
        data = image.pngsave_buffer(compression=6, keep="none")
    elif kind == "gif":
        data = image.gifsave_buffer(effort=3, keep="none")
    else:
        data = image.webpsave_buffer(Q=85, effort=2, keep="none")
    return data


def _smaller(image: "pyvips.Image | None", data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Every width in AVIF, which nearly every browser asks for; each is made of the one before it. WebP and JPEG wait for
    somebody who wants them."""
    import pyvips

    if image is None:  # a JPEG shrinks while it is decoded, which is cheaper than what lies in memory
        image = pyvips.Image.thumbnail_buffer(data, max(WIDTHS), height=TALLEST, size="down").copy_memory()
    for width in sorted(WIDTHS, reverse=True):
        if image.width > width or image.height > TALLEST:
            image = narrowed(image, width).copy_memory()
        yield width, "avif", encoded(image, "avif")


def _page_height(image: "pyvips.Image") -> int:
    return int(image.get("page-height")) if image.get_typeof("page-height") else int(image.height)


def _check_png(data: bytes) -> None:
    """Walk the chunks: checksums fit, no text or profile inflates beyond bounds, not too many frames (PNG third edition, section 5)."""
    place, kinds = 8, set()
    while place < len(data):
        if place + 12 > len(data):
            raise Unreadable("a chunk is cut off")
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data):
            raise Unreadable("a chunk is cut off")
        is_critical = kind[0] & 0x20 == 0  # what is wrong with others, every reader forgives (PNG 3, section 13.1)
        if (
            is_critical
            and zlib.crc32(memoryview(data)[place + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]
        ):
            raise Unreadable("a checksum does not fit")
        if kind in (b"zTXt", b"iTXt", b"iCCP", b"tEXt"):
            _check_text(kind, data[place + 8 : end - 4])
        if kind == b"acTL" and length >= 4 and struct.unpack_from(">I", data, place + 8)[0] > MOST_FRAMES:
            raise TooManyFrames("more frames than we take")
        kinds.add(kind)
        place = end
        if kind == b"IEND":
            break
    if not {b"IHDR", b"IDAT", b"IEND"} <= kinds:
        raise Unreadable("a chunk is missing")


def _check_text(kind: bytes, chunk: bytes) -> None:
    rest = chunk.partition(b"\0")[2]
    if len(chunk) > LONGEST_TEXT:
        raise TooMuchText("a text that is too long")
    if kind == b"tEXt":
        return
    if kind == b"iTXt":
        if rest[:1] != b"\1":
            return
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        rest = rest[1:]
    inflating = zlib.decompressobj()
    try:
        inflating.decompress(rest, LONGEST_TEXT + 1)
        if inflating.unconsumed_tail:
            raise TooMuchText("a text that is too long")
    except zlib.error:
        raise Unreadable("a text that cannot be read") from None
