"""The image folder on disk: originals and derived sizes by public id."""

import errno
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .ingest import IngestedImage

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def is_public_id(text: str) -> bool:
    """Return True if an image could have this name. Names have no dots, so that none leads out of the folder."""
    return len(text) <= 120 and _PUBLIC_ID.fullmatch(text) is not None


@dataclass(frozen=True)
class Folder:
    """A local store: `originals/<public id>` and `derived/<public id>/<width>.<kind>`."""

    root: Path

    def original(self, public_id: str) -> Path:
        """The image as it was stored."""
        return self.root / "originals" / self._checked(public_id)

    def derivative(self, public_id: str, width: int, kind: str) -> Path:
        """The image at a width, as avif, webp or jpeg."""
        return self.root / "derived" / self._checked(public_id) / f"{width}.{kind}"

    @property
    def incoming(self) -> Path:
        """The folder of uploads that are not yet images, on the same disk as these."""
        return self.root / "incoming"

    @property
    def wishes(self) -> Path:
        """There while images are still being made (the demo's, at the first start): a file for each that somebody waits for."""
        return self.root / "wishes"

    def ask_for(self, public_id: str) -> bool:
        """Ask that this image is made next; False when none are being made."""
        try:
            (self.wishes / self._checked(public_id).replace("/", ".")).touch()
        except FileNotFoundError:
            return False
        return True

    def keep_smaller(self, public_id: str, taken: IngestedImage) -> None:
        """Move the smaller versions of an image that was made ready into place."""
        for name in taken.derivatives:
            width, kind = name.rsplit(".", 2)[1:]
            move(Path(name), self.derivative(public_id, int(width), kind))

    def drop_smaller(self, public_id: str) -> None:
        """Remove the smaller versions."""
        shutil.rmtree(self.root / "derived" / self._checked(public_id), ignore_errors=True)

    def write(self, path: Path, data: bytes) -> None:
        """Write beside, then move into place: nobody ever reads half an image."""
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
