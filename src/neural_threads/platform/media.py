"""Pictures on disk: originals, their smaller versions made on demand in a process of its own, written whole or not at all."""

import asyncio
import errno
import os
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from . import shrinking
from .compute.bounded_process import BoundedProcess, ProcessDied
from .errors import Unavailable
from .media_intake import Taken
from .oklab import Lab
from .shrinking import WIDTHS
from .vision.perceptual_hash import look_at

__all__ = ["KINDS", "WIDTHS", "Derivatives", "Folder", "derivatives_in", "is_public_id", "move"]

log = structlog.get_logger(__name__)

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

    @property
    def incoming(self) -> Path:
        """Where uploads lie until they are pictures, on the same disk as these."""
        return self.root / "incoming"

    def keep_smaller(self, public_id: str, taken: Taken) -> None:
        """Move the smaller versions of a picture that was made ready into place."""
        for name in taken.derivatives:
            width, kind = name.rsplit(".", 2)[1:]
            move(Path(name), self.derivative(public_id, int(width), kind))

    def drop_smaller(self, public_id: str) -> None:
        """Remove the smaller versions."""
        shutil.rmtree(self.root / "derived" / self._checked(public_id), ignore_errors=True)

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


def move(source: Path, target: Path) -> None:
    """Move a file into place: nobody ever reads half of it, also when it comes from another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(source, 0o644)
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".new-{source.name}")
        try:
            shutil.copyfile(source, beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)


class Original(Protocol):
    """Where a picture can be had from: see platform.stores."""

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
            "smaller pictures", cpu_seconds=30, wall_seconds=60, prepare=shrinking.prepare
        )
    )

    async def read(self, public_id: str, width: int, kind: str, original: Original) -> bytes:
        """The picture at a width. FileNotFoundError when there is no original."""
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
        """The colour that the middle of a picture mostly has, and its hash. FileNotFoundError when there is no original."""
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
                return await self._worker.run(shrinking.shrunk, str(original), width, kind)
            except ProcessDied:
                continue
        raise Unavailable(retry_after=5)


_derivatives: dict[Path, Derivatives] = {}


def derivatives_in(root: Path) -> Derivatives:
    """This process's derivatives of the pictures under `root`."""
    return _derivatives.setdefault(root, Derivatives(Folder(root)))
