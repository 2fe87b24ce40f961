"""Stores for original images: a folder, an S3-compatible bucket, or Cloudinary (THREADS_MEDIA_STORE)."""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from neural_threads.platform.config import Settings, SettingsError, get_settings
from neural_threads.platform.images.folder import Folder

from .local import LocalStore
from .stored_file import StoredFile


class Store(Protocol):
    """Keeps originals under their public ids. Upstream when it cannot be reached within ten seconds."""

    async def put(self, public_id: str, path: Path, content_type: str) -> None:
        """Take the file at `path`, whole or not at all. It may be moved; whoever asks does not need it any more."""

    async def read(self, public_id: str) -> bytes:
        """The bytes; FileNotFoundError when it is not there."""

    async def has(self, public_id: str) -> bool:
        """Return True if it is there."""

    async def drop(self, public_id: str) -> None:
        """Remove it; one that is not there is none to remove."""

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """The image at a width as the store makes it, or None if it makes none."""

    def files(self) -> AsyncIterator[Sequence[StoredFile]] | None:
        """Every original that is there, some hundreds at a time; None for a store that does not tell."""


def store_at(address: str, folder: Folder) -> Store:
    """The store at `s3://bucket/folder`, `cloudinary://key:secret@cloud`, or in a folder."""
    scheme = address.partition("://")[0] if "://" in address else ""
    if scheme in ("", "file"):
        path = address.removeprefix("file://")
        return LocalStore(Folder(Path(path)) if path else folder)
    providers: dict[str, Callable[[str], Store]] = {"s3": _bucket, "s3a": _bucket, "cloudinary": _cloudinary}
    if scheme not in providers:
        raise SettingsError(f"THREADS_MEDIA_STORE knows no {scheme}://; use a folder, s3:// or cloudinary://.")
    return providers[scheme](address)


def _bucket(address: str) -> Store:
    from .bucket import BucketStore  # each brings a library that nobody else should have to load

    return BucketStore(address)


def _cloudinary(address: str) -> Store:
    from .cloudinary import CloudinaryStore

    return CloudinaryStore(address)


@cache
def _store_of(settings: Settings) -> Store:
    return store_at(settings.media_store, Folder(settings.media_dir))


def current_store() -> Store:
    """The store of this process."""
    return _store_of(get_settings())
