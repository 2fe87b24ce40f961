"""Five drawn figures, one for each body shape, whose joints are known exactly because we drew them."""

from .body import HEIGHT, WIDTH, Arm, Figure, FigurePose, figure_of
from .drawing import figure_svg
from .examples import Example, example_svg
from .tones import TONES, SkinTone

__all__ = [
    "HEIGHT",
    "TONES",
    "WIDTH",
    "Arm",
    "Example",
    "Figure",
    "FigurePose",
    "SkinTone",
    "example_svg",
    "figure_of",
    "figure_svg",
]
