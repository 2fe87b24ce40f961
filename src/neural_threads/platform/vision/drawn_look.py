"""Check and finish a look that a model drew, in a bounded process. The server loads this module, and none of the libraries behind it."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from neural_threads.platform.images.ingest import IngestedImage

from .trying_on import Shares


class UnusableDrawing(ValueError):
    """A model's answer that cannot be shown: no image, one of another size, or somebody who stands elsewhere."""


@dataclass(frozen=True)
class DrawnLookTask:
    """Paths of the person's photo, of what the model answered, and of what is to be written.

    `joints`: where the body is in the photo, from the look that was made before.
    """

    photo: str
    drawing: str
    target: str
    joints: Shares = field(default_factory=dict)


def take_over(task: DrawnLookTask) -> IngestedImage:
    """See face_paste.taken_over. For BoundedProcess.run."""
    # By name, so that whatever follows the server's imports does not load OpenCV.
    heavy: Any = import_module(f"{__package__}.face_paste")
    taken: IngestedImage = heavy.taken_over(task)
    return taken
