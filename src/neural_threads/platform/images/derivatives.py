"""Smaller versions of stored images, made on demand in a separate process and written atomically."""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from neural_threads.platform.colour.oklab import Lab
from neural_threads.platform.compute.bounded_process import BoundedProcess, ProcessDied
from neural_threads.platform.errors import Unavailable
from neural_threads.platform.images.perceptual_hash import look_at

from . import resize
from .folder import Folder
from .resize import WIDTHS

log = structlog.get_logger(__name__)

KINDS = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


class Original(Protocol):
    """A source of original images: see platform.images.stores."""

    async def read(self, public_id: str) -> bytes:
        """The bytes; FileNotFoundError when it is not there."""

    async def smaller(self, public_id: str, width: int, kind: str) -> bytes | None:
        """Made there, or None."""


@dataclass
class Derivatives:
    """Smaller versions of pictures: from disk if they are there, else made once, however many ask."""

    folder: Folder
    _making: dict[Path, asyncio.Task[bytes]] = field(default_factory=dict)
    _worker: BoundedProcess = field(
        default_factory=lambda: BoundedProcess(
            "smaller pictures", cpu_seconds=30, wall_seconds=60, prepare=resize.prepare
        )
    )

    async def read(self, public_id: str, width: int, kind: str, original: Original) -> bytes:
        """The image at a width. FileNotFoundError when there is no original."""
        path = self.folder.derivative(public_id, width, kind)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            pass
        making = self._making.get(path)
        if making is None:
            making = asyncio.create_task(self._make(public_id, width, kind, original))
            self._making[path] = making
            making.add_done_callback(lambda _: self._making.pop(path, None))
        # Shielded: the first who asked may go away, the others still wait for it.
        return await asyncio.shield(making)

    async def look(self, public_id: str, original: Original) -> tuple[Lab | None, bytes]:
        """The colour that the middle of an image mostly has, and its hash. FileNotFoundError when there is no original."""
        small = await self.read(public_id, WIDTHS[0], "avif", original)
        return await self._worker.run(look_at, small)

    def close(self) -> None:
        """End the process that makes them."""
        self._worker.kill()

    async def _make(self, public_id: str, width: int, kind: str, original: Original) -> bytes:
        path = self.folder.derivative(public_id, width, kind)
        data = await original.smaller(public_id, width, kind)
        if data is None:
            data = await self._shrunk_of(public_id, width, kind, original)
        try:
            await asyncio.to_thread(self.folder.write, path, data)
        except OSError as error:  # a full disk spoils the keeping, not the looking
            log.warning("derivative_not_kept", path=str(path), error=str(error))
        return data

    async def _shrunk_of(self, public_id: str, width: int, kind: str, original: Original) -> bytes:
        here = self.folder.original(public_id)
        if await asyncio.to_thread(here.is_file):
            return await self._shrunk(here, width, kind)
        borrowed = self.folder.incoming / f"borrowed-{secrets.token_hex(8)}"
        try:
            await asyncio.to_thread(self.folder.write, borrowed, await original.read(public_id))
            return await self._shrunk(borrowed, width, kind)
        finally:
            await asyncio.to_thread(borrowed.unlink, missing_ok=True)

    async def _shrunk(self, original: Path, width: int, kind: str) -> bytes:
        for _ in range(2):  # killed, perhaps for want of memory: one fresh worker may try again
            try:
                return await self._worker.run(resize.shrunk, str(original), width, kind)
            except ProcessDied:
                continue
        raise Unavailable(retry_after=5)


_derivatives: dict[Path, Derivatives] = {}


def derivatives_in(root: Path) -> Derivatives:
    """This process's derivatives of the images under `root`."""
    return _derivatives.setdefault(root, Derivatives(Folder(root)))
