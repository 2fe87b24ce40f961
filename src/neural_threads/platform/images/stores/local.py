"""Store originals in a folder."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from neural_threads.platform.images.folder import Folder, move

from .stored_file import AT_ONCE, StoredFile

PATIENCE = 20.0
"""Seconds that somebody waits for a picture that is being made."""


@dataclass(frozen=True)
class LocalStore:
    """`originals/<public id>` under the folder."""

    folder: Folder

    async def put(self, public_id: str, path: Path, content_type: str) -> None:
        """Moved into place on the same disk, copied and then moved from another."""
        await asyncio.to_thread(move, path, self.folder.original(public_id))

    async def read(self, public_id: str) -> bytes:
        """The bytes. One that is still being made is waited for; FileNotFoundError when it does not come."""
        path = self.folder.original(public_id)
        if await asyncio.to_thread(path.is_file) or not await asyncio.to_thread(self.folder.ask_for, public_id):
            return await asyncio.to_thread(path.read_bytes)
        until = time.monotonic() + PATIENCE
        # It is another process that makes it.
        while not await asyncio.to_thread(path.is_file) and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return await asyncio.to_thread(path.read_bytes)

    async def has(self, public_id: str) -> bool:
        """Return True if the file is there."""
        return await asyncio.to_thread(self.folder.original(public_id).is_file)

    async def drop(self, public_id: str) -> None:
        """Remove the file."""
        await asyncio.to_thread(self.folder.original(public_id).unlink, missing_ok=True)

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """A folder makes none."""
        return None

    async def files(self) -> AsyncIterator[Sequence[StoredFile]]:
        """Every file under originals/."""
        walk = self._walk()
        while batch := await asyncio.to_thread(lambda: list(islice(walk, AT_ONCE))):
            yield batch

    def _walk(self) -> Iterator[StoredFile]:
        root = self.folder.root / "originals"
        for folder, _folders, names in os.walk(root):
            for name in names:
                path = Path(folder) / name
                with suppress(FileNotFoundError):  # It has just been removed.
                    modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield StoredFile(str(path.relative_to(root)), modified_at)
