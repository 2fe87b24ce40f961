"""Receive an upload: count its bytes, ingest it in the image process, and remove it from disk on any failure."""

import asyncio
import contextlib
import errno
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO

import structlog

from neural_threads.platform import counters
from neural_threads.platform.compute.bounded_process import BoundedProcess, ProcessDied
from neural_threads.platform.errors import DiskFull, Invalid, TooLarge, WrongType
from neural_threads.platform.i18n import gettext as _

from . import resize
from .folder import Folder
from .ingest import (
    IngestedImage,
    NotAnImage,
    TooDemanding,
    TooLong,
    TooManyFrames,
    TooManyPixels,
    TooMuchText,
    Unreadable,
    ingest,
    is_begun,
    kind_of,
)
from .stores import Store

log = structlog.get_logger(__name__)

HEAD = 12
IPHONES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of the formats that phones write and we do not take (ISO/IEC 23008-12, annex B)."""
FULL = (errno.ENOSPC, errno.EDQUOT)
ABANDONED = 3600.0  # seconds; a file that has lain here for longer belongs to a server that was killed

# Apart from the one that makes smaller versions, so that nobody's looking waits for somebody's upload.
_worker = BoundedProcess("uploads", patience=60, prepare=resize.prepare)
"""Patient: twenty photos of 12 megapixels may come at once, and on a busy machine the last waits half a minute."""


class Upload:
    """A file that is being received: `await upload.add(chunk)` until it is whole."""

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self.size = 0
        self.most = most
        self._head = b""
        self._file: BinaryIO | None = None

    async def add(self, chunk: bytes) -> None:
        """The next bytes. TooLarge beyond the bound, WrongType as soon as the first bytes are those of no image."""
        self.size += len(chunk)
        if self.size > self.most:
            raise too_large(self.most)
        if len(self._head) < HEAD:
            self._head = (self._head + chunk)[:HEAD]
            if len(self._head) == HEAD and kind_of(self._head) is None:
                raise no_image(self._head)
        with _disk():
            await asyncio.to_thread(self._write, chunk)

    async def finish(self) -> None:
        """That was all."""
        with _disk():
            await asyncio.to_thread(self.close)
        if self.size == 0:
            raise Invalid(fields={"file": _("This file is empty.")})
        if self.size < HEAD and not is_begun(self._head):
            raise no_image()

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _write(self, chunk: bytes) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb")
        self._file.write(chunk)


@asynccontextmanager
async def receiving(folder: Folder, most: int) -> AsyncIterator[Upload]:
    """A place for one upload of at most so many bytes; everything under its name is removed in the end."""
    upload = Upload(folder.incoming / secrets.token_hex(12), most)
    try:
        yield upload
    except (TooLarge, WrongType, Invalid):
        counters.uploads.labels("refused").inc()
        raise
    finally:
        with contextlib.suppress(OSError):
            upload.close()
        await asyncio.shield(asyncio.to_thread(_remove_all, upload.path))


async def image_of(upload: Upload) -> IngestedImage:
    """The upload as an image: upright, bounded, without its past. WrongType, Invalid or DiskFull."""
    try:
        with _disk():
            return await _worker.run(ingest, str(upload.path), f"{upload.path}.ready")
    except NotAnImage:
        raise no_image() from None
    except (Unreadable, ProcessDied) as reason:
        log.info("upload_refused", reason=str(reason), size=upload.size)
        raise Invalid(fields={"file": _reason(reason)}) from None


def _reason(error: Exception) -> str:
    """Return why an image is refused, in a sentence that says what can be done."""
    match error:
        case TooManyPixels():
            return _(
                "This picture has more pixels than we take: 40 megapixels, an animation 100 in all. Make it smaller first."
            )
        case TooLong():
            return _("One side of this picture is longer than 30,000 pixels. Cut it into parts, or make it smaller.")
        case TooManyFrames():
            return _("This animation has more than 100 frames. Make it shorter.")
        case TooMuchText():
            return _("This picture carries a text or colour profile of more than 1 MB. Save it without them.")
        case TooDemanding() | ProcessDied():
            return _("Opening this picture takes more memory or time than we have. Save it smaller, as a JPEG.")
        case _:
            return _("This picture is damaged: it cannot be opened to its end. Save it anew, or choose another.")


async def keep_files(store: Store, folder: Folder, public_id: str, taken: IngestedImage) -> None:
    """Put an image that was made ready to where it is served from. DiskFull if there is no room, Upstream if nobody answers."""
    with _disk():
        await asyncio.to_thread(folder.keep_smaller, public_id, taken)
        await store.put(public_id, Path(taken.path), taken.content_type)


def too_large(most: int) -> TooLarge:
    """Return what is said of a file beyond the bound."""
    return TooLarge(
        _("This picture is larger than %(mb)s MB. Please choose a smaller one.") % {"mb": f"{most / 1_048_576:g}"}
    )


def no_image(head: bytes = b"") -> WrongType:
    """Return what is said of a file that is no image, or none that we take; `head` is how it begins."""
    if head[4:8] == b"ftyp" and head[8:12] in IPHONES:
        return WrongType(_("This is a HEIC or AVIF picture. Save it as JPEG or PNG first, and choose that."))
    return WrongType(_("Choose a JPEG, PNG, GIF or WebP picture."))


def sweep_incoming(folder: Folder, older_than: float = ABANDONED) -> int:
    """Remove what killed servers have left behind; answers how many files."""
    removed = 0
    for path in folder.incoming.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > older_than:
                path.unlink()
                removed += 1
    return removed


def _remove_all(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink(missing_ok=True)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        log.error("disk_full", error=str(error))
        raise DiskFull from None
