"""Store originals in a folder."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from neural_threads.platform.images.folder import Folder, move


@dataclass(frozen=True)
class LocalStore:
    """`originals/<public id>` under the folder."""

    folder: Folder

    async def put(self, public_id: str, path: Path, content_type: str) -> None:
        """Moved into place on the same disk, copied and then moved from another."""
        await asyncio.to_thread(move, path, self.folder.original(public_id))

    async def read(self, public_id: str) -> bytes:
        """The bytes."""
        return await asyncio.to_thread(self.folder.original(public_id).read_bytes)

    async def has(self, public_id: str) -> bool:
        """Return True if the file is there."""
        return await asyncio.to_thread(self.folder.original(public_id).is_file)

    async def drop(self, public_id: str) -> None:
        """Remove the file."""
        await asyncio.to_thread(self.folder.original(public_id).unlink, missing_ok=True)

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """A folder makes none."""
        return None
