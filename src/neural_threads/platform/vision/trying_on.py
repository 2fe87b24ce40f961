"""Make a try-on in a bounded process. The server loads this module, and none of the libraries behind it."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeAlias

from neural_threads.platform.compute.bounded_process import BoundedProcess
from neural_threads.platform.images.ingest import IngestedImage

from .garment_templates import GarmentKind

Shares: TypeAlias = dict[str, tuple[float, float]]
"""Points by name, x and y in 0-1 of a picture."""


@dataclass(frozen=True)
class GarmentTask:
    """One garment: its picture's path. `kind`: None to guess it by its outline. `points`: those that were dragged."""

    path: str
    kind: GarmentKind | None = None
    points: Shares = field(default_factory=dict)


@dataclass(frozen=True)
class FigureTask:
    """A drawn figure as SVG documents: the whole picture, and alone the person, their arms, their head."""

    all: str
    person: str
    arms: str
    head: str


@dataclass(frozen=True)
class TryOnTask:
    """The order for one look. Either `photo` (a path) or `figure` is given.

    `joints`: the figure's, or those that somebody gave for the photo; empty to find them. `fallback`: a figure's joints,
    for a photo in which nobody is found. `shapes`: for each body shape its widths, see `widths_of_shape`.
    """

    garments: list[GarmentTask]
    target: str
    joints: Shares
    fallback: Shares
    photo: str | None = None
    figure: FigureTask | None = None
    shapes: dict[str, tuple[float, float]] = field(default_factory=dict)
    use_model: bool = True


@dataclass(frozen=True)
class GarmentFound:
    """The kind that a garment was taken for, and its seams in shares of the image: found, or as they were given."""

    kind: GarmentKind
    points: Shares


@dataclass(frozen=True)
class TryOnOutcome:
    """The result of a try-on. `joints`: those used. `problem`: NO_PERSON, SEVERAL_PEOPLE, CUT_OFF, SITTING or None.

    `shape`: the body shape that is suggested, `shape_confidence`: how sure that is, 0-1. `garments`: in the task's order.
    """

    taken: IngestedImage
    joints: Shares
    confidence: float
    problem: str | None
    shape: str | None
    shape_confidence: float | None
    garments: list[GarmentFound]


def tryon_process(name: str, patience: float) -> BoundedProcess:
    """A process for `try_on`: 512 MB, 15 seconds of CPU for each look of up to seven garments."""
    return BoundedProcess(name, cpu_seconds=15, wall_seconds=60, patience=patience, prepare=prepare)


def prepare() -> None:
    """Start of the process."""
    _behind().prepare()


def be_ready() -> None:
    """Do nothing: whoever asks for it has the process started. For BoundedProcess.run."""


def try_on(task: TryOnTask) -> TryOnOutcome:
    """See try_on.make_look. For BoundedProcess.run."""
    outcome: TryOnOutcome = _behind().make_look(task)
    return outcome


def _behind() -> Any:
    # By name, so that whatever follows the server's imports does not load OpenCV.
    return import_module(f"{__package__}.make_look")
