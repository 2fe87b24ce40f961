"""Files that nobody should send us, and good ones with a past."""

import io
import struct
import zlib
from functools import cache
from typing import Any


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*extra: bytes, width: int = 4, height: int = 4) -> bytes:
    """A small grey picture with these chunks before its pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + bytes(min(width, 4)) for _ in range(min(height, 4))))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


@cache
def jpeg(width: int = 320, height: int = 240, noisy: bool = False) -> bytes:
    """A picture whose left half is red and whose right half is blue; `noisy` ones are large."""
    import pyvips

    image = pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")
    image = image.draw_rect([200, 20, 20], 0, 0, width // 2, height, fill=True)
    image = image.draw_rect([20, 20, 200], width // 2, 0, width - width // 2, height, fill=True)
    if noisy:
        image = (image + pyvips.Image.gaussnoise(width, height, sigma=40)).cast("uchar").copy(interpretation="srgb")
    data: bytes = image.jpegsave_buffer(Q=90)
    return data


def with_segment(image: bytes, marker: int, data: bytes) -> bytes:
    """A JPEG with one more segment at its start."""
    return image[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data + image[2:]


@cache
def photo_with_a_past(orientation: int = 6) -> bytes:
    """A JPEG with GPS, an owner's name, a comment and an orientation."""
    import pyvips

    image = pyvips.Image.jpegload_buffer(jpeg()).copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    text: Any = pyvips.GValue.gstr_type
    image.set_type(text, "exif-ifd0-Artist", "Cora Secretowner (Cora Secretowner, ASCII, 17 components, 17 bytes)")
    image.set_type(text, "exif-ifd3-GPSLatitude", "12/1 58/1 30/1 (12, 58, 30, Rational, 3 components, 24 bytes)")
    image.set_type(text, "exif-ifd3-GPSLatitudeRef", "N (N, ASCII, 2 components, 2 bytes)")
    data: bytes = image.jpegsave_buffer(Q=90)
    return with_segment(data, 0xFE, b"<script>alert('mine')</script>")


def gif(frames: int, width: int = 8, height: int = 8) -> bytes:
    """An animation, each frame in another grey; written by hand, so that it may have ten thousand."""
    out = io.BytesIO()
    out.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF1, 0, 0))
    out.write(b"\0\0\0\xff\xff\xff\x80\x80\x80\x40\x40\x40")
    out.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    for number in range(frames):
        out.write(b"\x21\xf9\x04\x04\x0a\0\0\0")
        out.write(b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0))
        out.write(_lzw(number % 4, width * height))
    out.write(b"\x3b")
    return out.getvalue()


def _lzw(colour: int, count: int) -> bytes:
    """Uncompressed LZW: a clear code before every second pixel keeps all codes three bits wide."""
    codes = []
    for place in range(count):
        if place % 2 == 0:
            codes.append(4)
        codes.append(colour)
    codes.append(5)
    bits = "".join(f"{code:03b}"[::-1] for code in codes)
    bits += "0" * (-len(bits) % 8)
    data = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    blocks = b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255))
    return b"\x02" + blocks + b"\0"


@cache
def moving_webp(frames: int = 3) -> bytes:
    """An animated WebP."""
    import pyvips

    shades = [pyvips.Image.black(40, 30, bands=3) + 60 * number for number in range(frames)]
    roll = shades[0]
    for shade in shades[1:]:
        roll = roll.join(shade, "vertical")
    roll = roll.cast("uchar").copy(interpretation="srgb")
    roll.set_type(pyvips.GValue.gint_type, "page-height", 30)
    data: bytes = roll.webpsave_buffer(lossless=True)
    return data


NOT_IMAGES = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj",
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(40),
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(40),
    "avif": b"\0\0\0\x20ftypavif\0\0\0\0avifmif1" + bytes(40),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(40),
    "tiff": b"II*\0\x08\0\0\0" + bytes(40),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n" + bytes(40),
    "fits": b"SIMPLE  =                    T" + bytes(60),
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40),
    "bmp": b"BM" + bytes(60),
    "ico": b"\0\0\x01\0\x01\0" + bytes(60),
    "psd": b"8BPS\0\x01" + bytes(60),
    "exr": b"\x76\x2f\x31\x01" + bytes(60),
    "riff": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
    "elf": b"\x7fELF" + bytes(60),
    "php": b"<?php system($_GET['c']); ?>",
    "text": b"just some words, nothing more",
    "nothing": bytes(100),
}

_BOMB = zlib.compress(bytes(64 * 1024 * 1024), 9)
UNREADABLE = {
    "empty": b"",
    "one byte": b"\xff",
    "a head alone": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "half a jpeg": jpeg()[: len(jpeg()) // 2],
    "half a png": png()[:-20],
    "png without end": png()[:-12],
    "png with a wrong checksum": png()[:-20] + b"\0\0\0\0" + png()[-16:],
    "png 50000 by 50000": png(width=50_000, height=50_000),
    "png 9000 wide": png(width=9_000, height=4),
    "png with a 64 MB text": png(png_chunk(b"zTXt", b"Comment\0\0" + _BOMB)),
    "png with a 64 MB profile": png(png_chunk(b"iCCP", b"icc\0\0" + _BOMB)),
    "png with a 64 MB iTXt": png(png_chunk(b"iTXt", b"c\0\1\0\0\0" + _BOMB)),
    "png with 10000 frames": png(png_chunk(b"acTL", struct.pack(">II", 10_000, 0))),
    "png of a head": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "gif of 101 frames": gif(101),
    "gif of 10000 frames": gif(10_000),
    "gif of a head": b"GIF89a" + bytes(20),
    "gif cut off": gif(3)[:60],
    "webp of a head": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40),
    "webp cut off": moving_webp()[: len(moving_webp()) // 2],
}
