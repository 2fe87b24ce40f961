"""Pictures on disk: originals, their smaller versions made on demand in a process of its own, written whole or not at all."""

import asyncio
import os
import re
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import structlog

from . import shrinking
from .errors import Unavailable

log = structlog.get_logger(__name__)

WIDTHS = (200, 400, 800, 1600)
KINDS = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def is_public_id(text: str) -> bool:
    """Whether a picture could have this name. Names have no dots, so that none leads out of the folder."""
    return len(text) <= 120 and _PUBLIC_ID.fullmatch(text) is not None


@dataclass(frozen=True)
class Folder:
    """A local store: `originals/<public id>` and `derived/<public id>/<width>.<kind>`."""

    root: Path

    def original(self, public_id: str) -> Path:
        """The picture as it was stored."""
        return self.root / "originals" / self._checked(public_id)

    def derivative(self, public_id: str, width: int, kind: str) -> Path:
        """The picture at a width, as avif, webp or jpeg."""
        return self.root / "derived" / self._checked(public_id) / f"{width}.{kind}"

    def write(self, path: Path, data: bytes) -> None:
        """Write beside, then move into place: nobody ever reads half a picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @staticmethod
    def _checked(public_id: str) -> str:
        if not is_public_id(public_id):
            raise ValueError(f"{public_id!r} is no name of a picture")
        return public_id


@dataclass
class Derivatives:
    """Smaller versions of pictures: from disk if they are there, else made once, however many ask."""

    folder: Folder
    _making: dict[Path, asyncio.Task[bytes]] = field(default_factory=dict)
    _pool: ProcessPoolExecutor | None = None

    async def read(self, public_id: str, width: int, kind: str) -> bytes:
        """The picture at a width. FileNotFoundError when there is no original."""
        path = self.folder.derivative(public_id, width, kind)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            pass
        making = self._making.get(path)
        if making is None:
            making = asyncio.create_task(self._make(self.folder.original(public_id), width, kind, path))
            self._making[path] = making
            making.add_done_callback(lambda _: self._making.pop(path, None))
        # Shielded: the first who asked may go away, the others still wait for it.
        return await asyncio.shield(making)

    def close(self) -> None:
        """Send the worker home."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _make(self, original: Path, width: int, kind: str, path: Path) -> bytes:
        if not await asyncio.to_thread(original.is_file):
            raise FileNotFoundError(original)
        data = await self._in_worker(
            lambda pool: asyncio.wrap_future(pool.submit(shrinking.shrunk, str(original), width, kind))
        )
        try:
            await asyncio.to_thread(self.folder.write, path, data)
        except OSError as error:  # a full disk spoils the keeping, not the looking
            log.warning("derivative_not_kept", path=str(path), error=str(error))
        return data

    async def _in_worker(self, ask: Callable[[ProcessPoolExecutor], "asyncio.Future[bytes]"]) -> bytes:
        for _ in range(2):
            pool = self._pool = self._pool or ProcessPoolExecutor(1, get_context("spawn"), shrinking.prepare)
            try:
                return await ask(pool)
            except BrokenProcessPool:  # killed, perhaps for want of memory: one fresh worker may try again
                log.warning("picture_worker_died")
                if self._pool is pool:
                    self.close()
        raise Unavailable(retry_after=5)


_derivatives: dict[Path, Derivatives] = {}


def derivatives_in(root: Path) -> Derivatives:
    """This process's derivatives of the pictures under `root`."""
    return _derivatives.setdefault(root, Derivatives(Folder(root)))
