"""Pictures on disk: where an original lies, where its smaller versions lie, and writing either whole or not at all."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

WIDTHS = (200, 400, 800, 1600)
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def is_public_id(text: str) -> bool:
    """Whether a picture could have this name. Names have no dots, so that none leads out of the folder."""
    return len(text) <= 120 and _PUBLIC_ID.fullmatch(text) is not None


@dataclass(frozen=True)
class Folder:
    """A local store: `originals/<public id>` and `derived/<public id>/<width>.<format>`."""

    root: Path

    def original(self, public_id: str) -> Path:
        """The picture as it was stored."""
        return self.root / "originals" / self._checked(public_id)

    def derivative(self, public_id: str, width: int, kind: str) -> Path:
        """The picture at a width, as webp, avif or jpeg."""
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
