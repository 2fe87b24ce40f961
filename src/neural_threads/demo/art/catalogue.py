"""Pictures of garments: a cut in a weave and a dye on a ground, and the document that draws it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from neural_threads.demo.art import stage
from neural_threads.demo.art.canvas import Canvas
from neural_threads.demo.art.cuts import everyday, sets, tailored, women
from neural_threads.demo.art.cuts.kit import Kit
from neural_threads.demo.art.dyes import DYES

EDITION = 1  # raise it when a drawing changes: pictures are kept for ever under their name

CUTS: dict[str, Callable[[Kit], None]] = {
    "lehenga": women.lehenga,
    "saree": women.saree,
    "anarkali": women.anarkali,
    "gown": women.gown,
    "sherwani": tailored.sherwani,
    "kurta": tailored.kurta,
    "nehru-jacket": tailored.nehru,
    "blazer": tailored.blazer,
    "waistcoat": everyday.waistcoat,
    "shirt": everyday.shirt,
    "trousers": everyday.pants,
    "dress": everyday.dress,
    "skirt": everyday.long_skirt,
    "salwar-set": sets.salwar,
    "sharara-set": sets.sharara,
    "dupatta": sets.dupatta,
}


@dataclass(frozen=True)
class Drawing:
    cut: str
    weave: str
    dye: str
    ground: str = "khadi"
    transparent: bool = False
    seed: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return 960, 1200

    @property
    def public_id(self) -> str:
        mark = hashlib.sha256(f"{EDITION}:{self}".encode()).hexdigest()[:6]
        return f"demo/{self.cut}-{self.weave}-{self.dye}-{mark}"


def image_svg(picture: Drawing) -> str:
    """The whole picture as an SVG document of 960×1200."""
    canvas = Canvas()
    rng = Random(f"{picture.cut}/{picture.weave}/{picture.dye}/{picture.seed}")
    if not picture.transparent:
        stage.ground(canvas, picture.ground, Random(f"ground/{picture}"))
    CUTS[picture.cut](Kit(canvas, DYES[picture.dye], picture.dye, picture.weave, rng, picture.transparent))
    return canvas.svg()
