"""Analyse a garment's image in a bounded process. The server loads this module, and none of the libraries behind it."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from neural_threads.platform.colour.palette import Swatch
from neural_threads.platform.compute.bounded_process import BoundedProcess
from neural_threads.platform.images.ingest import IngestedImage

AGREED = 0.85
"""The IoU of both opinions from which a cut-out is shown without asking."""


@dataclass(frozen=True)
class GarmentReading:
    """The findings in an image. `cutout`: None when nothing could be cut out, or the image is one already (`method`).

    `method`: model+grabcut, grabcut (without the network) or transparent. `agreement`: IoU of both opinions, 0-1, None
    when there was one only. `share`: part of the picture that is garment, 0-1.
    """

    method: str
    agreement: float | None
    share: float
    colours: list[Swatch]
    category: str | None
    pattern: str | None
    image_hash: bytes
    cutout: IngestedImage | None

    @property
    def is_agreed(self) -> bool:
        """True if two opinions agree about the outline."""
        return self.agreement is not None and self.agreement >= AGREED


def garment_process(name: str, patience: float) -> BoundedProcess:
    """A process for `read`: 512 MB, 8 seconds of CPU for each image."""
    return BoundedProcess(name, cpu_seconds=8, wall_seconds=60, patience=patience, prepare=prepare)


def prepare() -> None:
    """Start of the process."""
    _behind().prepare()


def read(source: str, target: str, use_model: bool) -> GarmentReading:
    """See read_garment. For BoundedProcess.run."""
    reading: GarmentReading = _behind().read_garment(source, target, use_model)
    return reading


def _behind() -> Any:
    # By name, so that whatever follows the server's imports (the API's document does) does not load OpenCV.
    return import_module(f"{__package__}.read_garment")
