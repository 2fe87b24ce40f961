"""Originals in an S3-compatible bucket, by obstore. Keys and endpoint come from AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import from_url

from neural_threads.platform.config import SettingsError
from neural_threads.platform.errors import Upstream

from .stored_file import AT_ONCE, StoredFile

log = structlog.get_logger(__name__)

PATIENCE = 10.0


class BucketStore:
    """Objects named like the pictures, under the folder that the address names."""

    def __init__(self, address: str) -> None:
        try:
            self._store = from_url(
                address,
                client_options={"timeout": "9s", "connect_timeout": "3s", "allow_http": True},
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=PATIENCE)},
            )
        except BaseError as error:
            raise SettingsError(
                f"THREADS_MEDIA_STORE={address!r} names no bucket: write s3://bucket/folder."
            ) from error

    async def put(self, public_id: str, path: Path, content_type: str) -> None:
        """Sent as it lies on the disk."""
        async with _patiently():
            await obstore.put_async(self._store, public_id, path, attributes={"Content-Type": content_type})

    async def read(self, public_id: str) -> bytes:
        """The bytes."""
        async with _patiently():
            result = await obstore.get_async(self._store, public_id)
            return bytes(await result.bytes_async())

    async def has(self, public_id: str) -> bool:
        """Return True if the object is there."""
        try:
            async with _patiently():
                await obstore.head_async(self._store, public_id)
        except FileNotFoundError:
            return False
        return True

    async def drop(self, public_id: str) -> None:
        """Remove the object."""
        try:
            async with _patiently():
                await obstore.delete_async(self._store, public_id)
        except FileNotFoundError:
            pass

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """A bucket makes none."""
        return None

    async def files(self) -> AsyncIterator[Sequence[StoredFile]]:
        """Every object under the folder."""
        listing = obstore.list(self._store, chunk_size=AT_ONCE)
        while True:
            async with _patiently():
                batch = await anext(listing, None)
            if not batch:
                return
            yield [StoredFile(str(found["path"]), found["last_modified"]) for found in batch]


@asynccontextmanager
async def _patiently() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except (NotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError(str(error)) from None
    except (BaseError, TimeoutError, OSError) as error:
        log.warning("bucket_refused", error=type(error).__name__, detail=str(error)[:300])
        raise Upstream from None
