"""Store originals in a folder."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from neural_threads.platform.images.folder import Folder, move

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
